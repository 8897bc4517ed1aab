-- name: insert_tasks
insert into task (id, event_number, kind, entity_id, location_id, order_id, currency, items, opened_at)
select t.id, t.event_number, t.kind, t.entity_id, t.location_id, t.order_id, t.currency, t.items::jsonb, t.opened_at
from unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::timestamptz[])
  as t(id, event_number, kind, entity_id, location_id, order_id, currency, items, opened_at);

-- The events of this transaction have the last numbers of the counter, $5 of them. What says no place happened where the order was sold.
-- name: insert_tasks_of_events
insert into task (id, event_number, kind, entity_id, location_id, order_id, currency, items, opened_at)
select t.id, e.number, t.kind, e.entity_id, coalesce(e.location_id, o.selling_location_id), e.subject_id, t.currency, t.items::jsonb, e.recorded_at
from platform_counter c
cross join unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $6::text[]) as t(id, place, kind, currency, items)
join platform_event e on e.number = c.event_number - $5::bigint + t.place
left join order_header o on o.id = e.subject_id
where c.id = 1;
