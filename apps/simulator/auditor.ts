import type { Finding } from './memory-auditor.ts';

/** Runs one SELECT in the retailer's schema. For a database that is being written to, inside one REPEATABLE READ transaction. */
export type AuditQuery = (text: string) => Promise<readonly Record<string, unknown>[]>;

/** One thing that must hold in every database: `sees` counts what there is to look at, `faults` gives the rows for which it does not hold. */
export type DatabaseCheck = {
  readonly name: string;
  readonly says: string;
  readonly sees: string;
  readonly faults: string;
};

/** What an audit found; empty `findings` is good news. `looked` says how many rows each check had to look at. */
export type DatabaseAudit = {
  readonly findings: readonly Finding[];
  readonly looked: Readonly<Record<string, number>>;
};

const OPEN_LINES = `
  select l.sku_id, l.fulfilling_location_id as location_id, sum(l.quantity - l.shipped - l.cancelled) as asked
  from order_line l join order_header o on o.id = l.order_id
  where l.kind = 'goods' and o.kind in ('order', 'marketplace_order')
  group by l.sku_id, l.fulfilling_location_id`;

/** Halves away from nought, as numeric rounds: the share of a line that left it. */
const LEFT = `
  select l.order_id, o.kind, o.entity_id, o.currency, o.prepaid_minor,
    sum(case when o.kind = 'return' then l.net_minor else round(l.net_minor::numeric * l.shipped / l.quantity) end) as net,
    sum(case when o.kind = 'return' then l.tax_minor else round(l.tax_minor::numeric * l.shipped / l.quantity) end) as tax,
    sum(case when o.kind = 'return' then 0 else
      round(l.net_minor::numeric * (l.quantity - l.cancelled) / l.quantity) - round(l.net_minor::numeric * l.shipped / l.quantity)
      + round(l.tax_minor::numeric * (l.quantity - l.cancelled) / l.quantity) - round(l.tax_minor::numeric * l.shipped / l.quantity) end) as open_gross,
    bool_or(l.gross_minor < 0) as has_discount
  from order_line l join order_header o on o.id = l.order_id
  group by l.order_id, o.kind, o.entity_id, o.currency, o.prepaid_minor`;

/** The money of an order by itself: what was given back for goods that came back stands against their credit notes. */
const PAID = `
  select p.order_id, sum(p.authorised) as authorised, sum(p.captured) as captured, sum(p.voided) as voided, sum(p.refunded - coalesce(b.amount, 0)) as refunded
  from payment p
  left join (
    select (r.part ->> 0)::uuid as payment_id, sum((r.part ->> 2)::bigint) as amount
    from platform_event e cross join lateral json_array_elements(e.body -> 'refunded') as r(part)
    where e.type = 'GoodsReturned' group by 1) b on b.payment_id = p.id
  group by p.order_id`;

/** The number of an account by what it is for; the chart everybody begins with where an entity has none. */
const account = (role: string, otherwise: string): string =>
  `coalesce((select a.code from accounting_account a where a.entity_id = e.entity_id and a.role = '${role}'), '${otherwise}')`;

const POSTINGS = `
  select e.event_number, e.entity_id, e.posting_day, e.location_id, e.channel_id, e.document_id, e.rule, e.currency, e.entity_currency, p.account, p.amount, p.entity_amount
  from accounting_entry e cross join lateral unnest(e.accounts, e.amounts, e.entity_amounts) as p(account, amount, entity_amount)`;

const check = (name: string, says: string, sees: string, faults: string): DatabaseCheck => ({
  name,
  says,
  sees: `select count(*)::float8 as rows from ${sees}`,
  faults,
});

/** Every check, with statements of its own: nothing of the program's code is used to judge the program. */
export const DATABASE_CHECKS: readonly DatabaseCheck[] = [
  check(
    'levels',
    'a level is the sum of its movements, and they are as many as it says',
    'stock_level',
    `
    select l.id, l.on_hand - l.shortfall as level, coalesce(m.total, 0) as movements, l.moves, coalesce(m.times, 0) as times
    from stock_level l
    left join (select level_id, sum(delta) as total, count(*) as times from stock_movement group by level_id) m on m.level_id = l.id
    where l.on_hand - l.shortfall <> coalesce(m.total, 0) or l.moves <> coalesce(m.times, 0)`,
  ),
  check(
    'movements',
    'each movement starts where the one before it ended, numbered without a gap',
    'stock_movement',
    `
    select c.* from (
      select m.level_id, m.move, m.net_before, m.net_after, m.delta, l.id as level,
        row_number() over w as place, coalesce(lag(m.net_after) over w, 0) as ended,
        m.event_number < coalesce(lag(m.event_number) over w, 0) as out_of_order
      from stock_movement m left join stock_level l on l.id = m.level_id
      window w as (partition by m.level_id order by m.move)) c
    where c.move <> c.place or c.net_before <> c.ended or c.net_before + c.delta <> c.net_after or c.level is null or c.out_of_order`,
  ),
  check(
    'movement events',
    'every movement belongs to an event',
    'stock_movement',
    `
    select m.level_id, m.move, m.event_number from stock_movement m
    where not exists (select from platform_event e where e.number = m.event_number)`,
  ),
  check(
    'promises',
    'what is promised is what open orders and reservations ask for',
    'stock_level',
    `
    select coalesce(s.sku_id, a.sku_id) as sku_id, coalesce(s.location_id, a.location_id) as location_id, s.promised, a.asked
    from (select sku_id, location_id, sum(reserved + backordered) as promised from stock_level group by sku_id, location_id) s
    full join (
      select sku_id, location_id, sum(asked) as asked from (
        ${OPEN_LINES}
        union all
        select sku_id, location_id, sum(quantity) from stock_reservation where ended_at is null group by sku_id, location_id) both_kinds
      group by sku_id, location_id) a on a.sku_id = s.sku_id and a.location_id = s.location_id
    where coalesce(s.promised, 0) <> coalesce(a.asked, 0)`,
  ),
  check(
    'holds',
    'what a level holds is its open reservations',
    'stock_level',
    `
    select l.id, l.held, coalesce(r.open, 0) as open
    from stock_level l
    full join (select level_id, sum(quantity) as open from stock_reservation where ended_at is null group by level_id) r on r.level_id = l.id
    where l.id is null or l.held <> coalesce(r.open, 0)`,
  ),
  check(
    'reservations',
    'a reservation is of the level it names',
    'stock_reservation',
    `
    select r.id from stock_reservation r left join stock_level l on l.id = r.level_id
    where l.id is null or l.sku_id <> r.sku_id or l.location_id <> r.location_id`,
  ),
  check(
    'entries',
    'every journal entry balances in both currencies',
    'accounting_entry',
    `
    select e.event_number, e.ordinal, s.total, s.entity_total from accounting_entry e
    cross join lateral (select sum(amount) as total, sum(entity_amount) as entity_total from unnest(e.amounts, e.entity_amounts) as p(amount, entity_amount)) s
    where s.total is distinct from 0 or s.entity_total is distinct from 0
      or cardinality(e.accounts) <> cardinality(e.amounts) or cardinality(e.accounts) <> cardinality(e.entity_amounts)
      or (e.currency = e.entity_currency and e.amounts <> e.entity_amounts)`,
  ),
  check(
    'entity currency',
    'a legal entity keeps its books in its own currency',
    'accounting_entry',
    `
    select e.entity_id, array_agg(distinct e.entity_currency) as currencies, l.functional_currency
    from accounting_entry e left join company_legal_entity l on l.id = e.entity_id
    group by e.entity_id, l.functional_currency
    having count(distinct e.entity_currency) <> 1 or min(e.entity_currency) is distinct from l.functional_currency`,
  ),
  check(
    'entry events',
    'every journal entry belongs to an event of its entity',
    'accounting_entry',
    `
    select e.event_number, e.ordinal from accounting_entry e left join platform_event v on v.number = e.event_number
    where v.number is null or v.entity_id is distinct from e.entity_id or v.posting_day <> e.posting_day`,
  ),
  check(
    'day totals',
    'the totals of a day are the sum of its postings',
    'accounting_day_total',
    `
    select coalesce(t.posting_day, p.posting_day) as day, coalesce(t.entity_id, p.entity_id) as entity_id, coalesce(t.account, p.account) as account,
      t.debit_minor, p.debit, t.credit_minor, p.credit
    from accounting_day_total t
    full join (
      select posting_day, entity_id, coalesce(channel_id, '00000000-0000-0000-0000-000000000000') as channel_id, location_id, account,
        sum(greatest(entity_amount, 0)) as debit, sum(greatest(-entity_amount, 0)) as credit
      from (${POSTINGS}) postings
      group by 1, 2, 3, 4, 5) p
      on p.posting_day = t.posting_day and p.entity_id = t.entity_id and p.channel_id = t.channel_id and p.location_id = t.location_id and p.account = t.account
    where coalesce(t.debit_minor, 0) <> coalesce(p.debit, 0) or coalesce(t.credit_minor, 0) <> coalesce(p.credit, 0)`,
  ),
  check(
    'inventory',
    "the inventory account is the value of the entity's stock",
    'stock_cost',
    `
    select coalesce(v.entity_id, l.entity_id) as entity_id, v.value, l.ledger
    from (select a.entity_id, sum(c.value_minor - c.short_value_minor) as value from stock_cost c join stock_valuation_area a on a.id = c.area_id group by a.entity_id) v
    full join (select e.entity_id, sum(e.entity_amount) as ledger from (${POSTINGS}) e where e.account = ${account('inventory', '1200')} group by e.entity_id) l
      on l.entity_id = v.entity_id
    where coalesce(v.value, 0) <> coalesce(l.ledger, 0)`,
  ),
  check(
    'costs',
    'the units that have a cost are the units of our own levels of the area',
    'stock_cost',
    `
    select coalesce(c.area_id, l.area_id) as area_id, coalesce(c.sku_id, l.sku_id) as sku_id, c.units, l.net
    from (select area_id, sku_id, quantity - short_quantity as units from stock_cost) c
    full join (
      select m.area_id, s.sku_id, sum(s.on_hand - s.shortfall) as net
      from stock_level s
      left join stock_area_location m on m.location_id = s.location_id
      left join stock_valuation_area a on a.id = m.area_id
      where a.id is null or s.owner_id = a.entity_id
      group by m.area_id, s.sku_id) l on l.area_id = c.area_id and l.sku_id = c.sku_id
    where coalesce(c.units, 0) <> coalesce(l.net, 0)`,
  ),
  check(
    'layers',
    'FIFO layers sum to the cost they are layers of, and only FIFO has any',
    'stock_cost',
    `
    select c.area_id, c.sku_id, c.quantity, c.value_minor, s.quantity as in_layers, s.value as value_in_layers
    from stock_cost c
    join stock_valuation_area a on a.id = c.area_id
    left join lateral (
      select coalesce(sum((y.layer ->> 0)::bigint), 0) as quantity, coalesce(sum((y.layer ->> 1)::bigint), 0) as value
      from json_array_elements(coalesce(c.layers, '[]'::json)) as y(layer)) s on true
    where (a.method = 'fifo' and (s.quantity <> c.quantity or s.value <> c.value_minor)) or (a.method <> 'fifo' and c.layers is not null)`,
  ),
  check(
    'series',
    'documents are numbered 1 to the last number of their series, each number once',
    'company_series',
    `
    select s.id, s.kind, s.last_number, d.times, d.last
    from company_series s
    full join (select series_id, count(*) as times, min(number) as first, max(number) as last from order_document group by series_id) d on d.series_id = s.id
    where s.id is null
      or (s.kind <> 'order' and (s.last_number <> coalesce(d.times, 0) or s.last_number <> coalesce(d.last, 0) or coalesce(d.first, 1) <> 1))`,
  ),
  check(
    'order numbers',
    'orders are numbered 1 to the last number of their series, each number once',
    "company_series where kind = 'order'",
    `
    select s.id, s.last_number, o.times, o.last
    from company_series s
    cross join lateral (
      select count(*) as times, count(distinct n.number) as different, max(n.number) as last
      from (
        select substring(h.number from '([0-9]+)$')::bigint as number
        from order_header h
        where h.kind in ('order', 'marketplace_order') and h.entity_id = s.entity_id and h.number like '%-' || s.fiscal_year || '-%'
          and s.scope_id in (h.entity_id, h.channel_id, h.selling_location_id, h.register_id)) n) o
    where s.kind = 'order' and (o.times <> s.last_number or o.different <> s.last_number or coalesce(o.last, 0) <> s.last_number)`,
  ),
  check(
    'events',
    'events are numbered 1 to the counter without a gap, and recorded time never goes back',
    'platform_event',
    `
    select * from (
      select e.number, e.recorded_at, row_number() over w as place, lag(e.recorded_at) over w as before from platform_event e window w as (order by e.number)) n
    where n.number <> n.place or n.recorded_at < n.before
    union all
    select c.event_number, c.recorded_at, m.times, m.recorded_at from platform_counter c, (select count(*) as times, max(recorded_at) as recorded_at from platform_event) m
    where c.event_number <> m.times or c.recorded_at < m.recorded_at`,
  ),
  check(
    'keys',
    'a key names one event that is there, and no event has two',
    'platform_key',
    `
    select 'event is missing' as fault, k.key_hash::text as key, k.event_number from platform_key k
    where not exists (select from platform_event v where v.number = k.event_number)
    union all
    select 'event has two keys', min(key_hash::text), event_number from platform_key group by event_number having count(*) > 1
    union all
    select 'key has two events', key_hash::text, min(event_number) from platform_key group by key_hash having count(*) > 1`,
  ),
  check(
    'events of commands',
    'what a command brought about has its key',
    'platform_event',
    `
    select e.number, e.type from platform_event e
    where e.type in ('SaleRecorded', 'OrderPlaced', 'MarketplaceOrderRecorded', 'OrderShipped', 'OrderCancelled', 'GoodsReturned', 'GoodsReceived', 'StockReserved')
      and e.number >= (select min(event_number) from platform_key)
      and not exists (select from platform_key k where k.event_number = e.number)`,
  ),
  check(
    'facts',
    'the facts of a source are numbered 1 to its last counter, each with its event',
    'platform_fact',
    `
    select coalesce(s.source_id, f.source_id) as source_id, s.last_counter, f.times, f.last, f.lost
    from platform_source s
    full join (
      select p.source_id, count(*) as times, max(p.counter) as last, count(*) filter (where e.number is null) as lost
      from platform_fact p left join platform_event e on e.number = p.event_number group by p.source_id) f on f.source_id = s.source_id
    where s.last_counter is distinct from f.times or s.last_counter is distinct from f.last or f.lost > 0`,
  ),
  check(
    'quarantine',
    'what is in quarantine took its place in the count of its source',
    'platform_quarantine',
    `
    select q.id, q.source_id, q.counter from platform_quarantine q
    where q.counter is not null and not exists (select from platform_fact f where f.source_id = q.source_id and f.counter = q.counter)`,
  ),
  check(
    'headers',
    'an order is the sum of its lines',
    'order_header',
    `
    select o.id, o.net_minor, l.net, o.tax_minor, l.tax
    from order_header o
    left join (select order_id, sum(net_minor) as net, sum(tax_minor) as tax, sum(gross_minor) as gross from order_line group by order_id) l on l.order_id = o.id
    where o.net_minor <> coalesce(l.net, 0) or o.tax_minor <> coalesce(l.tax, 0) or o.gross_minor <> coalesce(l.gross, 0)`,
  ),
  check(
    'lines',
    'a line belongs to an order and no more left it than it held',
    'order_line',
    `
    select l.order_id, l.line from order_line l left join order_header o on o.id = l.order_id
    where o.id is null or l.net_minor + l.tax_minor <> l.gross_minor or l.returned > l.shipped
      or (o.kind <> 'return' and l.shipped + l.cancelled > l.quantity) or (o.kind = 'till_sale' and l.shipped <> l.quantity)`,
  ),
  check(
    'statuses',
    'the status of an order is what its lines say',
    'order_header',
    `
    select o.id, o.status, l.open, l.shipped
    from order_header o
    join (select order_id, sum(quantity - shipped - cancelled) as open, sum(shipped) as shipped from order_line group by order_id) l on l.order_id = o.id
    where o.kind in ('order', 'marketplace_order')
      and o.status <> case when l.open > 0 and l.shipped > 0 then 'part_shipped' when l.open > 0 then 'placed' when l.shipped > 0 then 'completed' else 'cancelled' end`,
  ),
  check(
    'documents',
    'the documents of an order are what left it',
    'order_document',
    `
    select f.order_id, f.net, f.tax, d.net as issued_net, d.tax as issued_tax
    from (${LEFT}) f
    full join (select order_id, sum(net_minor) as net, sum(tax_minor) as tax from order_document group by order_id) d on d.order_id = f.order_id
    where coalesce(f.net, 0) <> coalesce(d.net, 0) or coalesce(f.tax, 0) <> coalesce(d.tax, 0)`,
  ),
  check(
    'document events',
    'a document belongs to an event and to its order',
    'order_document',
    `
    select d.series_id, d.number from order_document d
    left join platform_event e on e.number = d.event_number left join order_header o on o.id = d.order_id
    where e.number is null or o.id is null or o.entity_id <> d.entity_id or o.currency <> d.currency`,
  ),
  check(
    'sales of a day',
    'the sales of a day are its documents',
    'order_day_total',
    `
    select coalesce(t.business_day, d.business_day) as day, t.sales, d.documents, t.net_minor, d.net, t.gross_minor, d.gross
    from order_day_total t
    full join (
      select d.business_day, d.entity_id, o.channel_id, o.selling_location_id as location_id, d.currency, count(*) filter (where d.kind <> 'credit_note') as documents,
        sum(d.net_minor) as net, sum(d.tax_minor) as tax, sum(d.gross_minor) as gross
      from order_document d join order_header o on o.id = d.order_id
      group by 1, 2, 3, 4, 5) d
      on d.business_day = t.business_day and d.entity_id = t.entity_id and d.channel_id = t.channel_id and d.location_id = t.location_id and d.currency = t.currency
    where t.sales is distinct from d.documents or t.net_minor is distinct from d.net or t.tax_minor is distinct from d.tax or t.gross_minor is distinct from d.gross`,
  ),
  check(
    'units of a channel',
    'the units sold by a channel at a location are the goods that left',
    'order_day_total',
    `
    select coalesce(t.channel_id, l.channel_id) as channel_id, t.units, l.units as left_units
    from (select channel_id, location_id, currency, sum(units) as units from order_day_total group by 1, 2, 3) t
    full join (
      select o.channel_id, o.selling_location_id as location_id, o.currency, sum(case when o.kind = 'return' then l.quantity else l.shipped end) filter (where l.kind = 'goods') as units
      from order_line l join order_header o on o.id = l.order_id group by 1, 2, 3) l
      on l.channel_id = t.channel_id and l.location_id = t.location_id and l.currency = t.currency
    where coalesce(t.units, 0) <> coalesce(l.units, 0)`,
  ),
  check(
    'payments',
    'no payment is captured, voided or refunded beyond what it may be',
    'payment',
    `
    select p.id from payment p left join order_header o on o.id = p.order_id
    where o.id is null or p.captured + p.voided > p.authorised or p.refunded > p.captured or p.currency <> o.currency or p.entity_id <> o.entity_id`,
  ),
  check(
    'order money',
    'what was taken for an order is invoiced or a prepayment, and what may still be taken is still open',
    'order_header',
    `
    select f.order_id, p.authorised, p.captured, p.voided, p.refunded, f.net, f.tax, f.prepaid_minor, f.open_gross
    from (${LEFT}) f left join (${PAID}) p on p.order_id = f.order_id
    where f.kind in ('order', 'marketplace_order')
      and (coalesce(p.captured - p.refunded, 0) <> f.net + f.tax + f.prepaid_minor
        or (f.kind = 'order' and not f.has_discount and coalesce(p.authorised - p.captured - p.voided, 0) + f.prepaid_minor <> f.open_gross))`,
  ),
  check(
    'till money',
    'a till took what it sold for, but for the difference that it told',
    "order_header where kind = 'till_sale'",
    `
    select o.id, o.gross_minor, p.captured, o.cash_rounding_minor, e.body ->> 'differenceMinor' as difference
    from order_header o
    join platform_event e on e.number = o.event_number
    left join (${PAID}) p on p.order_id = o.id
    where o.kind = 'till_sale' and (coalesce(p.captured, 0) < o.gross_minor + o.cash_rounding_minor + (e.body ->> 'differenceMinor')::bigint or coalesce(p.voided + p.refunded, 0) <> 0)`,
  ),
  check(
    'prepayments',
    'the prepayment account is the prepayments of the orders',
    'order_header',
    `
    select coalesce(o.entity_id, l.entity_id) as entity_id, coalesce(o.currency, l.currency) as currency, o.prepaid, l.ledger
    from (select entity_id, currency, sum(prepaid_minor) as prepaid from order_header group by entity_id, currency) o
    full join (select e.entity_id, e.currency, sum(e.amount) as ledger from (${POSTINGS}) e where e.account = ${account('customer_prepayment', '2200')} group by 1, 2) l
      on l.entity_id = o.entity_id and l.currency = o.currency
    where coalesce(o.prepaid, 0) + coalesce(l.ledger, 0) <> 0`,
  ),
  check(
    'booked prepayments',
    'the prepayment of each order stands in the books as the order says, at nought in both currencies when all is shipped or cancelled',
    'order_header',
    `
    select coalesce(o.id, l.document_id) as order_id, o.status, o.prepaid_minor, l.ledger, o.prepaid_booked_minor, l.booked
    from order_header o
    full join (
      select e.document_id, sum(e.amount) as ledger, sum(e.entity_amount) as booked from (${POSTINGS}) e
      where e.account = ${account('customer_prepayment', '2200')} group by e.document_id) l on l.document_id = o.id
    where coalesce(o.prepaid_minor, 0) + coalesce(l.ledger, 0) <> 0 or coalesce(o.prepaid_booked_minor, 0) + coalesce(l.booked, 0) <> 0
      or (o.status in ('completed', 'cancelled') and (coalesce(l.ledger, 0) <> 0 or coalesce(l.booked, 0) <> 0))`,
  ),
  check(
    'cash rounding',
    'the account of cash rounding is what sales and returns say that cash was rounded by',
    'order_header',
    `
    select coalesce(o.entity_id, l.entity_id) as entity_id, coalesce(o.currency, l.currency) as currency, o.rounded, l.ledger
    from (select entity_id, currency, sum(cash_rounding_minor) as rounded from order_header group by 1, 2) o
    full join (select e.entity_id, e.currency, sum(e.amount) as ledger from (${POSTINGS}) e where e.account = ${account('cash_rounding', '6065')}
      and e.rule in ('SaleRecorded', 'GoodsReturned') group by 1, 2) l
      on l.entity_id = o.entity_id and l.currency = o.currency
    where coalesce(o.rounded, 0) + coalesce(l.ledger, 0) <> 0`,
  ),
  check(
    'tax',
    'the tax account is the tax of the documents',
    'order_document',
    `
    select coalesce(d.entity_id, l.entity_id) as entity_id, coalesce(d.currency, l.currency) as currency, d.tax, l.ledger
    from (select entity_id, currency, sum(tax_minor) as tax from order_document group by 1, 2) d
    full join (
      select e.entity_id, e.currency, sum(e.amount) as ledger from (${POSTINGS}) e
      where e.account = ${account('output_tax', '2100')} and e.rule in ('SaleRecorded', 'OrderShipped', 'GoodsReturned') group by 1, 2) l
      on l.entity_id = d.entity_id and l.currency = d.currency
    where coalesce(d.tax, 0) + coalesce(l.ledger, 0) <> 0`,
  ),
  check(
    'tax totals',
    'the taxes by jurisdiction are the tax account, day by day in both currencies',
    'accounting_tax_total',
    `
    select coalesce(t.entity_id, l.entity_id) as entity_id, coalesce(t.posting_day, l.posting_day) as posting_day, coalesce(t.currency, l.currency) as currency,
      t.tax, l.ledger, t.entity_tax, l.entity_ledger
    from (
      select entity_id, posting_day, currency, sum(tax_minor) as tax, sum(entity_tax_minor) as entity_tax from accounting_tax_total
      where treatment = 'taxed' group by 1, 2, 3) t
    full join (
      select e.entity_id, e.posting_day, e.currency, sum(e.amount) as ledger, sum(e.entity_amount) as entity_ledger from (${POSTINGS}) e
      where e.account = ${account('output_tax', '2100')} and e.rule in ('SaleRecorded', 'OrderShipped', 'GoodsReturned') group by 1, 2, 3) l
      on l.entity_id = t.entity_id and l.posting_day = t.posting_day and l.currency = t.currency
    where coalesce(t.tax, 0) + coalesce(l.ledger, 0) <> 0 or coalesce(t.entity_tax, 0) + coalesce(l.entity_ledger, 0) <> 0`,
  ),
  check(
    'cost of goods',
    'the cost account is the cost of the lines that left',
    'order_line',
    `
    select coalesce(d.entity_id, l.entity_id) as entity_id, d.cost, l.ledger
    from (select o.entity_id, sum(l.cost_minor) as cost from order_line l join order_header o on o.id = l.order_id group by 1) d
    full join (
      select e.entity_id, sum(e.entity_amount) as ledger from (${POSTINGS}) e
      where e.account = ${account('cost_of_goods', '5000')} and e.rule in ('SaleRecorded', 'OrderShipped', 'GoodsReturned') group by 1) l on l.entity_id = d.entity_id
    where coalesce(d.cost, 0) <> coalesce(l.ledger, 0)`,
  ),
  check(
    'reward accounts',
    'a gift card or store credit is the sum of its history, and what was issued less what was redeemed and ran out',
    'order_header',
    `
    select a.key, a.balance_minor, a.overdrawn_minor, h.total, h.times, a.version
    from reward_account a
    left join (select account_key, sum(delta) as total, count(*) as times, max(entry) as last from reward_entry where unit = 'minor' group by account_key) h on h.account_key = a.key
    where a.balance_minor - a.overdrawn_minor <> coalesce(h.total, 0) or a.version <> coalesce(h.times, 0) or a.version <> h.last
      or a.balance_minor - a.overdrawn_minor <> a.issued_minor - a.redeemed_minor - a.expired_minor
      or (a.balance_minor > 0 and a.overdrawn_minor > 0)`,
  ),
  check(
    'reward redemptions',
    'what gift cards and store credit paid is what was redeemed on them',
    'payment',
    `
    select coalesce(p.key, h.key) as key, p.paid, h.redeemed
    from (
      select provider_ref as key, sum(captured - refunded) as paid
      from payment where method in ('gift_card', 'store_credit') and provider_ref <> '' group by provider_ref) p
    full join (
      select account_key as key, -sum(delta) as redeemed
      from reward_entry where unit = 'minor' and what in ('redeemed', 'given_back') group by account_key) h on h.key = p.key
    where coalesce(p.paid, 0) <> coalesce(h.redeemed, 0)`,
  ),
  check(
    'reward liabilities',
    'the accounts of gift cards and store credit are the balances, in the currency of each',
    'accounting_entry',
    `
    select coalesce(a.entity_id, l.entity_id) as entity_id, coalesce(a.currency, l.currency) as currency, coalesce(a.kind, l.kind) as kind, a.balance, l.ledger
    from (select entity_id, currency, kind, sum(balance_minor) as balance from reward_account group by 1, 2, 3) a
    full join (
      select e.entity_id, e.currency, case when e.account = ${account('gift_card_liability', '2310')} then 'gift_card' else 'store_credit' end as kind, sum(e.amount) as ledger
      from (${POSTINGS}) e
      where e.account in (${account('gift_card_liability', '2310')}, ${account('store_credit_liability', '2320')})
      group by 1, 2, 3) l on l.entity_id = a.entity_id and l.currency = a.currency and l.kind = a.kind
    where coalesce(a.balance, 0) + coalesce(l.ledger, 0) <> 0`,
  ),
  check(
    'reward overdrafts',
    'the overdraft account is what accounts are overdrawn by and what was paid with cards that nobody knows',
    'accounting_entry',
    `
    select coalesce(a.entity_id, l.entity_id) as entity_id, coalesce(a.currency, l.currency) as currency, a.overdrawn, l.ledger
    from (
      select entity_id, currency, sum(overdrawn) as overdrawn from (
        select entity_id, currency, overdrawn_minor as overdrawn from reward_account
        union all
        select entity_id, currency, captured - refunded from payment where method in ('gift_card', 'store_credit') and provider_ref = '') both_kinds
      group by 1, 2) a
    full join (
      select e.entity_id, e.currency, sum(e.amount) as ledger from (${POSTINGS}) e
      where e.account = ${account('reward_overdraft', '1110')} group by 1, 2) l on l.entity_id = a.entity_id and l.currency = a.currency
    where coalesce(a.overdrawn, 0) <> coalesce(l.ledger, 0)`,
  ),
  check(
    'reward points',
    'points are the sum of their lots and of their history, and what was earned less what was used and ran out',
    'order_header',
    `
    select p.key, p.balance, p.overdrawn, y.points, y.value, p.value_minor, h.total
    from reward_points p
    cross join lateral (
      select coalesce(sum((l.lot ->> 1)::bigint), 0) as points, coalesce(sum((l.lot ->> 3)::bigint), 0) as value from json_array_elements(p.lots) as l(lot)) y
    left join (select account_key, sum(delta) as total from reward_entry where unit = 'points' group by account_key) h on h.account_key = p.key
    where p.balance <> y.points or p.value_minor <> y.value or p.balance - p.overdrawn <> coalesce(h.total, 0)
      or p.balance - p.overdrawn <> p.earned - p.burned - p.expired`,
  ),
  check(
    'reward points in the books',
    'the account of points is what stands in the books for the lots',
    'accounting_entry',
    `
    select coalesce(p.entity_id, l.entity_id) as entity_id, coalesce(p.currency, l.currency) as currency, p.value, l.ledger
    from (select entity_id, currency, sum(value_minor) as value from reward_points group by 1, 2) p
    full join (
      select e.entity_id, e.currency, sum(e.amount) as ledger from (${POSTINGS}) e
      where e.account = ${account('points_liability', '2330')} group by 1, 2) l on l.entity_id = p.entity_id and l.currency = p.currency
    where coalesce(p.value, 0) + coalesce(l.ledger, 0) <> 0`,
  ),
  check(
    'supplier shares',
    'what suppliers are asked for is their part of the discounts of what left, less what came back',
    'order_header',
    `
    select coalesce(l.promotion_id, s.promotion_id) as promotion_id, l.pieces, s.pieces as told_pieces, l.minor, s.minor as told
    from (
      select (d.one ->> 'promotionId')::uuid as promotion_id, sum(case when o.kind = 'return' then l.quantity else l.shipped end) as pieces,
        sum(case when o.kind = 'return' then (d.one ->> 'supplierMinor')::numeric
          else round((d.one ->> 'supplierMinor')::numeric * l.shipped / l.quantity) end) as minor
      from order_line l join order_header o on o.id = l.order_id cross join lateral json_array_elements(l.discounts::json) as d(one)
      where d.one ->> 'supplierMinor' is not null group by 1) l
    full join (
      select promotion_id, sum(pieces) as pieces, sum(supplier_minor) as minor from price_supplier_share group by 1) s on s.promotion_id = l.promotion_id
    where coalesce(l.pieces, 0) <> coalesce(s.pieces, 0) or coalesce(l.minor, 0) <> coalesce(s.minor, 0)`,
  ),
  check(
    'vouchers',
    'every voucher was told of by its hand-over, sales issue what they promised, and what was taken back was told of by returns',
    'order_header',
    `
    select v.id::text as about, v.amount_minor::numeric as minor, t.minor as told
    from price_earned_voucher v
    full join (
      select (t.one ->> 0)::uuid as id, (t.one ->> 2)::numeric as minor
      from platform_event e cross join lateral json_array_elements(e.body -> 'vouchers') as t(one)
      where e.type in ('SaleRecorded', 'OrderShipped')) t on t.id = v.id
    where v.amount_minor is distinct from t.minor
    union all
    select o.number, coalesce(v.minor, 0), p.minor
    from order_header o
    join (
      select o.id, sum((p.one -> 'voucher' ->> 'amountMinor')::numeric) as minor
      from order_header o cross join lateral json_array_elements(o.promotions::json) as p(one)
      where p.one ->> 'voucher' is not null group by 1) p on p.id = o.id
    left join (select order_id, sum(amount_minor) as minor, sum(taken_back_minor) as back from price_earned_voucher group by 1) v on v.order_id = o.id
    where coalesce(v.minor - v.back, 0) > p.minor
      or (o.kind = 'till_sale' and o.register_id is null and coalesce(v.minor, 0) <> p.minor)
      or (o.kind = 'order' and o.status = 'completed' and v.minor is null and not exists (
        select from order_line l where l.order_id = o.id and l.cancelled > 0 or l.order_id = o.id and l.returned > 0))
    union all
    select v.order_id::text, v.back, r.minor
    from (select order_id, sum(taken_back_minor) as back from price_earned_voucher group by 1) v
    left join (
      select o.original_order_id as order_id,
        sum(coalesce((e.body ->> 'vouchersVoidedMinor')::numeric, 0) + coalesce((e.body ->> 'vouchersWithheldMinor')::numeric, 0)) as minor
      from platform_event e join order_header o on o.id = (e.body ->> 'orderId')::uuid
      where e.type = 'GoodsReturned' group by 1) r on r.order_id = v.order_id
    where v.back <> coalesce(r.minor, 0)`,
  ),
  check(
    'tasks',
    'what went beyond a limit or a balance has one task for a person, and every task its event',
    'platform_event e',
    `select coalesce(e.number, t.event_number) as event_number, e.type, t.kind
    from (
      select number, type, entity_id, subject_id from platform_event
      where type in ('PromotionOverused', 'RewardOverdrawn', 'GiftCardNotCharged', 'PaymentFailed')) e
    full join task t on t.event_number = e.number
    where e.number is null
      -- A payment that failed before there were tasks has none.
      or t.id is null and e.type <> 'PaymentFailed'
      or (e.type, t.kind) not in (('PromotionOverused', 'promotion_overused'), ('RewardOverdrawn', 'reward_overdrawn'),
        ('GiftCardNotCharged', 'gift_card_not_charged'), ('PaymentFailed', 'payment_failed'))
      or t.entity_id is distinct from e.entity_id or t.order_id is distinct from e.subject_id`,
  ),
];

const MOST_ROWS = 20;

/**
 * Audits a retailer's schema by SQL of its own. A check that sees no row is a finding too, because it proves nothing; name in
 * `mayBeEmpty` the checks for which the caller knows that there is nothing to see (a shop that never had a fact or a reservation).
 * `atOnce`: how many checks run beside each other, when `query` has as many connections. One unless told.
 */
export async function auditDatabase(
  query: AuditQuery,
  options: { readonly mayBeEmpty?: readonly string[]; readonly atOnce?: number } = {},
): Promise<DatabaseAudit> {
  const findings: Finding[] = [];
  const looked: Record<string, number> = {};
  const rest = DATABASE_CHECKS.values();
  const work = async (): Promise<void> => {
    for (const { name, says, sees, faults } of rest) {
      const rows = Number((await query(sees))[0]?.rows);
      looked[name] = rows;
      if (!(rows > 0) && options.mayBeEmpty?.includes(name) !== true)
        findings.push({ check: name, says: 'there was nothing to look at', rows: [] });
      const found = await query(`${faults}\nlimit ${MOST_ROWS}`);
      if (found.length > 0) findings.push({ check: name, says: `does not hold: ${says}`, rows: found });
    }
  };
  await Promise.all(Array.from({ length: options.atOnce ?? 1 }, work));
  return { findings, looked };
}
