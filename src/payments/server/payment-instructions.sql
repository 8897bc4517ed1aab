-- Only payments that rest on an authorisation of this provider: a terminal at a counter has settled its own.
-- name: insert_instructions
insert into payment_instruction (id, payment_id, event_number, action, amount, status, updated_at)
select i.id, i.payment_id, i.event_number, i.action, i.amount, 'waiting', $7
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::bigint[]) as i(id, payment_id, event_number, action, amount)
join payment p on p.id = i.payment_id
where p.provider_ref like $6
on conflict (payment_id, event_number, action) do nothing;

-- What is to be told now, of each payment only the first: a capture comes before its refund.
-- name: find_due_instructions
select i.id, i.payment_id, i.event_number, i.action, i.amount, i.attempts, p.provider_ref, p.order_id, p.entity_id, p.currency
from payment_instruction i
join payment p on p.id = i.payment_id
where i.status = 'waiting'
  and p.provider_ref like $3
  and i.updated_at <= $1::timestamptz - case when i.attempts = 0 then interval '0' else interval '1 second' * (1 << least(i.attempts, 11)) end
  and not exists (
    select
    from payment_instruction e
    where e.payment_id = i.payment_id and e.status = 'waiting' and (e.event_number, e.action) < (i.event_number, i.action))
order by i.event_number, i.payment_id
limit $2;

-- name: settle_instruction
update payment_instruction
set status = $2, attempts = attempts + 1, reason = $3, updated_at = $4
where id = $1 and status = 'waiting';
