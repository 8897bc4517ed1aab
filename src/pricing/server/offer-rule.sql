-- name: list_rules
select r.id, r.name, r.promotion_id, p.name as promotion_name, r.event, r.terms, (extract(epoch from r.on_since) * 1000)::bigint as on_since, r.version,
  (select count(*) from price_offer_grant g where g.rule_id = r.id and g.offer_id is not null)::bigint as granted
from price_offer_rule r
join price_promotion p on p.id = r.promotion_id
where (r.name, r.id) > ($2::text, $3::uuid)
order by r.name, r.id
limit $1;

-- name: find_rule
select r.id, r.name, r.promotion_id, p.name as promotion_name, r.event, r.terms, (extract(epoch from r.on_since) * 1000)::bigint as on_since, r.version,
  (select count(*) from price_offer_grant g where g.rule_id = r.id and g.offer_id is not null)::bigint as granted
from price_offer_rule r
join price_promotion p on p.id = r.promotion_id
where r.id = $1;

-- name: lock_rule
select r.id, r.version
from price_offer_rule r
where r.id = $1
for update of r;

-- The rules that are on, of promotions that can still be offered.
-- name: find_rules_that_are_on
select r.id, r.name, r.promotion_id, p.name as promotion_name, r.event, r.terms, (extract(epoch from r.on_since) * 1000)::bigint as on_since, r.version, 0 as granted
from price_offer_rule r
join price_promotion p on p.id = r.promotion_id
where r.on_since is not null and p.archived_at is null and (p.valid_until is null or p.valid_until > $1)
order by r.id;

-- name: insert_rule
insert into price_offer_rule (id, name, promotion_id, event, terms, on_since, created_at, version)
values ($1, $2, $3, $4, $5::json, $6, $7, 1);

-- name: update_rule
update price_offer_rule
set name = $2, promotion_id = $3, event = $4, terms = $5::json, version = version + 1
where id = $1;

-- name: switch_rule
update price_offer_rule
set on_since = $2, version = version + 1
where id = $1;

-- name: find_last_granted
select g.rule_id, g.customer_id, (extract(epoch from max(g.happened_at)) * 1000)::bigint as happened_at
from price_offer_grant g
where g.offer_id is not null and g.rule_id = any ($1::uuid[]) and g.customer_id = any ($2::uuid[])
group by g.rule_id, g.customer_id;

-- What a rule has decided of already stays as it was decided.
-- name: find_decided
select g.rule_id, g.subject_id
from price_offer_grant g
where g.rule_id = any ($1::uuid[]) and g.subject_id = any ($2::uuid[]);

-- name: insert_offer
insert into price_personal_offer (id, promotion_id, customer_id, valid_until, reason, created_at)
values ($1, $2, $3, $4, $5, $6);

-- name: insert_grant
insert into price_offer_grant (rule_id, subject_id, customer_id, offer_id, reason, happened_at)
values ($1, $2, $3, $4, $5, $6);

-- name: list_grants
select g.subject_id, g.customer_id, c.number as customer_number, g.offer_id, g.reason, (extract(epoch from g.happened_at) * 1000)::bigint as happened_at,
  (extract(epoch from o.created_at) * 1000)::bigint as granted_at, (extract(epoch from o.valid_until) * 1000)::bigint as valid_until,
  coalesce(u.uses + u.overuses, 0) as used
from price_offer_grant g
join customer c on c.id = g.customer_id
left join price_personal_offer o on o.id = g.offer_id
left join price_promotion_use u on u.key = 'offer|' || g.offer_id::text
where g.rule_id = $1 and (g.happened_at, g.subject_id) < (coalesce($3::timestamptz, 'infinity'), $4::uuid)
order by g.happened_at desc, g.subject_id desc
limit $2;

-- name: find_cart
select c.id
from price_left_cart c
where c.channel_id = $1 and c.reference = $2
for update of c;

-- name: insert_cart
insert into price_left_cart (id, channel_id, reference, customer_id, currency, total_minor, lines, left_at)
values ($1, $2, $3, $4, $5, $6, $7::json, $8);

-- name: update_cart
update price_left_cart
set customer_id = $2, currency = $3, total_minor = $4, lines = $5::json, left_at = $6
where id = $1;

-- Carts that were left for long enough for a rule and that it has not decided of; without a rule all of that time.
-- name: find_carts_due
select c.id, c.customer_id, c.channel_id, c.currency, c.total_minor, (extract(epoch from c.left_at) * 1000)::bigint as left_at
from price_left_cart c
join customer k on k.id = c.customer_id and k.erased_at is null
where c.left_at <= $2 and c.left_at >= $3
  and not exists (select from price_offer_grant g where g.rule_id = $1 and g.subject_id = c.id)
order by c.left_at, c.id
limit $4;

-- name: find_groups
select m.customer_id, m.group_id
from price_customer_group_member m
where m.customer_id = any ($1::uuid[]);

-- name: delete_old_carts
delete from price_left_cart
where id in (select c.id from price_left_cart c where c.left_at < $1 order by c.left_at limit 400);

-- name: find_known_customers
select c.id
from customer c
where c.id = any ($1::uuid[]) and c.erased_at is null;
