-- Webhooks: who is told, how far each is, and the log of calls.

-- name: list_webhooks
select w.id, w.name, w.url, w.types, w.filter, w.with_body, w.owner_id, w.disabled_at, w.disabled_reason, w.created_at, w.version,
  p.position, p.last_success_at, p.failing_since, p.last_problem, json_array_length(p.waiting) as waiting
from platform_webhook w
join platform_webhook_progress p on p.webhook_id = w.id
where ($1::uuid is null or w.owner_id = $1) and ($2::uuid is null or w.id > $2)
order by w.id
limit $3;

-- name: find_webhook
select w.id, w.name, w.url, w.types, w.filter, w.with_body, w.owner_id, w.disabled_at, w.disabled_reason, w.created_at, w.version,
  p.position, p.last_success_at, p.failing_since, p.last_problem, json_array_length(p.waiting) as waiting
from platform_webhook w
join platform_webhook_progress p on p.webhook_id = w.id
where w.id = $1;

-- name: count_webhooks
select count(*)::integer as webhooks from platform_webhook;

-- name: count_troubled
select count(*)::integer as troubled
from platform_webhook w
join platform_webhook_progress p on p.webhook_id = w.id
where ($1::uuid is null or w.owner_id = $1) and (w.disabled_reason <> 'by_hand' or (w.disabled_at is null and p.failing_since < $2));

-- name: insert_webhook
insert into platform_webhook (id, name, url, types, filter, with_body, owner_id, created_at, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, 1);

-- name: insert_progress
insert into platform_webhook_progress (webhook_id, generation, position, waiting) values ($1, 1, $2, '[]');

-- name: edit_webhook
update platform_webhook
set name = $3, url = $4, types = $5, filter = $6, with_body = $7, disabled_at = $8, disabled_reason = $9, version = version + 1
where id = $1 and version = $2;

-- name: disable_webhook
update platform_webhook set disabled_at = $2, disabled_reason = $3, version = version + 1 where id = $1 and disabled_at is null;

-- name: forget_failures
update platform_webhook_progress set failing_since = null, last_problem = null, generation = generation + 1 where webhook_id = $1;

-- name: delete_webhook
delete from platform_webhook where id = $1;

-- name: move_position
update platform_webhook_progress set position = $2, waiting = '[]', generation = generation + 1 where webhook_id = $1;

-- name: insert_secret
insert into platform_webhook_secret (id, webhook_id, sealed, created_at) values ($1, $2, $3, $4);

-- name: expire_secrets
update platform_webhook_secret set expires_at = $2 where webhook_id = $1 and expires_at is null;

-- name: drop_secrets
delete from platform_webhook_secret where expires_at < $1;

-- name: drop_secrets_of
delete from platform_webhook_secret where webhook_id = $1 and expires_at is not null;

-- name: secrets_not_sealed_with
select id, sealed from platform_webhook_secret where left(sealed, length($1)) <> $1 order by id limit $2;

-- name: seal_again
update platform_webhook_secret set sealed = $3 where id = $1 and sealed = $2;

-- name: secrets_of
select webhook_id, sealed, created_at, expires_at from platform_webhook_secret
where webhook_id = any($1::uuid[]) and (expires_at is null or expires_at > $2)
order by created_at desc;

-- name: active_webhooks
select w.id, w.name, w.url, w.types, w.filter, w.with_body, w.owner_id, w.version, p.generation
from platform_webhook w
join platform_webhook_progress p on p.webhook_id = w.id
where w.disabled_at is null
order by w.id;

-- name: progress_of
select webhook_id, generation, position, waiting, last_success_at, failing_since
from platform_webhook_progress
where webhook_id = any($1::uuid[]);

-- name: save_progress
update platform_webhook_progress p
set position = s.position, waiting = s.waiting::json, last_success_at = coalesce(s.last_success_at, p.last_success_at), failing_since = s.failing_since, last_problem = s.last_problem
from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[])
  as s(webhook_id, generation, position, waiting, last_success_at, failing_since, last_problem)
where p.webhook_id = s.webhook_id and p.generation = s.generation;

-- name: insert_deliveries
insert into platform_webhook_delivery (id, webhook_id, event_number, message_id, attempt, outcome, status, problem, answer, took_ms)
select d.id, d.webhook_id, d.event_number, d.message_id, d.attempt, d.outcome, d.status, d.problem, d.answer, d.took_ms
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::integer[], $6::text[], $7::smallint[], $8::text[], $9::text[], $10::integer[])
  as d(id, webhook_id, event_number, message_id, attempt, outcome, status, problem, answer, took_ms);

-- name: list_deliveries
select id, event_number, message_id, attempt, outcome, status, problem, answer, took_ms
from platform_webhook_delivery
where webhook_id = $1 and ($2::uuid is null or id < $2) and ($3::text is null or outcome = $3) and ($4::bigint is null or event_number = $4)
order by id desc
limit $5;

-- name: drop_deliveries
delete from platform_webhook_delivery
where id in (select d.id from platform_webhook_delivery d where d.id < $1 order by d.id limit $2);

-- name: events_numbered
select number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id,
  occurred_at, recorded_at, business_day, posting_day, body
from platform_event
where number = any($1::bigint[])
order by number;
