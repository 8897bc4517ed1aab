-- What a next version might want, done so that the one before sells on beside it. Each file shows how one thing is done; decisions/0015-upgrades.md says why.

-- New columns: nullable, or with a default that is a constant. The version before does not name them.
alter table order_header
  add column is_gift boolean not null default false,
  add column remark text;
-- A promise about rows that are there already is made for new ones first.
alter table order_header add constraint order_header_remark_short check (length(remark) <= 500) not valid;
-- A new table is nobody else's: it may have whatever it likes.
create table order_tag (
  order_id uuid not null,
  tag text not null check (tag <> ''),
  primary key (order_id, tag)
);
create index order_tag_tag on order_tag (tag);
