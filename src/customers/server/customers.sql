-- name: list_customers
select c.id, c.number, c.card_id, (extract(epoch from c.archived_at) * 1000)::bigint as archived_at, c.version,
  k.name, k.email, k.phone, k.address, k.country
from customer c
join customer_card k on k.id = c.card_id
where c.id < $2::uuid and c.archived_at is null
order by c.id desc
limit $1;

-- name: search_customers
select c.id, c.number, c.card_id, (extract(epoch from c.archived_at) * 1000)::bigint as archived_at, c.version,
  k.name, k.email, k.phone, k.address, k.country
from customer c
join customer_card k on k.id = c.card_id
where k.id in (
    select w.id
    from customer_card w
    where w.words @@ to_tsquery('simple', $3)
    union
    select e.id
    from customer_card e
    where e.email <> '' and lower(e.email) ~>=~ $4 and lower(e.email) ~<~ $5
    union
    select p.id
    from customer_card p
    where p.phone <> '' and p.phone ~>=~ $6 and p.phone ~<~ $7
    union
    select n.card_id
    from customer n
    where n.number = $8)
  and c.id < $2::uuid
  and c.archived_at is null
order by c.id desc
limit $1;

-- name: find_customer
select c.id, c.number, c.card_id, (extract(epoch from c.archived_at) * 1000)::bigint as archived_at, c.version,
  k.name, k.email, k.phone, k.address, k.country
from customer c
join customer_card k on k.id = c.card_id
where c.id = $1;

-- name: find_customers_by_number
select c.id, c.number, c.card_id, (extract(epoch from c.archived_at) * 1000)::bigint as archived_at, c.version,
  k.name, k.email, k.phone, k.address, k.country
from customer c
join customer_card k on k.id = c.card_id
where c.number = any ($1::text[]);

-- name: put_customer_card_back
update customer
set card_id = $3, version = version + 1
where id = $1 and card_id = $2;

-- name: archive_untouched_customer
update customer
set archived_at = $3, version = version + 1
where id = $1 and card_id = $2 and archived_at is null;

-- The customer alone: joined with its card, the row that another edit has just changed would lead to a card that this statement cannot
-- see yet, and the customer would seem not to exist.
-- name: lock_customer
select id
from customer
where id = $1
for no key update;

-- name: insert_customers
insert into customer (id, number, card_id, created_at)
select c.id, c.number, c.card_id, $4
from unnest($1::uuid[], $2::text[], $3::uuid[]) as c(id, number, card_id)
on conflict (number) do nothing;

-- name: insert_cards
insert into customer_card (id, customer_id, name, email, phone, address, country, purpose, keep_until, salt, created_at)
select k.id, k.customer_id, k.name, k.email, k.phone, k.address::json, k.country, k.purpose, k.keep_until, k.salt, $11
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[], $10::text[])
  as k(id, customer_id, name, email, phone, address, country, purpose, keep_until, salt);

-- name: update_customer
update customer
set card_id = $3, archived_at = $4, version = version + 1
where id = $1 and version = $2;
