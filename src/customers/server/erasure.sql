-- name: lock_for_erasure
select number, (extract(epoch from erased_at) * 1000)::bigint as erased_at, version
from customer
where id = $1
for no key update;

-- name: list_cards
select id, name, email, phone, address, country, purpose, keep_until::text as keep_until, created_at
from customer_card
where customer_id = $1
order by id;

-- name: delete_cards
delete from customer_card
where id = any ($1::uuid[])
returning id;

-- name: restrict_cards
update customer_card c
set purpose = 'restricted', keep_until = r.until
from unnest($1::uuid[], $2::date[]) as r(id, until)
where c.id = r.id;

-- name: mark_erased
update customer
set card_id = $2, erased_at = $3, archived_at = coalesce(archived_at, $3), version = version + 1
where id = $1;

-- name: delete_overdue_cards
delete from customer_card
where keep_until is not null and keep_until < $1::date and purpose = 'restricted'
returning id, customer_id;
