-- The one stream of a retailer: the counter that serialises its writers, the events in commit order,
-- the keys that make a repeat harmless, and the places where what could not be read is kept.

create table platform_counter (
  id smallint primary key check (id = 1),
  event_number bigint not null check (event_number >= 0),
  recorded_at timestamptz not null,
  -- Who wrote last. A batch decided on what the one ahead of it would leave knows by this that it came to be.
  batch_id uuid not null default '00000000-0000-0000-0000-000000000000'
);

-- A guarded statement asks this function whether it touched as many rows as it had to. It raises, so that
-- the COMMIT already on the wire becomes a rollback; a count looked at by the client would come too late.
create function platform_guard(actual bigint, expected bigint, guard text) returns bigint
language plpgsql immutable parallel safe as $$
begin
  if actual is distinct from expected then
    raise exception 'guard % touched % rows, expected %', guard, actual, expected using errcode = 'OS001';
  end if;
  return actual;
end $$;

create table platform_event (
  number bigint not null check (number > 0),
  type text not null,
  version smallint not null check (version > 0),
  topic text not null,
  entity_id uuid,
  location_id uuid,
  channel_id uuid,
  subject_id uuid,
  actor_id uuid,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  business_day date not null,
  posting_day date not null,
  body json not null,
  -- The session, key, device or job that acted: a row of platform_origin.
  origin_id uuid,
  primary key (number)
) partition by range (number);
create table platform_event_0 partition of platform_event for values from (1) to (maxvalue);
create index platform_event_subject on platform_event (subject_id, number) where subject_id is not null;

-- A key is the hash of the principal and the key it sent; the answer is rebuilt from the event.
create table platform_key (
  key_hash uuid not null,
  event_number bigint not null check (event_number > 0),
  body_hash uuid not null,
  primary key (key_hash, event_number)
) partition by range (event_number);
create table platform_key_0 partition of platform_key for values from (1) to (maxvalue);

-- Facts of a source (a register, a marketplace) are unique by its own counter for ever, longer than any key is kept.
create table platform_source (
  source_id uuid primary key,
  last_counter bigint not null check (last_counter >= 0),
  last_mac text not null,
  version bigint not null check (version > 0)
);
create table platform_fact (
  source_id uuid not null,
  counter bigint not null check (counter > 0),
  event_number bigint not null check (event_number > 0),
  primary key (source_id, counter)
);

create table platform_quarantine (
  id uuid primary key,
  source_id uuid not null,
  counter bigint,
  location_id uuid,
  reason text not null,
  detail text not null,
  raw text not null,
  received_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by uuid,
  resolution text
);
create unique index platform_quarantine_fact on platform_quarantine (source_id, counter, md5(raw)) where counter is not null;

create table platform_follower (
  name text primary key,
  event_number bigint not null check (event_number >= 0),
  updated_at timestamptz not null
);

create table platform_setting (
  name text primary key,
  value json not null,
  version bigint not null check (version > 0)
);

insert into platform_counter (id, event_number, recorded_at) values (1, 0, '1970-01-01T00:00:00Z');
