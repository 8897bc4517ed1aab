-- name: insert_file
insert into platform_file (id, name, created_at)
values ($1, $2, $3);

-- name: save_part
insert into platform_file_part (file_id, part, content)
values ($1, $2, $3)
on conflict (file_id, part) do update
set content = excluded.content;

-- name: find_part
select content
from platform_file_part
where file_id = $1 and part = $2;

-- name: measure_file
select count(*) as parts, coalesce(max(part) + 1, 0)::bigint as wanted, coalesce(sum(octet_length(content)), 0)::bigint as bytes
from platform_file_part
where file_id = $1;
