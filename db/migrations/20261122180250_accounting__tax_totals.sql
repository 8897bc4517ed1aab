-- Taxes of a day by jurisdiction, summed in the commit that posts them. Negative when more was credited than charged. An empty jurisdiction: nobody said whose.
create table accounting_tax_total (
  entity_id uuid not null,
  posting_day date not null,
  jurisdiction text not null,
  code text not null,
  rate_ppm integer not null check (rate_ppm >= 0),
  treatment text not null check (treatment in ('taxed', 'zero', 'exempt', 'reverse_charge', 'export', 'marketplace', 'outside')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  base_minor bigint not null,
  tax_minor bigint not null,
  entity_base_minor bigint not null,
  entity_tax_minor bigint not null,
  primary key (entity_id, posting_day, jurisdiction, code, rate_ppm, treatment, currency)
) with (fillfactor = 50);

-- What was posted before anybody asked whose tax it was.
insert into accounting_tax_total (entity_id, posting_day, jurisdiction, code, rate_ppm, treatment, currency, base_minor, tax_minor, entity_base_minor,
  entity_tax_minor)
select t.entity_id, t.posting_day, '', 'VAT', 0, 'taxed', e.functional_currency, 0, sum(t.credit_minor) - sum(t.debit_minor), 0,
  sum(t.credit_minor) - sum(t.debit_minor)
from accounting_day_total t
join accounting_account a on a.entity_id = t.entity_id and a.code = t.account
join company_legal_entity e on e.id = t.entity_id
where a.role = 'output_tax'
group by t.entity_id, t.posting_day, e.functional_currency
on conflict do nothing;
