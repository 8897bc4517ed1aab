-- name: add_tax_totals
insert into accounting_tax_total as t (entity_id, posting_day, jurisdiction, code, rate_ppm, treatment, currency, base_minor, tax_minor, entity_base_minor,
  entity_tax_minor)
select d.entity_id, d.posting_day, d.jurisdiction, d.code, d.rate_ppm, d.treatment, d.currency, d.base_minor, d.tax_minor, d.entity_base_minor,
  d.entity_tax_minor
from unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
  as d(entity_id, posting_day, jurisdiction, code, rate_ppm, treatment, currency, base_minor, tax_minor, entity_base_minor, entity_tax_minor)
on conflict (entity_id, posting_day, jurisdiction, code, rate_ppm, treatment, currency) do update
set base_minor = t.base_minor + excluded.base_minor, tax_minor = t.tax_minor + excluded.tax_minor,
  entity_base_minor = t.entity_base_minor + excluded.entity_base_minor, entity_tax_minor = t.entity_tax_minor + excluded.entity_tax_minor;

-- name: sum_taxes
select jurisdiction, code, rate_ppm, treatment, currency, sum(base_minor)::bigint as base_minor, sum(tax_minor)::bigint as tax_minor,
  sum(entity_base_minor)::bigint as entity_base_minor, sum(entity_tax_minor)::bigint as entity_tax_minor
from accounting_tax_total
where entity_id = $1 and posting_day between $2 and $3
group by jurisdiction, code, rate_ppm, treatment, currency
order by jurisdiction, code, rate_ppm desc, treatment, currency;

-- name: sum_tax_account
select coalesce(sum(t.credit_minor) - sum(t.debit_minor), 0)::bigint as ledger_minor
from accounting_day_total t
join accounting_account a on a.entity_id = t.entity_id and a.code = t.account
where t.entity_id = $1 and t.posting_day between $2 and $3 and a.role = 'output_tax';
