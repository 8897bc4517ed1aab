-- Open tasks, the newest first, of places ($1 null: everywhere).
-- name: list_open_tasks
select t.id, t.event_number, t.kind, t.entity_id, t.location_id, t.order_id, o.number as order_number, t.currency, t.items,
  (extract(epoch from t.opened_at) * 1000)::bigint as opened_at, null::bigint as done_at, t.done_by, t.note
from task t
left join order_header o on o.id = t.order_id
where t.done_at is null and ($1::uuid[] is null or t.location_id = any ($1::uuid[])) and ($2::text is null or t.kind = $2)
  and t.event_number < $3
order by t.event_number desc
limit $4;

-- name: list_done_tasks
select t.id, t.event_number, t.kind, t.entity_id, t.location_id, t.order_id, o.number as order_number, t.currency, t.items,
  (extract(epoch from t.opened_at) * 1000)::bigint as opened_at, (extract(epoch from t.done_at) * 1000)::bigint as done_at, t.done_by, t.note
from task t
left join order_header o on o.id = t.order_id
where t.done_at is not null and ($1::uuid[] is null or t.location_id = any ($1::uuid[])) and ($2::text is null or t.kind = $2)
  and t.event_number < $3
order by t.event_number desc
limit $4;

-- Beyond so many nobody counts.
-- name: count_open_tasks
select count(*)::integer as open
from (
  select 1
  from task t
  where t.done_at is null and ($1::uuid[] is null or t.location_id = any ($1::uuid[]))
  limit $2) c;

-- name: find_task
select t.id, t.event_number, t.kind, t.entity_id, t.location_id, t.order_id, o.number as order_number, t.currency, t.items,
  (extract(epoch from t.opened_at) * 1000)::bigint as opened_at, (extract(epoch from t.done_at) * 1000)::bigint as done_at, t.done_by, t.note
from task t
left join order_header o on o.id = t.order_id
where t.id = $1;

-- name: lock_task
select t.id, t.event_number, t.kind, t.entity_id, t.location_id, t.order_id, '' as order_number, t.currency, t.items,
  (extract(epoch from t.opened_at) * 1000)::bigint as opened_at, (extract(epoch from t.done_at) * 1000)::bigint as done_at, t.done_by, t.note
from task t
where t.id = $1
for update of t;

-- name: end_task
update task
set done_at = $2, done_by = $3, note = $4, version = version + 1
where id = $1;

-- name: find_names
select 'promotion' as what, p.id::text as key, p.name, p.terms ->> 'currency' as currency, 0::bigint as open
from price_promotion p
where p.id = any ($1::uuid[])
union all
select 'account', a.key, coalesce(a.last_four, ''), a.currency, a.overdrawn_minor
from reward_account a
where a.key = any ($2::text[])
union all
select 'points', b.key, '', b.currency, b.overdrawn
from reward_points b
where b.key = any ($3::text[])
union all
select 'customer', c.id::text, c.number, '', 0::bigint
from customer c
where c.id = any ($4::uuid[]);
