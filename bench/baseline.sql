-- What the same sale costs when PostgreSQL does it all: one function, called once per sale, as a good database programmer would write it.
-- Rows are locked in one order (by SKU, then the series, the totals, the counter); the counter, which everybody needs, comes last, and what
-- carries its number is written after it. It writes the same rows in the same tables as our own sale; baseline.test.ts counts them.
-- It does not wake followers, does not re-check a key under the lock and does not guard its updates: all of that is in its favour.

create or replace function bench_sale(
  p_key uuid, p_body_hash uuid, p_actor uuid, p_order uuid, p_payment uuid, p_entity uuid, p_area uuid, p_location uuid, p_channel uuid, p_currency text,
  p_at timestamptz, p_day date, p_year integer, p_prefix text, p_now timestamptz, p_skus uuid[], p_quantities bigint[], p_unit_amounts bigint[],
  p_taxes_ppm integer[], p_nets bigint[], p_taxes bigint[], p_grosses bigint[], p_fee bigint, p_provider_ref text
) returns bigint language plpgsql as $$
declare
  v_event bigint;
  v_recorded timestamptz;
  v_posting_day date := p_day;
  v_closed date;
  v_lines integer := cardinality(p_skus);
  v_net bigint := 0;
  v_tax bigint := 0;
  v_units bigint := 0;
  v_cost bigint := 0;
  v_line_cost bigint;
  v_quantity bigint;
  v_value bigint;
  v_level uuid;
  v_move bigint;
  v_after bigint;
  v_levels uuid[] := '{}';
  v_moves bigint[] := '{}';
  v_afters bigint[] := '{}';
  v_costs bigint[] := '{}';
  v_series uuid;
  v_number bigint;
  v_label text;
  v_accounts text[];
  v_amounts bigint[];
  v_body json;
begin
  select event_number into v_event from platform_key where key_hash = p_key;
  if found then
    return v_event;
  end if;
  select closed_through into v_closed from accounting_period where entity_id = p_entity;
  if v_closed >= p_day then
    v_posting_day := v_closed + 1;
  end if;

  for i in 1 .. v_lines loop
    update stock_level
    set on_hand = on_hand - p_quantities[i], moves = moves + 1, version = version + 1
    where sku_id = p_skus[i] and location_id = p_location and condition = 'sellable' and owner_id = p_entity and lot = ''
      and on_hand - reserved - safety >= p_quantities[i]
    returning id, moves, on_hand into v_level, v_move, v_after;
    if not found then
      raise exception 'insufficient_stock' using errcode = 'OS002';
    end if;
    select quantity, value_minor into v_quantity, v_value from stock_cost where area_id = p_area and sku_id = p_skus[i] for no key update;
    v_line_cost := case when v_quantity = p_quantities[i] then v_value else (2 * v_value * p_quantities[i] + v_quantity) / (2 * v_quantity) end;
    update stock_cost
    set quantity = quantity - p_quantities[i], value_minor = value_minor - v_line_cost, version = version + 1
    where area_id = p_area and sku_id = p_skus[i];
    v_levels := v_levels || v_level;
    v_moves := v_moves || v_move;
    v_afters := v_afters || v_after;
    v_costs := v_costs || v_line_cost;
    v_cost := v_cost + v_line_cost;
    v_net := v_net + p_nets[i];
    v_tax := v_tax + p_taxes[i];
    v_units := v_units + p_quantities[i];
  end loop;

  insert into payment (id, order_id, entity_id, method, currency, provider_ref, authorised, captured, voided, refunded, fee_minor, created_at, version)
  values (p_payment, p_order, p_entity, 'card', p_currency, p_provider_ref, v_net + v_tax, v_net + v_tax, 0, 0, p_fee, p_now, 1);
  insert into order_line (order_id, line, kind, sku_id, description, quantity, unit_amount, unit_scale, unit_per, tax_ppm, net_minor, tax_minor, gross_minor,
    shipped, cancelled, returned, cost_minor, demand_channel_id, selling_location_id, fulfilling_location_id, associate_id)
  select p_order, l.line, 'goods', l.sku_id, 'Goods', l.quantity, l.unit_amount, 0, 1, l.tax_ppm, l.net, l.tax, l.gross, l.quantity, 0, 0, l.cost, p_channel,
    p_location, p_location, null
  from unnest(p_skus, p_quantities, p_unit_amounts, p_taxes_ppm, p_nets, p_taxes, p_grosses, v_costs) with ordinality
    as l(sku_id, quantity, unit_amount, tax_ppm, net, tax, gross, cost, line);

  v_accounts := array['1010', '4000', '2100', '6000', '5000', '1200'];
  v_amounts := array[v_net + v_tax - p_fee, -v_net, -v_tax, p_fee, v_cost, -v_cost];

  update company_series
  set last_number = last_number + 1, issued = issued + 1
  where entity_id = p_entity and kind = 'receipt' and scope_id = p_location and fiscal_year = p_year
  returning id, last_number into v_series, v_number;
  if not found then
    insert into company_series (id, entity_id, kind, scope_id, fiscal_year, last_number, issued)
    values (p_order, p_entity, 'receipt', p_location, p_year, 1, 1)
    on conflict (entity_id, kind, scope_id, fiscal_year) do update
    set last_number = company_series.last_number + 1, issued = company_series.issued + 1
    returning id, last_number into v_series, v_number;
  end if;
  v_label := p_prefix || '-' || p_year || '-' || lpad(v_number::text, 6, '0');
  insert into order_day_total as t (business_day, entity_id, channel_id, location_id, currency, sales, units, net_minor, tax_minor, gross_minor)
  values (p_day, p_entity, p_channel, p_location, p_currency, 1, v_units, v_net, v_tax, v_net + v_tax)
  on conflict (business_day, entity_id, channel_id, location_id, currency) do update
  set sales = t.sales + 1, units = t.units + excluded.units, net_minor = t.net_minor + excluded.net_minor, tax_minor = t.tax_minor + excluded.tax_minor,
    gross_minor = t.gross_minor + excluded.gross_minor;
  insert into accounting_day_total as t (posting_day, entity_id, channel_id, location_id, account, debit_minor, credit_minor)
  select v_posting_day, p_entity, p_channel, p_location, a.account, greatest(a.amount, 0), greatest(-a.amount, 0)
  from unnest(v_accounts, v_amounts) as a(account, amount)
  on conflict (posting_day, entity_id, channel_id, location_id, account) do update
  set debit_minor = t.debit_minor + excluded.debit_minor, credit_minor = t.credit_minor + excluded.credit_minor;

  update platform_counter
  set event_number = event_number + 1, recorded_at = greatest(recorded_at, p_now)
  where id = 1
  returning event_number, recorded_at into v_event, v_recorded;

  insert into order_header (id, kind, number, status, entity_id, channel_id, selling_location_id, external_ref, currency, tax_inclusive, net_minor, tax_minor,
    gross_minor, prepaid_minor, placed_at, business_day, event_number, version)
  values (p_order, 'till_sale', v_label, 'completed', p_entity, p_channel, p_location, '', p_currency, true, v_net, v_tax, v_net + v_tax, 0, p_at, p_day,
    v_event, 1);
  insert into order_document (series_id, number, kind, label, order_id, entity_id, channel_id, location_id, event_number, issued_at, business_day, currency,
    units, net_minor, tax_minor, gross_minor)
  values (v_series, v_number, 'receipt', v_label, p_order, p_entity, p_channel, p_location, v_event, p_at, p_day, p_currency, v_units, v_net, v_tax,
    v_net + v_tax);
  insert into stock_movement (level_id, move, event_number, delta, net_before, net_after, reason, cost_minor, document_id, recorded_at)
  select m.level_id, m.move, v_event, -m.quantity, m.after + m.quantity, m.after, 'sale', -m.cost, p_order, v_recorded
  from unnest(v_levels, v_moves, p_quantities, v_afters, v_costs) as m(level_id, move, quantity, after, cost);
  insert into accounting_entry (event_number, ordinal, entity_id, posting_day, location_id, channel_id, document_id, rule, currency, entity_currency,
    rate_numerator, rate_denominator, accounts, amounts, entity_amounts)
  values (v_event, 1, p_entity, v_posting_day, p_location, p_channel, p_order, 'SaleRecorded', p_currency, p_currency, 1, 1, v_accounts, v_amounts,
    v_amounts);
  v_body := json_build_object('orderId', p_order, 'document', v_label, 'fact', null, 'currency', p_currency, 'entityCurrency', p_currency, 'rate',
    json_build_array(1, 1), 'netMinor', v_net, 'taxMinor', v_tax, 'grossMinor', v_net + v_tax, 'revenue', json_build_object('goods', v_net), 'costMinor',
    v_cost, 'tenders', json_build_object('card', v_net + v_tax), 'feeMinor', p_fee, 'differenceMinor', 0, 'lines',
    (select json_agg(json_build_array(l.sku_id, l.quantity, l.gross)) from unnest(p_skus, p_quantities, p_grosses) as l(sku_id, quantity, gross)));
  insert into platform_event (number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id, occurred_at, recorded_at, business_day,
    posting_day, body, origin_id)
  values (v_event, 'SaleRecorded', 1, 'order', p_entity, p_location, p_channel, p_order, p_actor, p_at, v_recorded, p_day, v_posting_day, v_body, p_actor);
  insert into platform_key (key_hash, event_number, body_hash) values (p_key, v_event, p_body_hash);
  return v_event;
end $$;
