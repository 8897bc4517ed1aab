-- Backups that were asked for, from the first byte to the day they are taken away. seen_at: whoever makes one says so every few seconds; one
-- that was not seen for a minute has died, and the next may begin.
create table platform_backup (
  id uuid primary key,
  cause text not null check (cause in ('schedule', 'person', 'command')),
  state text not null check (state in ('running', 'done', 'failed')),
  asked_by uuid,
  place text not null,
  name text,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  ended_at timestamptz,
  verified_at timestamptz,
  removed_at timestamptz,
  done_bytes bigint not null default 0 check (done_bytes >= 0),
  total_bytes bigint not null default 0 check (total_bytes >= 0),
  bytes bigint check (bytes >= 0),
  event_number bigint check (event_number >= 0),
  encrypted boolean not null default false,
  trouble text
);
create unique index platform_backup_one on platform_backup (state) where state = 'running';
create index platform_backup_latest on platform_backup (started_at desc, id);
