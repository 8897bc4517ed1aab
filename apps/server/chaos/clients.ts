import { uuidv7 } from 'uuidv7';
import { idText } from '../../../platform/http/ids.ts';
import { includedTax } from '../../../src/kernel/rate.ts';
import { macOf, type FactEnvelope } from '../../../src/orders/server/register-facts.ts';
import type { Dice } from '../../simulator/dice.ts';
import { acknowledge, pause, sendUntilAnswered, type Deed, type Door, type Load } from './load.ts';
import { PRICE_MINOR, type OpenRetailer } from './retailer.ts';

/** What clients need to know: the retailer, where its door is, chance, and when to stop. */
type Shop = {
  readonly retailer: OpenRetailer;
  readonly door: Door;
  readonly dice: Dice;
  readonly load: Load;
  readonly done: () => boolean;
  /** Of the facts that the tills told before, none of them of a sale; their counters go on behind it. */
  readonly lastCounter?: number;
};

type Line = { readonly skuId: string; readonly quantity: number };
type Place = {
  readonly locationId: string;
  readonly shopId: string;
  readonly storeId: string;
  readonly marketplaceId: string;
  readonly marketplaceUuid: string;
  readonly currency: string;
};
/** Something of which a client knows that it is there and that nobody else has in hand. */
type Held = { readonly id: string; readonly place: Place; readonly lines: readonly Line[] };

/** A deed, and what follows when it was accepted. */
type Plan = {
  readonly deed: Deed;
  readonly moves?: readonly { readonly skuId: string; readonly locationId: string; readonly units: number }[];
  readonly accepted?: (body: Told) => void;
  /** What was taken in hand is put back: the same may be tried again. */
  readonly refused?: () => void;
};

type Told = {
  readonly orderId: string;
  readonly eventNumber: number;
  readonly reason?: string;
  readonly reservations: readonly { readonly reservationId: string }[];
};

/** Shoppers, a marketplace and a warehouse, `clients` at a time, and a till at each place, until `done` says so, whatever happens to the server. */
export async function keepSelling(shop: Shop, clients: number): Promise<void> {
  const { plan } = shop.retailer;
  const places = placesOf(shop.retailer);
  const office = openOffice(shop, places);
  const client = async (): Promise<void> => {
    while (!shop.done() && shop.load.failed.length === 0) await office();
  };
  const tills = plan.registers.map((_, at) => keepTill(shop, at, places[at] as Place));
  await Promise.all([...tills, ...Array.from({ length: clients }, client)]);
}

function placesOf({ plan }: OpenRetailer): Place[] {
  return plan.locations.map(({ id, entityId }) => {
    const channelOf = (kind: string): string =>
      plan.channels.find((one) => one.defaultLocationId === id && one.kind === kind)?.id ?? '';
    return {
      locationId: idText('location', id),
      shopId: idText('channel', channelOf('shop')),
      storeId: idText('channel', channelOf('store')),
      marketplaceId: idText('channel', channelOf('marketplace')),
      marketplaceUuid: channelOf('marketplace'),
      currency: plan.entities.find((one) => one.id === entityId)?.functionalCurrency ?? '',
    };
  });
}

/** Everybody with a key of their own: gives a function that does one thing to its end. */
function openOffice(shop: Shop, places: readonly Place[]): () => Promise<void> {
  const { dice, load, retailer, door } = shop;
  const orders: Held[] = [];
  const sales: Held[] = [];
  const reserved: Held[] = [];
  const take = (from: Held[]): Held | undefined => from.splice(dice.whole(Math.max(1, from.length)), 1)[0];
  const asked = (act: string, path: string, body: unknown): Deed => ({
    act,
    path,
    body,
    principalId: retailer.ownerId,
    key: `${act} ${uuidv7()}`,
  });
  const moved = ({ place, lines }: Held, sign: 1 | -1): NonNullable<Plan['moves']> =>
    lines.map(({ skuId, quantity }) => ({ skuId, locationId: place.locationId, units: sign * quantity }));
  const basket = (): Line[] => {
    const skuIds = new Set(Array.from({ length: dice.between(1, 3) }, () => dice.pick(retailer.skuIds)));
    return [...skuIds].map((skuId) => ({ skuId, quantity: dice.between(1, 3) }));
  };

  const order = (place: Place): Plan => {
    const lines = basket();
    return {
      deed: asked('order', '/orders', {
        channelId: place.shopId,
        lines,
        payment: { method: 'card', token: dice.oneIn(20) ? 'tok_declined' : 'tok_ok' },
      }),
      accepted: ({ orderId }) => orders.push({ id: orderId, place, lines }),
    };
  };
  const marketplaceOrder = (place: Place): Plan => {
    const lines = basket();
    const externalRef = uuidv7();
    return {
      deed: {
        act: 'marketplace order',
        path: `/channels/${place.marketplaceId}/marketplace-orders`,
        body: {
          externalRef,
          taxInclusive: true,
          lines: lines.map((line) => ({ ...line, unitPrice: { amount: PRICE_MINOR } })),
        },
        principalId: place.marketplaceUuid,
        key: `order:${externalRef}`,
      },
      accepted: ({ orderId }) => orders.push({ id: orderId, place, lines }),
    };
  };
  const sale = (place: Place): Plan => {
    const lines = basket();
    return {
      deed: asked('sale', '/sales', {
        channelId: place.storeId,
        locationId: place.locationId,
        lines,
        tenders: [{ method: dice.oneIn(2) ? 'cash' : 'card' }],
      }),
      moves: moved({ id: '', place, lines }, -1),
      accepted: ({ orderId }) => sales.push({ id: orderId, place, lines }),
    };
  };
  const shipment = (place: Place): Plan => {
    const held = take(orders);
    if (held === undefined) return order(place);
    return {
      deed: asked('shipment', `/orders/${held.id}/shipments`, {}),
      moves: moved(held, -1),
      refused: () => orders.push(held),
    };
  };
  const cancellation = (place: Place): Plan => {
    const held = take(orders);
    if (held === undefined) return order(place);
    return { deed: asked('cancellation', `/orders/${held.id}/cancellation`, { reason: 'changed their mind' }) };
  };
  const takenBack = (place: Place): Plan => {
    const held = take(sales);
    if (held === undefined) return sale(place);
    const units = held.lines.reduce((sum, { quantity }) => sum + quantity, 0);
    return {
      deed: asked('return', '/returns', {
        originalOrderId: held.id,
        lines: held.lines.map(({ quantity }, index) => ({ line: index + 1, quantity, condition: 'sellable' })),
        refunds: [{ method: 'cash', amountMinor: units * PRICE_MINOR }],
        reason: 'too small',
      }),
      moves: moved(held, 1),
    };
  };
  const reservation = (place: Place): Plan => {
    const lines = basket().slice(0, 1);
    return {
      deed: asked('reservation', '/reservations', {
        channelId: place.shopId,
        locationId: place.locationId,
        lines,
        expiresInSeconds: 86_400,
      }),
      accepted: ({ reservations }) => void reserved.push({ id: reservations[0]?.reservationId ?? '', place, lines }),
    };
  };
  const release = (place: Place): Plan => {
    const held = take(reserved);
    if (held === undefined) return reservation(place);
    return { deed: asked('release', `/reservations/${held.id}/release`, undefined) };
  };
  const receipt = (place: Place): Plan => {
    const lines = basket().map((line) => ({ ...line, quantity: 10 * line.quantity }));
    return {
      deed: asked('receipt', '/goods-receipts', {
        locationId: place.locationId,
        lines: lines.map((line) => ({
          ...line,
          unitCost: { amount: dice.between(800, 1200), currency: place.currency },
        })),
      }),
      moves: moved({ id: '', place, lines }, 1),
    };
  };
  const adjustment = (place: Place): Plan => {
    const lines = basket().slice(0, 1);
    return {
      deed: asked('adjustment', '/stock-adjustments', {
        locationId: place.locationId,
        lines: lines.map(({ skuId, quantity }) => ({ skuId, delta: -quantity, reason: 'damaged' })),
      }),
      moves: moved({ id: '', place, lines }, -1),
    };
  };
  // As often as it stands here.
  const deeds = [
    order,
    order,
    order,
    order,
    sale,
    sale,
    sale,
    sale,
    marketplaceOrder,
    marketplaceOrder,
    shipment,
    shipment,
    shipment,
    cancellation,
    takenBack,
    reservation,
    release,
    receipt,
    adjustment,
  ];

  return async () => {
    const { deed, moves = [], accepted, refused } = dice.pick(deeds)(dice.pick(places));
    const answer = await sendUntilAnswered(door, deed, load);
    if (answer === undefined) return;
    const body = answer.body as Told;
    if (answer.status < 300) {
      acknowledge(load, deed, body.eventNumber, moves);
      accepted?.(body);
    } else {
      load.refused.set(body.reason ?? '', (load.refused.get(body.reason ?? '') ?? 0) + 1);
      refused?.();
    }
  };
}

/** A till that sells without asking anybody and tells its sales as facts, numbered, chained and signed, a few at a time and each until it was taken. */
async function keepTill(shop: Shop, at: number, place: Place): Promise<void> {
  const { retailer, door, dice, load, done, lastCounter = 0 } = shop;
  const register = retailer.plan.registers[at] as OpenRetailer['plan']['registers'][number];
  const path = `/registers/${idText('register', register.id)}/facts`;
  const country = retailer.plan.locations[at]?.country;
  const taxPpm = retailer.plan.vatRates.find((rate) => rate.country === country)?.ratePpm ?? 0;
  let counter = lastCounter;
  let previous = '';
  let waiting: { readonly fact: FactEnvelope; readonly line: Line }[] = [];
  while ((!done() || waiting.length > 0) && load.failed.length === 0) {
    while (!done() && waiting.length < 5) {
      const line = { skuId: dice.pick(retailer.skuIds), quantity: dice.between(1, 2) };
      counter += 1;
      const bare = { counter, previous, payload: JSON.stringify(saleFact(place, line, counter - lastCounter, taxPpm)) };
      previous = macOf(register.factSecret, bare);
      waiting.push({ fact: { ...bare, mac: previous }, line });
    }
    const facts = waiting.slice(0, dice.between(1, 5)).map(({ fact }) => fact);
    const deed: Deed = { act: 'fact', path, body: { facts }, principalId: register.id, key: '' };
    const answer = await sendUntilAnswered(door, deed, load);
    if (answer === undefined) return;
    for (const told of (answer.body as { answers: readonly { counter: number; status: string; eventNumber: number }[] })
      .answers) {
      const { line } = waiting.find(({ fact }) => fact.counter === told.counter) as (typeof waiting)[number];
      if (told.status === 'accepted' || told.status === 'repeated') {
        waiting = waiting.filter(({ fact }) => fact.counter !== told.counter);
        acknowledge(load, { act: 'fact', principalId: register.id, key: `fact:${told.counter}` }, told.eventNumber, [
          { skuId: line.skuId, locationId: place.locationId, units: -line.quantity },
        ]);
      } else if (told.status !== 'waiting') load.failed.push(`a fact was not taken: ${JSON.stringify(told)}`);
    }
    await pause(dice.between(10, 120));
  }
}

function saleFact(place: Place, { skuId, quantity }: Line, number: number, taxPpm: number): unknown {
  const now = new Date();
  const grossMinor = quantity * PRICE_MINOR;
  const taxMinor = includedTax(grossMinor, taxPpm);
  return {
    type: 'sale',
    version: 1,
    orderId: idText('order', uuidv7()),
    occurredAt: now.toISOString(),
    businessDay: now.toISOString().slice(0, 10),
    channelId: place.storeId,
    currency: place.currency,
    taxInclusive: true,
    document: { fiscalYear: now.getUTCFullYear(), number },
    lines: [
      {
        skuId,
        kind: 'goods',
        description: 'A shelf',
        quantity,
        unitAmount: PRICE_MINOR,
        unitScale: 0,
        unitPer: 1,
        taxPpm,
        netMinor: grossMinor - taxMinor,
        taxMinor,
        grossMinor,
      },
    ],
    tenders: [{ paymentId: idText('payment', uuidv7()), method: 'cash', amountMinor: grossMinor, reference: '' }],
  };
}
