-- name: load_payments
select id, order_id, entity_id, method, currency, provider_ref, authorised, captured, voided, refunded, fee_minor, version
from payment
where id = any ($1::uuid[]);

-- name: insert_payments
insert into payment (id, order_id, entity_id, method, currency, provider_ref, authorised, captured, voided, refunded, fee_minor, created_at, version)
select p.id, p.order_id, p.entity_id, p.method, p.currency, p.provider_ref, p.authorised, p.captured, p.voided, p.refunded, p.fee_minor, $13, p.version
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
  $12::bigint[])
  as p(id, order_id, entity_id, method, currency, provider_ref, authorised, captured, voided, refunded, fee_minor, version);

-- name: update_payments
with written as (
  update payment p
  set captured = c.captured, voided = c.voided, refunded = c.refunded, fee_minor = c.fee_minor, version = c.version
  from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
    as c(id, was, captured, voided, refunded, fee_minor, version)
  where p.id = c.id and p.version = c.was
  returning 1)
select platform_guard((select count(*) from written), $8, 'payment');
