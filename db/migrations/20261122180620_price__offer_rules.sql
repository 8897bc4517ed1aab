-- Rules that offer a promotion to a customer because of something that happened. `terms` say what and when; a rule looks at nothing from before it was turned on.
create table price_offer_rule (
  id uuid primary key,
  name text not null check (char_length(name) between 1 and 200),
  promotion_id uuid not null references price_promotion (id),
  event text not null check (event in ('sale', 'order_placed', 'order_handed_over', 'return', 'cart_left')),
  terms json not null,
  on_since timestamptz,
  created_at timestamptz not null,
  version bigint not null check (version > 0)
);
create index price_offer_rule_name on price_offer_rule (name, id);
create index price_offer_rule_promotion on price_offer_rule (promotion_id);

-- What rules granted: one row for an order, a return or a cart, so that nothing is granted twice. A cart that got nothing has a row too, with the reason.
create table price_offer_grant (
  rule_id uuid not null references price_offer_rule (id),
  subject_id uuid not null,
  customer_id uuid not null references customer (id),
  offer_id uuid unique references price_personal_offer (id),
  reason text not null check (char_length(reason) <= 60),
  happened_at timestamptz not null,
  primary key (rule_id, subject_id),
  constraint price_offer_grant_or_reason check ((offer_id is null) = (reason <> ''))
);
create index price_offer_grant_of_customer on price_offer_grant (rule_id, customer_id, happened_at desc);
create index price_offer_grant_newest on price_offer_grant (rule_id, happened_at desc, subject_id desc);

-- Carts that customers left, as the channels told: kept for some weeks.
create table price_left_cart (
  id uuid primary key,
  channel_id uuid not null references channel (id),
  reference text not null check (char_length(reference) between 1 and 100),
  customer_id uuid not null references customer (id),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  total_minor bigint not null check (total_minor >= 0),
  lines json not null,
  left_at timestamptz not null,
  unique (channel_id, reference)
);
create index price_left_cart_left_at on price_left_cart (left_at);
create index price_left_cart_customer on price_left_cart (customer_id);
