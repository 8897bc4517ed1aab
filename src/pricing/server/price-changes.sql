-- name: find_change_windows
select id, state, start_local, (extract(epoch from start_at) * 1000)::bigint as start_at,
  (extract(epoch from not_before) * 1000)::bigint as not_before, (extract(epoch from ended_at) * 1000)::bigint as ended_at
from price_change
where state <> 'draft'
order by id;
