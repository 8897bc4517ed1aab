-- name: list_retention
select what, country, years, days, basis
from platform_retention
order by what, country;

-- name: insert_erasure
insert into platform_erasure (id, kind, subject_id, asked_by, erased_at, receipt)
values ($1, $2, $3, $4, $5, $6);

-- name: find_erasure
select id, kind, subject_id, asked_by, (extract(epoch from erased_at) * 1000)::bigint as erased_at, receipt
from platform_erasure
where subject_id = $1
order by erased_at desc
limit 1;

-- name: known_erasures
select id
from platform_erasure
where id = any ($1::uuid[]);

-- name: forget_origins
update platform_origin
set address = null, user_agent = null
where principal_id = $1 and address is not null
returning id;

-- A key's row holds a hash of what was sent; of what was sent about the person nothing stays.
-- The key of the erasure itself stays: it was hashed with an id alone, and a repeat is to be given the receipt.
-- name: forget_keys
delete from platform_key
where event_number in (
  select number from platform_event
  where subject_id = $1 and topic in ('customer', 'staff') and type not in ('CustomerErased', 'PersonErased')
);

-- name: import_files_until
select max(coalesce(i.finished_at, i.created_at)) as finished_at
from platform_import i
where i.kind = 'customers' and exists (select 1 from platform_file_part p where p.file_id = i.file_id);

-- What somebody sent and nobody went on with is given up before its file goes. A comparison is finished once it was looked at.
-- name: give_up_imports
update platform_import
set state = 'cancelled', finished_at = coalesce(finished_at, created_at), version = version + 1
where state in ('uploading', 'needs_choice', 'checked') and not (kind = 'comparison' and state = 'checked') and coalesce(finished_at, created_at) < $1;

-- name: delete_import_files
delete from platform_file_part p
using platform_import i
where p.file_id in (i.file_id, i.pictures_file_id) and coalesce(i.finished_at, i.created_at) < $1 and i.state not in ('checking', 'running', 'undoing');

-- name: blank_import_problems
update platform_import_problem p
set value = ''
from platform_import i
where i.id = p.import_id and i.finished_at < $1 and p.value <> '';

-- name: events_about
select number, type, recorded_at, body
from platform_event
where subject_id = $1 and ($2::bigint is null or number < $2)
order by number;
