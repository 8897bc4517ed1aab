-- no-transaction
-- Rows that are being sold meanwhile: a batch holds each of them for a few milliseconds. What the version before places from now on has no remark, for as long as
-- it runs; so this fills what was there when it began, and the next version reads coalesce(remark, '').
do $$
declare
  filled bigint;
  newest bigint := (select event_number from platform_counter);
begin
  loop
    update order_header o
    set remark = ''
    from (
      select id from order_header where remark is null and event_number <= newest order by id limit 50 for no key update skip locked
    ) batch
    where o.id = batch.id;
    get diagnostics filled = row_count;
    exit when filled = 0 and not exists (select from order_header where remark is null and event_number <= newest);
    commit;
    perform pg_sleep(0.02);
  end loop;
end $$;
