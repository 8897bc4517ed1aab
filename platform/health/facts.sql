-- What watching asks of the database: cheap enough to be asked every few seconds.

-- name: log_position
select event_number, recorded_at
from platform_counter;

-- name: followers
select follower.name, counter.event_number - follower.event_number as behind
from platform_follower follower
cross join platform_counter counter
order by follower.name;

-- name: quarantined
select count(*) as waiting, min(received_at) as oldest
from platform_quarantine
where resolved_at is null;

-- name: standbys
select coalesce(application_name, '') as name, state, sync_state,
  coalesce(extract(epoch from replay_lag), 0)::integer as lag_seconds,
  coalesce(pg_wal_lsn_diff(sent_lsn, replay_lsn), 0)::bigint as lag_bytes
from pg_stat_replication
where state is not null
order by 1;

-- name: database_size
select pg_database_size(current_database()) as bytes;
