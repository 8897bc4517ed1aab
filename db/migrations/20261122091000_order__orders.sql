create table order_header (
  id uuid not null,
  kind text not null check (kind in ('order', 'till_sale', 'marketplace_order', 'return')),
  number text not null,
  status text not null check (status in ('placed', 'part_shipped', 'completed', 'cancelled')),
  entity_id uuid not null,
  channel_id uuid not null,
  selling_location_id uuid not null,
  customer_id uuid,
  customer_card_id uuid,
  register_id uuid,
  associate_id uuid,
  original_order_id uuid,
  external_ref text not null default '',
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  tax_inclusive boolean not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  gross_minor bigint not null,
  prepaid_minor bigint not null default 0 check (prepaid_minor >= 0),
  -- What that money stands at in the entity's books: no cent is left there when it is used up or given back, and no order ends with any.
  prepaid_booked_minor bigint not null default 0 check (prepaid_booked_minor >= 0),
  placed_at timestamptz not null,
  business_day date not null,
  event_number bigint not null,
  version bigint not null check (version > 0),
  constraint order_header_adds_up check (net_minor + tax_minor = gross_minor),
  constraint order_header_prepaid_leaves_nothing check (prepaid_minor > 0 or prepaid_booked_minor = 0),
  constraint order_header_ends_without_prepayment check (prepaid_minor = 0 or status in ('placed', 'part_shipped')),
  primary key (id)
) partition by range (id);
create table order_header_0 partition of order_header for values from (minvalue) to (maxvalue) with (fillfactor = 90);
create index order_header_number on order_header (number);
create index order_header_open on order_header (id) where status in ('placed', 'part_shipped');
create index order_header_customer on order_header (customer_id, id) where customer_id is not null;
create index order_header_original on order_header (original_order_id, id) where original_order_id is not null;
create index order_header_external on order_header (channel_id, external_ref) where external_ref <> '';

create table order_line (
  order_id uuid not null,
  line smallint not null check (line > 0),
  kind text not null check (kind in ('goods', 'service', 'shipping', 'discount', 'voucher', 'adjustment')),
  sku_id uuid not null,
  description text not null,
  quantity bigint not null check (quantity <> 0),
  unit_amount bigint not null,
  unit_scale smallint not null default 0 check (unit_scale between 0 and 7),
  unit_per bigint not null default 1 check (unit_per > 0),
  tax_ppm integer not null check (tax_ppm between 0 and 1000000),
  net_minor bigint not null,
  tax_minor bigint not null,
  gross_minor bigint not null,
  shipped bigint not null default 0 check (shipped >= 0),
  cancelled bigint not null default 0 check (cancelled >= 0),
  returned bigint not null default 0 check (returned >= 0),
  cost_minor bigint not null default 0,
  demand_channel_id uuid not null,
  selling_location_id uuid not null,
  fulfilling_location_id uuid not null,
  associate_id uuid,
  constraint order_line_adds_up check (net_minor + tax_minor = gross_minor),
  constraint order_line_within_quantity check (quantity < 0 or shipped + cancelled <= quantity),
  constraint order_line_returned_was_shipped check (returned <= shipped),
  primary key (order_id, line)
) partition by range (order_id);
create table order_line_0 partition of order_line for values from (minvalue) to (maxvalue);
-- Who holds what is reserved. A till's line is complete when it is written and never enters.
create index order_line_open on order_line (sku_id, fulfilling_location_id) where shipped + cancelled < quantity;

-- Issued documents: number by number in their series. A number can stand here once.
create table order_document (
  series_id uuid not null,
  number bigint not null check (number > 0),
  kind text not null check (kind in ('receipt', 'invoice', 'credit_note')),
  label text not null,
  order_id uuid not null,
  entity_id uuid not null,
  channel_id uuid not null,
  location_id uuid not null,
  event_number bigint not null,
  issued_at timestamptz not null,
  business_day date not null,
  currency text not null,
  units bigint not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  gross_minor bigint not null,
  check (net_minor + tax_minor = gross_minor),
  primary key (series_id, number)
);
create index order_document_order on order_document (order_id);
create index order_document_day on order_document (business_day, location_id);

create table order_day_total (
  business_day date not null,
  entity_id uuid not null,
  channel_id uuid not null,
  location_id uuid not null,
  currency text not null,
  sales bigint not null,
  units bigint not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  gross_minor bigint not null,
  primary key (business_day, entity_id, channel_id, location_id, currency)
) with (fillfactor = 50);
