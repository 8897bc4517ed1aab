-- Who was forgotten has an empty card; cards that documents still need are kept until their day.
alter table customer add column erased_at timestamptz;
create index customer_card_keep_until on customer_card (keep_until) where keep_until is not null;
