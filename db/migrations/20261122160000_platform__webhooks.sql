-- Who is told of what happens, by calls to an address of theirs; how far each one is, and what became of every call.

-- Which process does work that only one may do at a time. Whoever watches the beat stand still takes the row over; no clock is compared.
create table platform_lease (
  name text primary key,
  holder uuid,
  beat bigint not null check (beat >= 0)
);

create table platform_webhook (
  id uuid primary key,
  name text not null check (name <> ''),
  url text not null,
  -- Event types, `topic.*`, or `*`.
  types text[] not null check (cardinality(types) > 0),
  filter json not null,
  -- Whether the body of the event goes along; without it only what it is about.
  with_body boolean not null,
  owner_id uuid not null,
  disabled_at timestamptz,
  disabled_reason text check (disabled_reason in ('by_hand', 'gone', 'failing', 'owner_left')),
  created_at timestamptz not null,
  version bigint not null check (version > 0),
  check ((disabled_at is null) = (disabled_reason is null))
);
create index platform_webhook_owner on platform_webhook (owner_id);

-- Sealed; after a rotation the one before is used beside the new one until it expires.
create table platform_webhook_secret (
  id uuid primary key,
  webhook_id uuid not null references platform_webhook (id) on delete cascade,
  sealed text not null,
  created_at timestamptz not null,
  expires_at timestamptz
);
create index platform_webhook_secret_of on platform_webhook_secret (webhook_id);

-- How far a webhook is: every event up to `position` was looked at, and those in `waiting` have still to be told: [number, tries, next try, first failure], epoch ms.
-- Whoever moves it by hand raises the generation, so that a deliverer does not write its own view over it.
create table platform_webhook_progress (
  webhook_id uuid primary key references platform_webhook (id) on delete cascade,
  generation bigint not null check (generation > 0),
  position bigint not null check (position >= 0),
  waiting json not null,
  last_success_at timestamptz,
  failing_since timestamptz,
  last_problem text
) with (fillfactor = 50);

-- One row a call. Event number 0: a call for trying out.
create table platform_webhook_delivery (
  id uuid not null,
  webhook_id uuid not null,
  event_number bigint not null check (event_number >= 0),
  message_id text not null,
  attempt integer not null check (attempt > 0),
  outcome text not null check (outcome in ('delivered', 'failed', 'given_up')),
  status smallint,
  problem text,
  answer text not null,
  took_ms integer not null check (took_ms >= 0),
  primary key (id)
) partition by range (id);
create table platform_webhook_delivery_0 partition of platform_webhook_delivery for values from (minvalue) to (maxvalue);
create index platform_webhook_delivery_of on platform_webhook_delivery (webhook_id, id);
