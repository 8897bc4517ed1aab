-- Gift cards and store credit. The code of a card is kept as an HMAC only, with the last four symbols for show.
create table reward_account (
  key text primary key check (char_length(key) between 1 and 200),
  kind text not null check (kind in ('gift_card', 'store_credit')),
  entity_id uuid not null references company_legal_entity (id),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  customer_id uuid references customer (id),
  state text not null check (state in ('issued', 'active', 'blocked', 'expired')),
  expires_on date,
  code_hash text unique,
  last_four text,
  balance_minor bigint not null check (balance_minor >= 0),
  overdrawn_minor bigint not null check (overdrawn_minor >= 0),
  issued_minor bigint not null check (issued_minor >= 0),
  redeemed_minor bigint not null,
  expired_minor bigint not null check (expired_minor >= 0),
  created_at timestamptz not null,
  version bigint not null check (version > 0),
  constraint reward_account_one_side check (balance_minor = 0 or overdrawn_minor = 0),
  constraint reward_account_ties check (balance_minor - overdrawn_minor = issued_minor - redeemed_minor - expired_minor),
  constraint reward_account_holder check ((kind = 'gift_card') = (code_hash is not null) and (kind = 'store_credit') = (customer_id is not null))
);
create index reward_account_last_four on reward_account (last_four) where kind = 'gift_card';
create index reward_account_created on reward_account (created_at, key);
create index reward_account_customer on reward_account (customer_id) where customer_id is not null;
create index reward_account_expiring on reward_account (expires_on) where state = 'active' and expires_on is not null;

create table reward_programme (
  id uuid primary key,
  entity_id uuid not null unique references company_legal_entity (id),
  name text not null check (char_length(name) between 1 and 100),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  active boolean not null,
  terms json not null,
  version bigint not null default 1 check (version > 0)
);

-- The points of a customer in a programme; lots as [expires on or null, points, expected to be used, value in the books].
create table reward_points (
  key text primary key check (char_length(key) between 1 and 200),
  programme_id uuid not null references reward_programme (id),
  entity_id uuid not null references company_legal_entity (id),
  customer_id uuid not null references customer (id),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  balance bigint not null check (balance >= 0),
  overdrawn bigint not null check (overdrawn >= 0),
  earned bigint not null,
  burned bigint not null,
  expired bigint not null check (expired >= 0),
  value_minor bigint not null check (value_minor >= 0),
  lots json not null,
  spent json not null,
  next_expiry date,
  version bigint not null check (version > 0),
  constraint reward_points_one_side check (balance = 0 or overdrawn = 0),
  constraint reward_points_ties check (balance - overdrawn = earned - burned - expired)
);
create index reward_points_customer on reward_points (customer_id);
create index reward_points_expiring on reward_points (next_expiry) where next_expiry is not null;

-- What orders earned and which points paid for them; read to take back and to give back.
create table reward_order (
  order_id uuid primary key,
  programme_id uuid not null,
  customer_id uuid not null,
  earned json not null,
  burns json not null,
  version bigint not null check (version > 0)
);

-- The history of accounts: one row a change. `unit` says what it counts.
create table reward_entry (
  account_key text not null,
  entry bigint not null check (entry > 0),
  event_number bigint not null,
  unit text not null check (unit in ('minor', 'points')),
  what text not null,
  delta bigint not null,
  balance_after bigint not null,
  order_id uuid,
  reason text not null default '',
  recorded_at timestamptz not null,
  primary key (account_key, entry)
);
create index reward_entry_sold on reward_entry (order_id) where what = 'sold';

-- With what the codes of gift cards are hashed: made by the first card, sealed with the installation's key.
create table reward_code_key (
  id smallint primary key check (id = 1),
  sealed text not null
);
