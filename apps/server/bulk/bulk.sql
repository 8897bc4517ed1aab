-- name: find_waiting
select 1 as waits
from platform_import
where state in ('checking', 'running', 'undoing') and (claimed_until is null or claimed_until < $1)
limit 1;
