-- The account of cash rounding for the legal entities that are there; new ones begin with it.
insert into accounting_account (entity_id, code, name, kind, role)
select e.entity_id, '6065', 'Cash rounding', 'expense', 'cash_rounding'
from (select distinct entity_id from accounting_account) e
on conflict do nothing;
