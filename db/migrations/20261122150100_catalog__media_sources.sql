-- Where a picture came from, so that importing again does not fetch and store it again. The source's hash, because addresses are longer than an index takes.
create table catalog_media_source (
  product_id uuid not null references catalog_product (id),
  source_hash text not null,
  media_id uuid not null references catalog_media (id),
  primary key (product_id, source_hash)
);
