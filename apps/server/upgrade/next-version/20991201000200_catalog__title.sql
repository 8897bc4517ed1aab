-- A rename is a new column beside the old one. Both are written by the next version; what reads takes coalesce(title, name) until the contract.
alter table catalog_sku add column title text;
