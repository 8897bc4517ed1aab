-- name: insert_import
insert into platform_import (id, kind, format, file_id, pictures_file_id, state, settings, report, created_by, created_at)
values ($1, $2, $3, $4, $5, 'uploading', $6::json, '{}', $7, $8);

-- name: find_import
select i.id, i.kind, i.format, i.file_id, f.name as file_name, i.pictures_file_id, i.state, i.settings, i.report, i.done, i.total, i.created_by,
  i.created_at, i.confirmed_by, (extract(epoch from i.confirmed_at) * 1000)::bigint as confirmed_at, i.finished_at, i.cancel_asked, i.version
from platform_import i
join platform_file f on f.id = i.file_id
where i.id = $1;

-- name: list_imports
select i.id, i.kind, i.format, i.file_id, f.name as file_name, i.pictures_file_id, i.state, i.settings, i.report, i.done, i.total, i.created_by,
  i.created_at, i.confirmed_by, (extract(epoch from i.confirmed_at) * 1000)::bigint as confirmed_at, i.finished_at, i.cancel_asked, i.version
from platform_import i
join platform_file f on f.id = i.file_id
where i.id < $2::uuid
order by i.id desc
limit $1;

-- name: lock_import
select state
from platform_import
where id = $1
for no key update;

-- A new state ends the claim, except where it is the worker's own progress.
-- name: set_state
update platform_import
set state = $2, settings = coalesce($3::json, settings), report = coalesce($4::json, report), finished_at = $5, confirmed_by = coalesce($6, confirmed_by),
  confirmed_at = coalesce($7, confirmed_at), cancel_asked = false, claimed_by = null, claimed_until = null, version = version + 1
where id = $1;

-- name: ask_cancel
update platform_import
set cancel_asked = true, version = version + 1
where id = $1;

-- name: claim_import
update platform_import
set claimed_by = $1, claimed_until = $3
where id = (
  select w.id
  from platform_import w
  where w.state in ('checking', 'running', 'undoing') and (w.claimed_until is null or w.claimed_until < $2 or w.claimed_by = $1)
  order by w.created_at
  limit 1
  for update skip locked)
returning id;

-- name: keep_claim
update platform_import
set claimed_until = $3, done = $4, total = $5
where id = $1 and claimed_by = $2
returning cancel_asked, (select event_number from platform_counter) as event_number;

-- name: free_claim
update platform_import
set claimed_by = null, claimed_until = null
where claimed_by = $1;

-- name: clear_problems
delete from platform_import_problem
where import_id = $1 and phase = $2;

-- name: insert_problems
insert into platform_import_problem (import_id, phase, number, line, column_name, value, weight, reason, says, does)
select $1, $2, p.number, p.line, p.column_name, p.value, p.weight, p.reason, p.says, p.does
from unnest($3::integer[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
  as p(number, line, column_name, value, weight, reason, says, does)
on conflict (import_id, phase, number) do nothing;

-- name: last_problem
select coalesce(max(number), 0) as number
from platform_import_problem
where import_id = $1 and phase = $2;

-- name: find_locale
select locale
from staff_person
where id = $1;

-- name: list_problems
select number, line, column_name, value, weight, reason, says, does
from platform_import_problem
where import_id = $1 and phase = $2 and number > $3 and ($4::text is null or weight = $4) and ($5::text is null or reason = $5)
order by number
limit $6;

-- name: insert_chunk
insert into platform_import_chunk (import_id, chunk, did)
values ($1, $2, $3::json);

-- name: find_chunk
select chunk, did, finished, undone
from platform_import_chunk
where import_id = $1 and chunk = $2;

-- name: finish_chunk
update platform_import_chunk
set finished = true
where import_id = $1 and chunk = $2;

-- name: undo_chunk
update platform_import_chunk
set undone = true
where import_id = $1 and chunk = $2;

-- name: measure_chunks
select count(*) filter (where finished) as finished, count(*) as chunks
from platform_import_chunk
where import_id = $1;

-- name: levels_there
select sku_id, sum(on_hand)::bigint as on_hand
from stock_level
where location_id = $1 and sku_id = any ($2::uuid[])
group by sku_id;

-- Codes that are written almost like those that are wanted: in other letters, or with other signs between them.
-- name: codes_alike
select w.code as wanted, min(s.code) as code
from unnest($1::text[]) as w(code)
join catalog_sku s on lower(s.code) = lower(w.code) and s.code <> w.code
group by w.code;

-- Units by place, without what the books lack.
-- name: levels_of_skus
select sku_id, location_id, sum(on_hand - shortfall)::bigint as units
from stock_level
where sku_id = any ($1::uuid[])
group by sku_id, location_id;

-- name: own_skus
select s.code, coalesce((select sum(l.on_hand - l.shortfall) from stock_level l where l.sku_id = s.id), 0)::bigint as units
from catalog_sku s
where s.archived_at is null and s.kind = 'goods' and s.code > $2
order by s.code
limit $1;

-- What opening balances of an entity and a day earlier imports have booked, as far as it was not taken back.
-- name: balances_booked
select l.account, sum(l."amountMinor")::bigint as amount
from platform_import i
join platform_import_chunk c on c.import_id = i.id
cross join json_to_recordset(c.did -> 'balances' -> 'lines') as l(account text, "amountMinor" bigint)
where i.kind = 'opening_balances' and c.finished and not c.undone and c.did -> 'balances' ->> 'entityId' = $1 and c.did -> 'balances' ->> 'day' = $2
group by l.account;

-- name: forget_file
delete from platform_file_part
where file_id = $1;

-- name: find_media_sources
select product_id, source_hash
from catalog_media_source
where product_id = any ($1::uuid[]);

-- name: insert_media_source
insert into catalog_media_source (product_id, source_hash, media_id)
values ($1, $2, $3)
on conflict (product_id, source_hash) do nothing;

-- name: count_media
select count(*) as pictures
from catalog_media
where product_id = $1;
