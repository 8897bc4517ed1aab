-- Work that one process does at a time.

-- name: open_lease
insert into platform_lease (name, holder, beat) values ($1, null, 0) on conflict (name) do nothing;

-- name: find_lease
select holder, beat from platform_lease where name = $1;

-- name: take_lease
update platform_lease set holder = $2, beat = beat + 1 where name = $1 and beat = $3;

-- name: keep_lease
update platform_lease set beat = beat + 1 where name = $1 and holder = $2;

-- name: free_lease
update platform_lease set holder = null, beat = beat + 1 where name = $1 and holder = $2;
