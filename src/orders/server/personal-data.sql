-- name: open_orders
select count(*)::int as orders
from order_header
where customer_id = $1 and status in ('placed', 'part_shipped');

-- A till sale's receipt names nobody; an invoice and a credit note do.
-- name: documents_of_cards
select o.customer_card_id as card_id, d.business_day::text as day, e.country
from order_header o
join order_document d on d.order_id = o.id
join company_legal_entity e on e.id = d.entity_id
where o.customer_id = $1 and o.customer_card_id is not null and d.kind in ('invoice', 'credit_note');

-- name: orders_of
select o.id, o.number, o.kind, o.status, o.customer_card_id, o.currency, o.gross_minor, o.placed_at,
  (select json_agg(json_build_object('kind', d.kind, 'label', d.label, 'day', d.business_day) order by d.issued_at) from order_document d where d.order_id = o.id) as documents,
  (select json_agg(json_build_object('description', l.description, 'quantity', l.quantity, 'grossMinor', l.gross_minor) order by l.line) from order_line l where l.order_id = o.id) as lines
from order_header o
where o.customer_id = $1
order by o.id;
