-- Files that people sent, in parts of half a megabyte, so that neither sending nor reading one needs it whole in memory.
create table platform_file (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null
);
create table platform_file_part (
  file_id uuid not null references platform_file (id) on delete cascade,
  part integer not null check (part >= 0),
  content bytea not null,
  primary key (file_id, part)
);

-- An import from its first byte to its undoing. claimed_until: a worker that dies loses its claim, and another one goes on.
create table platform_import (
  id uuid primary key,
  kind text not null check (kind in ('products', 'customers', 'stock', 'prices', 'opening_balances')),
  format text not null check (format in ('shopify', 'woocommerce', 'magento', 'oneshelf')),
  file_id uuid not null references platform_file (id),
  pictures_file_id uuid not null references platform_file (id),
  state text not null check (state in ('uploading', 'checking', 'needs_choice', 'checked', 'running', 'done', 'cancelled', 'failed', 'undoing', 'undone')),
  settings json not null,
  report json not null,
  done bigint not null default 0 check (done >= 0),
  total bigint not null default 0 check (total >= 0),
  created_by uuid not null,
  created_at timestamptz not null,
  confirmed_by uuid,
  confirmed_at timestamptz,
  finished_at timestamptz,
  cancel_asked boolean not null default false,
  claimed_by uuid,
  claimed_until timestamptz,
  version bigint not null default 1 check (version > 0)
);
create index platform_import_waiting on platform_import (created_at) where state in ('checking', 'running', 'undoing');

create table platform_import_problem (
  import_id uuid not null references platform_import (id) on delete cascade,
  phase text not null check (phase in ('check', 'run', 'undo')),
  number integer not null check (number > 0),
  line integer not null check (line >= 0),
  column_name text not null,
  value text not null,
  weight text not null check (weight in ('error', 'warning', 'note')),
  reason text not null,
  says text not null,
  does text not null,
  primary key (import_id, phase, number)
);

-- What a chunk of rows did, written in the same transaction: what undoing needs, and what follows (prices, stock, pictures).
create table platform_import_chunk (
  import_id uuid not null references platform_import (id) on delete cascade,
  chunk integer not null check (chunk >= 0),
  did json not null,
  finished boolean not null default false,
  undone boolean not null default false,
  primary key (import_id, chunk)
);
