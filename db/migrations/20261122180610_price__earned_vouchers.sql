-- Vouchers that baskets earned: worth an amount off a later one, once. Of a customer, or of whoever has the code, which stands here hashed. What was taken back
-- with returned goods can no longer be used, or was kept from the refund.
create table price_earned_voucher (
  id uuid primary key,
  order_id uuid not null,
  promotion_id uuid not null references price_promotion (id),
  customer_id uuid references customer (id),
  code_hash text unique,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0),
  taken_back_minor bigint not null check (taken_back_minor between 0 and amount_minor),
  issued_at timestamptz not null,
  valid_until timestamptz not null,
  version bigint not null check (version > 0),
  constraint price_earned_voucher_has_an_owner check ((customer_id is null) <> (code_hash is null))
) with (fillfactor = 80);
create index price_earned_voucher_order on price_earned_voucher (order_id);
create index price_earned_voucher_customer on price_earned_voucher (customer_id, valid_until);
