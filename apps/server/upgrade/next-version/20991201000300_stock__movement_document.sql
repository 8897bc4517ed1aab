-- no-transaction
-- An index over a partitioned table: an empty one on the whole, one on each partition beside those who write, then put together.
create index if not exists stock_movement_document on only stock_movement (document_id);
create index concurrently if not exists stock_movement_0_document on stock_movement_0 (document_id);
alter index stock_movement_document attach partition stock_movement_0_document;
