-- name: insert_entries
insert into accounting_entry (event_number, ordinal, entity_id, posting_day, location_id, channel_id, document_id, rule, currency, entity_currency,
  rate_numerator, rate_denominator, accounts, amounts, entity_amounts)
select e.event_number, e.ordinal, e.entity_id, e.posting_day, e.location_id, e.channel_id, e.document_id, e.rule, e.currency, e.entity_currency,
  e.rate_numerator, e.rate_denominator, e.accounts::text[], e.amounts::bigint[], e.entity_amounts::bigint[]
from unnest($1::bigint[], $2::smallint[], $3::uuid[], $4::date[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::bigint[],
  $12::bigint[], $13::text[], $14::text[], $15::text[])
  as e(event_number, ordinal, entity_id, posting_day, location_id, channel_id, document_id, rule, currency, entity_currency, rate_numerator,
    rate_denominator, accounts, amounts, entity_amounts);

-- name: add_day_totals
insert into accounting_day_total as t (posting_day, entity_id, channel_id, location_id, account, debit_minor, credit_minor)
select d.posting_day, d.entity_id, d.channel_id, d.location_id, d.account, d.debit_minor, d.credit_minor
from unnest($1::date[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[])
  as d(posting_day, entity_id, channel_id, location_id, account, debit_minor, credit_minor)
on conflict (posting_day, entity_id, channel_id, location_id, account) do update
set debit_minor = t.debit_minor + excluded.debit_minor, credit_minor = t.credit_minor + excluded.credit_minor;

-- name: load_periods
select entity_id, closed_through, version
from accounting_period
where entity_id = any ($1::uuid[]);

-- name: insert_periods
insert into accounting_period (entity_id, closed_through, version)
select p.entity_id, p.closed_through, p.version
from unnest($1::uuid[], $2::date[], $3::bigint[]) as p(entity_id, closed_through, version);

-- name: update_periods
with written as (
  update accounting_period p
  set closed_through = c.closed_through, version = c.version
  from unnest($1::uuid[], $2::bigint[], $3::date[], $4::bigint[]) as c(entity_id, was, closed_through, version)
  where p.entity_id = c.entity_id and p.version = c.was
  returning 1)
select platform_guard((select count(*) from written), $5, 'accounting_period');
