-- Where acts come from: a session at an address, a key at an address, a job. Address and browser are personal data: they are erased after their time,
-- the row and its id stay.
create table platform_origin (
  id uuid primary key,
  kind text not null check (kind in ('session', 'key', 'device', 'job', 'system', 'nobody')),
  principal_id uuid,
  -- Hash of the session's or key's secret; the name of a job.
  credential text not null,
  address text,
  user_agent text,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null
);
-- What was erased (null) is never met again.
create unique index platform_origin_seen on platform_origin (credential, address, user_agent) where address is not null;
create index platform_origin_principal on platform_origin (principal_id);
create index platform_origin_erase on platform_origin (last_seen_at) where address is not null;

-- The chain over the event log, written in bulk behind it: a block names the hash of its events and of the block before. Besides it says who and what is
-- in the block, so that a search reads few blocks and the commit keeps no index for it.
create table platform_audit_chain (
  first_number bigint primary key check (first_number > 0),
  last_number bigint not null check (last_number >= first_number),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- Eight bytes of each event's own hash, side by side: they say which event of a broken block does not fit.
  marks bytea not null check (length(marks) = 8 * (last_number - first_number + 1)),
  sealed_at timestamptz not null,
  recorded_from timestamptz not null,
  recorded_through timestamptz not null,
  actors uuid[] not null,
  origins uuid[] not null,
  subjects uuid[] not null,
  places uuid[] not null,
  types text[] not null,
  topics text[] not null
);
create index platform_audit_chain_actors on platform_audit_chain using gin (actors);
create index platform_audit_chain_origins on platform_audit_chain using gin (origins);
create index platform_audit_chain_types on platform_audit_chain using gin (types);
create index platform_audit_chain_topics on platform_audit_chain using gin (topics);
create index platform_audit_chain_places on platform_audit_chain using gin (places);
