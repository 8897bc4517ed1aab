-- What accountants ask. The journal is read entry by entry, everything else from the totals of a day that are summed when they are posted.

-- A page of entries, newest first. Planned anew with each call, because the filters differ too much for one plan.
-- name: list_entries
select j.event_number, j.ordinal, j.entity_id, j.posting_day, j.location_id, j.channel_id, j.rule, j.currency, j.entity_currency, j.rate_numerator,
  j.rate_denominator, j.accounts, j.amounts, j.entity_amounts, e.type as event_type, e.topic, e.subject_id, e.occurred_at, e.recorded_at, e.business_day,
  coalesce(e.body ->> 'document', e.body ->> 'number', nullif(e.body ->> 'supplierRef', ''), nullif(e.body ->> 'note', '')) as document
from (
  select *
  from accounting_entry j
  where (j.event_number, j.ordinal) < ($2::bigint, $3::smallint)
    and j.entity_id = any ($4::uuid[])
    and ($5::uuid[] is null or j.location_id = any ($5::uuid[]))
    and ($6::uuid is null or j.channel_id = $6::uuid)
    and ($7::date is null or j.posting_day >= $7::date)
    and ($8::date is null or j.posting_day <= $8::date)
    and ($9::bigint is null or j.event_number = $9::bigint)
    and ($10::text is null or j.accounts @> array[$10::text])
    and ($11::date[] is null or j.posting_day = any ($11::date[]))
  order by j.event_number desc, j.ordinal desc
  limit $1) j
join platform_event e on e.number = j.event_number
order by j.event_number desc, j.ordinal desc;

-- The same for a few days: found by day and sorted, because reading back from the end would pass everything that was posted since.
-- name: list_entries_of_days
select j.event_number, j.ordinal, j.entity_id, j.posting_day, j.location_id, j.channel_id, j.rule, j.currency, j.entity_currency, j.rate_numerator,
  j.rate_denominator, j.accounts, j.amounts, j.entity_amounts, e.type as event_type, e.topic, e.subject_id, e.occurred_at, e.recorded_at, e.business_day,
  coalesce(e.body ->> 'document', e.body ->> 'number', nullif(e.body ->> 'supplierRef', ''), nullif(e.body ->> 'note', '')) as document
from (
  select *
  from accounting_entry j
  where (j.event_number, j.ordinal) < ($2::bigint, $3::smallint)
    and j.entity_id = any ($4::uuid[])
    and ($5::uuid[] is null or j.location_id = any ($5::uuid[]))
    and ($6::uuid is null or j.channel_id = $6::uuid)
    and ($7::date is null or j.posting_day >= $7::date)
    and ($8::date is null or j.posting_day <= $8::date)
    and ($9::bigint is null or j.event_number = $9::bigint)
    and ($10::text is null or j.accounts @> array[$10::text])
    and ($11::date[] is null or j.posting_day = any ($11::date[]))
  order by (j.event_number + 0) desc, j.ordinal desc
  limit $1) j
join platform_event e on e.number = j.event_number
order by j.event_number desc, j.ordinal desc;

-- On which days an account was used at all, at most so many: the totals know without reading the journal.
-- name: find_days_of_account
select distinct t.posting_day
from accounting_day_total t
where t.entity_id = any ($1::uuid[]) and t.account = $2 and ($3::date is null or t.posting_day >= $3::date) and ($4::date is null or t.posting_day <= $4::date)
limit $5;

-- name: sum_accounts
select t.account, coalesce(sum(t.debit_minor - t.credit_minor) filter (where t.posting_day < $3::date), 0)::bigint as opening,
  coalesce(sum(t.debit_minor) filter (where $3::date is null or t.posting_day >= $3::date), 0)::bigint as debit,
  coalesce(sum(t.credit_minor) filter (where $3::date is null or t.posting_day >= $3::date), 0)::bigint as credit
from accounting_day_total t
where t.entity_id = $1 and ($2::date is null or t.posting_day <= $2::date)
group by t.account
order by t.account;

-- name: sum_results
select case when $5 = 'channel' then t.channel_id end as channel_id, case when $5 = 'location' then t.location_id end as location_id, a.code, a.role, a.kind,
  sum(t.debit_minor)::bigint as debit, sum(t.credit_minor)::bigint as credit
from accounting_day_total t
join accounting_account a on a.entity_id = t.entity_id and a.code = t.account
where t.entity_id = $1 and t.posting_day between $2::date and $3::date and ($4::uuid[] is null or t.location_id = any ($4::uuid[]))
  and a.kind in ('revenue', 'expense')
group by 1, 2, a.code, a.role, a.kind
order by 1, 2, a.code;

-- name: sum_areas
select a.id, a.name, a.method, a.currency, coalesce(sum(c.quantity), 0)::bigint as quantity, coalesce(sum(c.value_minor), 0)::bigint as value,
  coalesce(sum(c.short_quantity), 0)::bigint as short_quantity, coalesce(sum(c.short_value_minor), 0)::bigint as short_value
from stock_valuation_area a
left join stock_cost c on c.area_id = a.id
where a.entity_id = $1
group by a.id
order by a.name, a.id;

-- name: inventory_balance
select coalesce(sum(t.debit_minor - t.credit_minor), 0)::bigint as balance
from accounting_account a
join accounting_day_total t on t.entity_id = a.entity_id and t.account = a.code
where a.entity_id = $1 and a.role = 'inventory';

-- name: list_values
select c.area_id, c.sku_id, s.code, s.name, lower(s.name) as sort_name, c.quantity, c.value_minor, c.short_quantity, c.short_value_minor
from catalog_sku s
join stock_cost c on c.sku_id = s.id
where (lower(s.name), s.id) >= ($2, $3::uuid)
  and (lower(s.name), s.id, c.area_id) > ($2, $3::uuid, $4::uuid)
  and c.area_id = any (array(
    select a.id
    from stock_valuation_area a
    where a.entity_id = $5))
  and (c.quantity > 0 or c.short_quantity > 0)
order by lower(s.name), s.id, c.area_id
limit $1;
