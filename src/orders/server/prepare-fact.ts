import type { RegisterWithSecret } from '../../company/server/company.store.ts';
import type { SkuRef } from '../../catalog/server/catalog.store.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import type { FactTaken } from '../../kernel/fact-source.ts';
import { split } from '../../kernel/money.ts';
import { goodsAt, type StockLocation } from '../../stock/server/goods-at.ts';
import type { LineKind } from '../order.ts';
import type { RecordSale, SaleLine } from '../sale.ts';
import { bundleWeights } from './price-lines.ts';
import {
  fulfillingLocation,
  lookUp,
  seriesFor,
  settingOf,
  type PrepareDeps,
  type PrepareRejection,
  type Prepared,
  type References,
} from './prepare.ts';
import type { SaleFact, SaleFactLine } from './sale-fact.ts';

/** Why a fact cannot be taken into the books although it could be read. It goes to a person. */
export type FactRejection = PrepareRejection | { reason: 'unknown_channel'; channelId: string };

/**
 * Prepares a till's sale: prices, tax, tenders and number are those of the receipt, only where it belongs in the books is looked up.
 * SKUs and channels closed since are admitted. At once when the SKUs are in memory.
 */
export function prepareFactSale(
  deps: PrepareDeps,
  of: {
    readonly register: RegisterWithSecret;
    readonly fact: SaleFact;
    readonly taken: FactTaken;
    readonly customerCardId?: string | undefined;
  },
): Decision<RecordSale, FactRejection> | Promise<Decision<RecordSale, FactRejection>> {
  const { register, fact } = of;
  const channel = deps.company.channel(fact.channelId);
  if (channel === undefined) return reject({ reason: 'unknown_channel', channelId: fact.channelId });
  const { occurredAt, businessDay, currency } = fact;
  const found = settingOf(deps.company, {
    channel,
    locationId: register.locationId,
    occurredAt,
    businessDay,
    currency,
    closed: true,
  });
  if (!found.ok) return found;
  const setting = found.value;
  const from = fulfillingLocation(deps.company, setting.entity.id, register.locationId, true);
  if (!from.ok) return from;
  const prepared: Prepared<RecordSale> = lookUp(
    deps,
    { channel, locationId: register.locationId, lines: fact.lines, at: occurredAt },
    (references) => {
      const lines = soldLines(fact, references, from.value);
      if (!lines.ok) return lines;
      const { entity, location, rate } = setting;
      const series = seriesFor(setting, 'receipt', {
        id: register.id,
        code: register.code,
        fiscalYear: fact.document.fiscalYear,
      });
      return accept({
        entityId: entity.id,
        locationId: location.id,
        channelId: channel.id,
        entityCurrency: entity.functionalCurrency,
        occurredAt,
        businessDay,
        orderId: fact.orderId,
        rate,
        fact: of.taken,
        lines: lines.value,
        reservationIds: [],
        terms: {
          kind: 'till_sale',
          entityId: entity.id,
          channelId: channel.id,
          sellingLocationId: location.id,
          registerId: register.id,
          externalRef: '',
          currency,
          taxInclusive: fact.taxInclusive,
          taxJurisdiction: setting.taxJurisdiction,
          placedAt: occurredAt,
          businessDay,
          ...(fact.associateId === undefined ? {} : { associateId: fact.associateId }),
          ...(fact.customerId === undefined || of.customerCardId === undefined
            ? {}
            : { customerId: fact.customerId, customerCardId: of.customerCardId }),
        },
        // What the terminal took it has settled itself: its reference is marked so that no provider is ever told about it.
        tenders: fact.tenders.map(({ paymentId, method, amountMinor, reference, feeMinor }) => ({
          paymentId,
          method,
          amount: amountMinor,
          feeMinor,
          providerRef: reference === '' ? '' : `till:${reference}`,
        })),
        series: { ...series, number: fact.document.number },
      });
    },
  );
  return prepared;
}

function soldLines(fact: SaleFact, found: References, from: StockLocation): Decision<SaleLine[], PrepareRejection> {
  const lines: SaleLine[] = [];
  for (let at = 0; at < fact.lines.length; at += 1) {
    const sold = fact.lines[at] as SaleFactLine;
    const sku = found.skus.get(sold.skuId);
    if (sku === undefined) return reject({ reason: 'unknown_sku', line: at + 1, skuId: sold.skuId });
    if (sku.kind === 'bundle') lines.push(...soldParts(fact, sold, { bundle: sku, found, from }));
    else lines.push(soldLine(sold, { sku, from, associateId: fact.associateId }));
  }
  return accept(lines.map((line, at) => ({ ...line, line: at + 1 })));
}

function soldLine(
  sold: SaleFactLine,
  { sku, from, associateId }: { sku: SkuRef; from: StockLocation; associateId: string | undefined },
): SaleLine {
  const { skuId: _, ...goods } = goodsAt(from, sku.id);
  return {
    ...sold,
    line: 0,
    kind: sku.kind as LineKind,
    fulfillingLocationId: from.id,
    associateId,
    goods: sku.kind === 'goods' ? goods : null,
  };
}

/** The parts of a bundle that was sold as one: its net and its tax are split alike, so that the parts sum to what the receipt says. */
function soldParts(
  fact: SaleFact,
  sold: SaleFactLine,
  { bundle, found, from }: { bundle: SkuRef; found: References; from: StockLocation },
): SaleLine[] {
  const weights = bundleWeights(bundle, { quantity: sold.quantity, currency: fact.currency }, found);
  const nets = split(sold.netMinor, weights);
  const taxes = split(sold.taxMinor, weights);
  return (bundle.bundleParts ?? []).flatMap((part, at) => {
    const sku = found.skus.get(part.skuId);
    if (sku === undefined) return [];
    const netMinor = nets[at] as number;
    const taxMinor = taxes[at] as number;
    const quantity = part.quantity * sold.quantity;
    const grossMinor = netMinor + taxMinor;
    const unitAmount = fact.taxInclusive ? grossMinor : netMinor;
    const line = {
      ...sold,
      skuId: sku.id,
      description: `${sold.description}: ${sku.name}`,
      quantity,
      unitAmount,
      unitScale: 0,
      unitPer: quantity,
      netMinor,
      taxMinor,
      grossMinor,
    };
    return [soldLine(line, { sku, from, associateId: fact.associateId })];
  });
}
