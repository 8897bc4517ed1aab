-- What suppliers pay of discounts, summed by day, promotion and currency in the commit that hands goods over or takes them back. Negative where more came back.
create table price_supplier_share (
  entity_id uuid not null,
  business_day date not null,
  promotion_id uuid not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  pieces bigint not null,
  discount_minor bigint not null,
  supplier_minor bigint not null,
  primary key (entity_id, business_day, promotion_id, currency)
) with (fillfactor = 50);
