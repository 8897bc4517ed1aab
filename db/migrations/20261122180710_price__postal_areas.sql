-- In which county, city and districts the postcodes of a country lie, as tax authorities publish it (ZIP and ZIP+4 in the United States). Codes are capitals
-- and digits of one length, both ends included; a longer code is told of more exactly. The program sees to it that no two rows of a state and length hold on
-- one day for one code.
create table price_tax_postal_area (
  country text not null check (country ~ '^[A-Z]{2}$'),
  region text not null check (region ~ '^[A-Z0-9]{1,3}$'),
  from_code text collate "C" not null check (from_code ~ '^[A-Z0-9]{2,12}$'),
  through_code text collate "C" not null check (through_code ~ '^[A-Z0-9]{2,12}$' and through_code >= from_code),
  county text check (county <> ''),
  city text check (city <> ''),
  districts text[] not null check (cardinality(districts) <= 10 and array_position(districts, '') is null),
  valid_from date not null,
  valid_until date check (valid_until >= valid_from),
  source text not null check (source <> ''),
  constraint price_tax_postal_area_length check (length(through_code) = length(from_code)),
  constraint price_tax_postal_area_zip check (country <> 'US' or from_code ~ '^([0-9]{5}|[0-9]{9})$'),
  primary key (country, region, from_code, through_code, valid_from)
);
