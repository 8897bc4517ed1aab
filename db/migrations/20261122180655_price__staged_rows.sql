-- How many rows of a price change are written where prices are looked up, so that a person who waits for a hundred thousand sees how far it is.
alter table price_change add column staged_count integer not null default 0;
