-- Whether the books agree with themselves. The first is cheap, the others read everything.

-- name: unbalanced_days
select count(*) as wrong
from (
  select posting_day, entity_id
  from accounting_day_total
  where posting_day >= $1
  group by posting_day, entity_id
  having sum(debit_minor) <> sum(credit_minor)
) days;

-- name: totals_unlike_entries
select count(*) as wrong
from (
  select posting_day, entity_id, account, sum(debit_minor) - sum(credit_minor) as net
  from accounting_day_total
  group by posting_day, entity_id, account
) total
full join (
  select posting_day, entity_id, account, sum(entity_amount) as net
  from accounting_posting
  group by posting_day, entity_id, account
) posted using (posting_day, entity_id, account)
where coalesce(total.net, 0) <> coalesce(posted.net, 0);

-- name: levels_unlike_movements
select count(*) as wrong
from stock_level level
full join (
  select level_id, sum(delta) as net
  from stock_movement
  group by level_id
) moved on moved.level_id = level.id
where coalesce(level.on_hand - level.shortfall, 0) <> coalesce(moved.net, 0);
