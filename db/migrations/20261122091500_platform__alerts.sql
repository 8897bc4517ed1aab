-- What operators were told of and is not over yet, so that several processes tell it once.
create table platform_alert (
  name text primary key,
  bad_since timestamptz not null,
  told_at timestamptz,
  good_since timestamptz
);
