-- no-transaction
alter table platform_setting add column if not exists length bigint;
create index concurrently if not exists platform_setting_length on platform_setting (length);
-- Old rows in small batches, each committed; a row that somebody has in hand is left to a later batch, and the last one ends it only when none is left. Ended in
-- the middle it goes on where it stopped, because what is filled is passed over; and it may run twice at once, when the program that began it was killed.
do $$
declare
  filled bigint;
begin
  loop
    update platform_setting s
    set length = octet_length(s.value::text)
    from (select name from platform_setting where length is null order by name limit 500 for no key update skip locked) batch
    where s.name = batch.name;
    get diagnostics filled = row_count;
    exit when filled = 0 and not exists (select from platform_setting where length is null);
    commit;
    perform pg_sleep(0.05);
  end loop;
end $$;
