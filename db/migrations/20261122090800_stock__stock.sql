-- Where cost is shared: a set of locations of one legal entity, valued by one method.
create table stock_valuation_area (
  id uuid primary key,
  entity_id uuid not null references company_legal_entity (id),
  name text not null,
  method text not null check (method in ('moving_average', 'fifo')),
  currency text not null check (currency ~ '^[A-Z]{3}$')
);
create table stock_area_location (
  location_id uuid primary key references location (id),
  area_id uuid not null references stock_valuation_area (id)
);

-- on_hand and shortfall are never both positive; on_hand - shortfall is the sum of the movements.
-- reserved is promised and there, backordered is promised and not there. version counts the changes.
-- low: what may still be promised (on hand, less reserved and safety) is not more than the safety stock. It is a column so that an
-- index can find the few low ones of a million: PostgreSQL then rewrites the index only when it flips, not with every sale.
create table stock_level (
  id uuid primary key,
  sku_id uuid not null,
  location_id uuid not null,
  condition text not null check (condition in ('sellable', 'inspection', 'damaged', 'display', 'staged')),
  owner_id uuid not null,
  lot text not null default '',
  on_hand bigint not null check (on_hand >= 0),
  shortfall bigint not null check (shortfall >= 0),
  reserved bigint not null check (reserved >= 0),
  backordered bigint not null check (backordered >= 0),
  held bigint not null default 0 check (held >= 0),
  incoming bigint not null default 0 check (incoming >= 0),
  safety bigint not null default 0 check (safety >= 0),
  moves bigint not null default 0 check (moves >= 0),
  version bigint not null check (version > 0),
  low boolean not null generated always as (on_hand - reserved <= 2 * safety) stored,
  constraint stock_level_one_side check (on_hand = 0 or shortfall = 0),
  constraint stock_level_backed check (reserved <= on_hand),
  constraint stock_level_backorder_last check (backordered = 0 or reserved = on_hand),
  constraint stock_level_held check (held <= reserved + backordered),
  unique (sku_id, location_id, condition, owner_id, lot)
) with (fillfactor = 80);
create index stock_level_location on stock_level (location_id, sku_id);
create index stock_level_low on stock_level (location_id, sku_id) where low;
-- What needs a person: units handed over that the books did not have, and promises without units.
create index stock_level_short on stock_level (location_id) where shortfall > 0;
create index stock_level_late on stock_level (location_id) where backordered > 0;

-- The movements of a level, numbered without a gap: each starts where the one before it ended.
create table stock_movement (
  level_id uuid not null,
  move bigint not null check (move > 0),
  event_number bigint not null check (event_number > 0),
  delta bigint not null check (delta <> 0),
  net_before bigint not null,
  net_after bigint not null,
  reason text not null,
  cost_minor bigint not null,
  document_id uuid,
  recorded_at timestamptz not null,
  constraint stock_movement_adds_up check (net_before + delta = net_after),
  primary key (level_id, move, event_number)
) partition by range (event_number);
create table stock_movement_0 partition of stock_movement for values from (1) to (maxvalue);

create table stock_reservation (
  id uuid primary key,
  level_id uuid not null,
  sku_id uuid not null,
  location_id uuid not null,
  quantity bigint not null check (quantity > 0),
  channel_id uuid,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_reason text check (ended_reason in ('released', 'expired', 'used')),
  version bigint not null check (version > 0),
  check ((ended_at is null) = (ended_reason is null))
);
create index stock_reservation_open on stock_reservation (level_id, expires_at) where ended_at is null;

-- What the units of a SKU in a valuation area cost. value / quantity is the moving average; short_ is what was handed over
-- before it was received, costed at the last known cost; last_ is that cost as a fraction.
create table stock_cost (
  area_id uuid not null,
  sku_id uuid not null,
  quantity bigint not null check (quantity >= 0),
  value_minor bigint not null check (value_minor >= 0),
  short_quantity bigint not null check (short_quantity >= 0),
  short_value_minor bigint not null check (short_value_minor >= 0),
  last_quantity bigint not null check (last_quantity >= 0),
  last_value_minor bigint not null check (last_value_minor >= 0),
  layers json,
  version bigint not null check (version > 0),
  constraint stock_cost_one_side check (quantity = 0 or short_quantity = 0),
  constraint stock_cost_empty_is_worthless check (quantity > 0 or value_minor = 0),
  constraint stock_cost_no_debt_without_units check (short_quantity > 0 or short_value_minor = 0),
  primary key (area_id, sku_id)
) with (fillfactor = 80);
