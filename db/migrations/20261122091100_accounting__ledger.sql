create table accounting_account (
  entity_id uuid not null references company_legal_entity (id),
  code text not null check (code ~ '^[0-9]{4,8}$'),
  name text not null,
  kind text not null check (kind in ('asset', 'liability', 'equity', 'revenue', 'expense')),
  role text not null,
  primary key (entity_id, code),
  unique (entity_id, role)
);

-- Books are closed up to and including a day; what happened in a closed period is posted on the first open day.
create table accounting_period (
  entity_id uuid primary key references company_legal_entity (id),
  closed_through date not null,
  version bigint not null check (version > 0)
);

-- A loop, because the same as one SQL expression over unnest cost half of an entry's insert: in a CHECK it starts an executor each time.
create function accounting_sum(amounts bigint[]) returns bigint
language plpgsql immutable parallel safe as $$
declare
  total bigint := 0;
  amount bigint;
begin
  foreach amount in array amounts loop
    total := total + coalesce(amount, 0);
  end loop;
  return total;
end $$;

-- A journal entry is one row with its postings side by side (debits positive, credits negative), because only so can the
-- database itself refuse one that does not balance, in the document's currency and in the entity's.
create table accounting_entry (
  event_number bigint not null check (event_number > 0),
  ordinal smallint not null check (ordinal > 0),
  entity_id uuid not null,
  posting_day date not null,
  location_id uuid not null,
  channel_id uuid,
  document_id uuid,
  rule text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  entity_currency text not null check (entity_currency ~ '^[A-Z]{3}$'),
  rate_numerator bigint not null check (rate_numerator > 0),
  rate_denominator bigint not null check (rate_denominator > 0),
  accounts text[] not null,
  amounts bigint[] not null,
  entity_amounts bigint[] not null,
  constraint accounting_entry_shape check (
    cardinality(accounts) >= 2 and cardinality(accounts) = cardinality(amounts) and cardinality(accounts) = cardinality(entity_amounts)),
  constraint accounting_entry_balances check (accounting_sum(amounts) = 0),
  constraint accounting_entry_balances_in_entity_currency check (accounting_sum(entity_amounts) = 0),
  primary key (event_number, ordinal)
) partition by range (event_number);
create table accounting_entry_0 partition of accounting_entry for values from (1) to (maxvalue);
create index accounting_entry_day on accounting_entry (entity_id, posting_day, event_number);

create view accounting_posting as
  select e.event_number, e.ordinal, p.line, e.entity_id, e.posting_day, e.location_id, e.channel_id, e.document_id, e.rule,
         e.currency, e.entity_currency, p.account, p.amount, p.entity_amount
  from accounting_entry e
  cross join lateral unnest(e.accounts, e.amounts, e.entity_amounts) with ordinality as p(account, amount, entity_amount, line);

-- What the reports read: the postings of a day summed when they are made. Always in the entity's currency.
create table accounting_day_total (
  posting_day date not null,
  entity_id uuid not null,
  channel_id uuid not null,
  location_id uuid not null,
  account text not null,
  debit_minor bigint not null check (debit_minor >= 0),
  credit_minor bigint not null check (credit_minor >= 0),
  primary key (posting_day, entity_id, channel_id, location_id, account)
) with (fillfactor = 50);
create index accounting_day_total_entity on accounting_day_total (entity_id, account, posting_day);
