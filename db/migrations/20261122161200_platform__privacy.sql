-- How long what is kept. `what` 'invoices': a document's card by the country of its legal entity (empty: any other), to the end of the year and so many years
-- on. The others in days, everywhere.
create table platform_retention (
  what text not null check (what in ('invoices', 'addresses', 'sessions', 'import_files')),
  country text not null default '' check (country = '' or (what = 'invoices' and country ~ '^[A-Z]{2}$')),
  years smallint check (years between 1 and 30),
  days integer check (days between 1 and 36500),
  basis text not null default '',
  primary key (what, country),
  check ((what = 'invoices') = (years is not null)),
  check ((what = 'invoices') = (days is null))
);
insert into platform_retention (what, country, years, basis) values
  ('invoices', '', 10, 'the longest that is usual'),
  ('invoices', 'AT', 7, '§ 132 BAO'),
  ('invoices', 'BE', 10, 'art. 60 CTVA'),
  ('invoices', 'CH', 10, 'Art. 958f OR'),
  ('invoices', 'DE', 8, '§ 147 AO, § 14b UStG'),
  ('invoices', 'DK', 5, 'Bogføringsloven § 12'),
  ('invoices', 'ES', 6, 'art. 30 Código de Comercio'),
  ('invoices', 'FR', 10, 'art. L123-22 Code de commerce'),
  ('invoices', 'GB', 6, 'VAT Notice 700/21'),
  ('invoices', 'IE', 6, 'VATCA 2010 s. 84'),
  ('invoices', 'IT', 10, 'art. 2220 Codice civile'),
  ('invoices', 'NL', 7, 'art. 52 AWR'),
  ('invoices', 'PL', 5, 'art. 112 ustawy o VAT'),
  ('invoices', 'PT', 10, 'art. 52 CIVA'),
  ('invoices', 'SE', 7, '7 kap. 2 § BFL'),
  ('invoices', 'US', 7, 'IRS Publication 583');
insert into platform_retention (what, days) values ('addresses', 90), ('sessions', 90), ('import_files', 30);

-- Who was erased, by id alone: a restored backup is told to do it again.
create table platform_erasure (
  id uuid primary key,
  kind text not null check (kind in ('customer', 'person')),
  subject_id uuid not null,
  asked_by uuid not null,
  erased_at timestamptz not null,
  receipt json not null
);
create index platform_erasure_subject on platform_erasure (subject_id);
