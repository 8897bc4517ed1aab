-- name: sums_by_kind
select kind, count(*) as documents, sum(gross_minor)::bigint as gross_minor
from order_document
group by kind
order by kind;

-- name: sales_by_invoice
select external_ref, sum(gross_minor)::bigint as gross_minor
from order_header
group by external_ref;

-- name: count_lines
select (select count(*) from order_line) as order_lines, (select count(*) from stock_movement) as movements, (select count(*) from accounting_entry) as entries,
  (select count(*) from platform_event) as events;

-- name: expenses
select account, (sum(debit_minor) - sum(credit_minor))::bigint as amount_minor
from accounting_day_total
where account between '6000' and '6999'
group by account
order by account;

-- name: balance
select coalesce(sum(entity_amount), 0)::bigint as difference, count(*) as postings
from accounting_posting;

-- name: levels_unlike_movements
select count(*) as levels, count(*) filter (where l.on_hand - l.shortfall is distinct from coalesce(m.moved, 0)) as unlike, sum(l.shortfall)::bigint as shortfall
from stock_level l
left join (select level_id, sum(delta) as moved from stock_movement group by level_id) m on m.level_id = l.id;

-- name: inventory
select (select coalesce(sum(value_minor - short_value_minor), 0)::bigint from stock_cost) as stock_minor,
  (select coalesce(sum(debit_minor - credit_minor), 0)::bigint from accounting_day_total where account = '1200') as ledger_minor;
