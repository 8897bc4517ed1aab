-- Which acts need a second person, and what waits for one. Instants are parameters.

-- name: load_rules
select act, amounts, expires_minutes, version from staff_four_eyes order by act collate "C";

-- name: save_rule
insert into staff_four_eyes (act, amounts, expires_minutes)
values ($1, $2, $3)
on conflict (act) do update set amounts = excluded.amounts, expires_minutes = excluded.expires_minutes, version = staff_four_eyes.version + 1;

-- name: delete_rule
delete from staff_four_eyes where act = $1;

-- name: insert_approval
insert into staff_approval (id, act, operation, request, request_hash, asked_by, asked_key, permission, entity_id, location_id, amounts, asked_at, expires_at,
  state)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'pending');

-- name: find_by_key
select a.id, a.act, a.operation, a.request, a.request_hash, a.asked_by, a.asked_key, p.name as asked_by_name, a.permission, a.entity_id, a.location_id,
  a.amounts, (extract(epoch from a.asked_at) * 1000)::bigint as asked_at, (extract(epoch from a.expires_at) * 1000)::bigint as expires_at, a.state, a.decided_by,
  d.name as decided_by_name, (extract(epoch from a.decided_at) * 1000)::bigint as decided_at, a.note, a.outcome
from staff_approval a
join staff_person p on p.id = a.asked_by
left join staff_person d on d.id = a.decided_by
where a.asked_by = $1 and a.asked_key = $2;

-- name: lock_approval
select id from staff_approval where id = $1 for update;

-- name: find_approval
select a.id, a.act, a.operation, a.request, a.request_hash, a.asked_by, a.asked_key, p.name as asked_by_name, a.permission, a.entity_id, a.location_id,
  a.amounts, (extract(epoch from a.asked_at) * 1000)::bigint as asked_at, (extract(epoch from a.expires_at) * 1000)::bigint as expires_at, a.state, a.decided_by,
  d.name as decided_by_name, (extract(epoch from a.decided_at) * 1000)::bigint as decided_at, a.note, a.outcome
from staff_approval a
join staff_person p on p.id = a.asked_by
left join staff_person d on d.id = a.decided_by
where a.id = $1;

-- name: list_approvals
select a.id, a.act, a.operation, a.request, a.request_hash, a.asked_by, a.asked_key, p.name as asked_by_name, a.permission, a.entity_id, a.location_id,
  a.amounts, (extract(epoch from a.asked_at) * 1000)::bigint as asked_at, (extract(epoch from a.expires_at) * 1000)::bigint as expires_at, a.state, a.decided_by,
  d.name as decided_by_name, (extract(epoch from a.decided_at) * 1000)::bigint as decided_at, a.note, a.outcome
from staff_approval a
join staff_person p on p.id = a.asked_by
left join staff_person d on d.id = a.decided_by
where ($1::uuid is null or a.id < $1) and (a.asked_by = $2 or a.permission = any($3::text[]))
  and (a.state = 'pending' and a.expires_at > $4) = $5
order by a.id desc
limit $6;

-- name: save_decision
update staff_approval
set state = $2, decided_by = $3, decided_at = $4, note = $5, version = version + 1
where id = $1 and state = 'pending';

-- name: save_outcome
update staff_approval
set state = $2, outcome = $3, version = version + 1
where id = $1 and state = 'approved';
