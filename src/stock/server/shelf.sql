-- What the units of SKUs cost in a valuation area at present; of what is not there any more, what it cost last.
-- name: find_current_costs
select sku_id, case when quantity > 0 then quantity else last_quantity end as quantity,
  case when quantity > 0 then value_minor else last_value_minor end as value_minor
from stock_cost
where area_id = $1 and sku_id = any ($2::uuid[]);

-- name: find_on_shelf
select distinct sku_id
from stock_level
where location_id = $1 and sku_id = any ($2::uuid[]) and on_hand > 0;
