-- A file may also be compared with what stands here, and then nothing is taken in.
alter table platform_import drop constraint platform_import_kind_check;
alter table platform_import add constraint platform_import_kind_check
  check (kind in ('products', 'customers', 'stock', 'prices', 'opening_balances', 'comparison')) not valid;
