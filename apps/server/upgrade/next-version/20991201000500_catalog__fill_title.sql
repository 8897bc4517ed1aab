-- no-transaction
do $$
declare
  filled bigint;
begin
  loop
    update catalog_sku s
    set title = s.name
    from (select id from catalog_sku where title is null order by id limit 500 for no key update skip locked) batch
    where s.id = batch.id;
    get diagnostics filled = row_count;
    exit when filled = 0 and not exists (select from catalog_sku where title is null);
    commit;
  end loop;
end $$;
