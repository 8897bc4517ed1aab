-- Who tried what too often. The key is a hash of what was tried and from where, whether anybody of that name exists or not.
create table platform_throttle (
  key_hash text primary key,
  failures integer not null check (failures >= 0),
  last_failed_at timestamptz not null,
  blocked_until timestamptz
);
create index platform_throttle_last_failed_at on platform_throttle (last_failed_at);
