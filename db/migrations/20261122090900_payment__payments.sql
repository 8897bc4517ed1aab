create table payment (
  id uuid not null,
  order_id uuid not null,
  entity_id uuid not null,
  method text not null check (method in ('cash', 'card', 'bank', 'marketplace', 'on_account', 'voucher')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  provider_ref text not null default '',
  authorised bigint not null check (authorised >= 0),
  captured bigint not null check (captured >= 0),
  voided bigint not null check (voided >= 0),
  refunded bigint not null check (refunded >= 0),
  fee_minor bigint not null check (fee_minor >= 0),
  created_at timestamptz not null,
  version bigint not null check (version > 0),
  constraint payment_within_authorised check (captured + voided <= authorised),
  constraint payment_within_captured check (refunded <= captured),
  primary key (id)
) partition by range (id);
create table payment_0 partition of payment for values from (minvalue) to (maxvalue);
create index payment_order on payment (order_id);

-- Asked of a provider before an order is placed: if the order never comes, the sweeper takes the attempt (voiding) and voids what was
-- authorised.
create table payment_attempt (
  id uuid primary key,
  order_id uuid not null,
  provider text not null,
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  provider_ref text not null default '',
  status text not null check (status in ('requested', 'authorised', 'voiding', 'declined', 'used', 'voided', 'failed')),
  reason text not null default '',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null check (version > 0)
);
create index payment_attempt_open on payment_attempt (updated_at) where status in ('requested', 'authorised', 'voiding');

-- What must still be told to a provider (capture, void, refund): written by a follower of the events, worked off by a job.
create table payment_instruction (
  id uuid primary key,
  payment_id uuid not null,
  event_number bigint not null,
  action text not null check (action in ('capture', 'void', 'refund')),
  amount bigint not null check (amount > 0),
  status text not null check (status in ('waiting', 'done', 'failed')),
  attempts integer not null default 0,
  reason text not null default '',
  updated_at timestamptz not null,
  unique (payment_id, event_number, action)
);
create index payment_instruction_waiting on payment_instruction (updated_at) where status = 'waiting';
