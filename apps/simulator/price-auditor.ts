import type { BatchWrites } from '../../platform/commit/store.ts';
import type { OrderChange } from '../../src/orders/order.ts';
import { ownShare, type AuditDesk } from './own-share.ts';
import type { PriceAsked, PriceNote, PricePlace } from './price-notes.ts';

type Row = PriceNote & { readonly what: 'row' };
type List = PriceNote & { readonly what: 'list' };
type OwnChange = {
  readonly scheduledAt: number;
  readonly instant: number | undefined;
  readonly local: string | undefined;
  cancelled: boolean;
  until: number;
};
/** When a row holds at a place: from, until and its place in the order of writing. */
type Span = { readonly row: Row; readonly from: number; readonly until: number };
type Question = { readonly skuId: string; readonly quantity: number; readonly ask: PriceAsked; readonly at: number };

const HOUR = 3_600_000;
const DAY = 86_400_000;

/** What an auditor of prices is told: what the office did, where places are, and what was asked for an order. */
export type AuditedPrices = {
  readonly notes: readonly PriceNote[];
  readonly places: readonly PricePlace[];
  readonly asked: (orderId: string) => PriceAsked | undefined;
};

/** Keeps its own table of which price holds when, for whom and where, and judges every line of an order or sale that was priced by lists. Arrays and loops only. */
export function createPriceAuditor(
  { found, look }: AuditDesk,
  { notes, places, asked }: AuditedPrices,
): { see(writes: BatchWrites): void } {
  const rows = new Map<string, Row[]>();
  const lists: List[] = [];
  const changes = new Map<string, OwnChange>();
  const ceilings: (PriceNote & { readonly what: 'ceiling' })[] = [];
  let read = 0;

  function hear(): void {
    for (; read < notes.length; read += 1) {
      const note = notes[read] as PriceNote;
      if (note.what === 'row') {
        const key = `${note.listId} ${note.skuId}`;
        rows.set(key, [...(rows.get(key) ?? []), note]);
      } else if (note.what === 'list') {
        const known = lists.findIndex(({ id }) => id === note.id);
        if (known < 0) lists.push(note);
        else lists[known] = note;
      } else if (note.what === 'ceiling') ceilings.push(note);
      else if (note.what === 'scheduled')
        changes.set(note.id, {
          scheduledAt: note.at,
          instant: note.instant,
          local: note.local,
          cancelled: false,
          until: Infinity,
        });
      else if (note.what === 'twice')
        found('price changes are made once', `a repeated ${note.act} did something again`, note);
      else takenBack(note);
    }
  }

  function takenBack(note: PriceNote & { readonly what: 'cancelled' | 'undone' }): void {
    const change = changes.get(note.id);
    if (change === undefined) return found('price changes', 'one that was never scheduled was taken back', note);
    if (change.cancelled || change.until !== Infinity)
      found('price changes are made once', 'one was taken back twice', note);
    const first = Math.min(
      ...places.map((place) => begins(change, place, false)),
      change.instant === undefined ? Infinity : begins(change, UTC, false),
    );
    look(`price changes ${note.what}`);
    if (note.what === 'cancelled' && first <= note.at)
      found('price changes', 'one was called off after it had begun', note);
    if (note.what === 'undone' && first > note.at) found('price changes', 'one was undone before it had begun', note);
    if (note.what === 'cancelled') change.cancelled = true;
    else change.until = note.until;
  }

  /** When the rows of a change begin at a place; those that wait at the end of its day. Never before it was scheduled as a whole. */
  function begins(
    { instant, local, scheduledAt }: OwnChange,
    { aheadHours, cutOffHour }: Omit<PricePlace, 'id' | 'country'>,
    waits: boolean,
  ): number {
    let begin = instant ?? Date.parse(`${local}:00Z`) - aheadHours * HOUR;
    if (waits) {
      const into = (((begin + (aheadHours - cutOffHour) * HOUR) % DAY) + DAY) % DAY;
      if (into > 0) begin += DAY - into;
    }
    return Math.max(begin, scheduledAt);
  }

  /** The rows of a list and SKU from a quantity on, with when each holds at a place. */
  function spans(
    listId: string,
    { skuId, minQuantity, place }: { skuId: string; minQuantity: number; place: PricePlace },
  ): Span[] {
    const all: Span[] = [];
    for (const row of rows.get(`${listId} ${skuId}`) ?? []) {
      if (row.minQuantity !== minQuantity) continue;
      const until = row.until ?? Infinity;
      if (row.changeId === undefined) {
        all.push({ row, from: row.from, until });
        continue;
      }
      const change = changes.get(row.changeId);
      if (change === undefined || change.cancelled) continue;
      all.push({ row, from: begins(change, place, row.waits), until: Math.min(until, change.until) });
    }
    return all;
  }

  function holding(all: readonly Span[], at: number): Span | undefined {
    let last: Span | undefined;
    for (const span of all)
      if (span.from <= at && at < span.until && (last === undefined || span.from >= last.from)) last = span;
    return last;
  }

  function ownPrice(list: List, { skuId, quantity, at }: Question, place: PricePlace): number | undefined {
    for (let from = quantity; from >= 1; from -= 1) {
      const row = holding(spans(list.id, { skuId, minQuantity: from, place }), at)?.row;
      if (row === undefined || row.amount === null) continue;
      if (from > 1) look('quantity breaks');
      return row.amount / 10 ** row.scale;
    }
    return undefined;
  }

  /** The price at an instant, before ceilings: minor units, with digits below where lists have them. */
  function priceAt(question: Question, place: PricePlace): number | undefined {
    const { ask, at, skuId } = question;
    const baseList = lists.find(
      (one) => one.base && one.channels.includes(ask.channelId) && one.currency === ask.currency,
    );
    const row =
      baseList === undefined ? undefined : holding(spans(baseList.id, { skuId, minQuantity: 1, place }), at)?.row;
    const base = row === undefined ? undefined : (row.amount as number) / 10 ** row.scale;
    const says: { readonly list: List; readonly price: number }[] = [];
    for (const list of lists) {
      if (list.base || list.currency !== ask.currency || at < list.from || at >= (list.until ?? Infinity)) continue;
      if (list.channels.length > 0 && !list.channels.includes(ask.channelId)) continue;
      if (list.places.length > 0 && !list.places.includes(ask.locationId)) continue;
      if (list.groups.length > 0 && !list.groups.some((id) => ask.groupIds.includes(id))) continue;
      const price =
        ownPrice(list, question, place) ?? (row === undefined || list.ppm === 0 ? undefined : adjusted(row, list));
      if (price !== undefined) says.push({ list, price });
    }
    const everybody = highest(says.filter(({ list }) => list.groups.length === 0)) ?? base;
    const fair = says.filter(
      ({ list, price }) => list.groups.length === 0 || everybody === undefined || price <= everybody,
    );
    if (fair.length < says.length) look('groups that would have paid more');
    if (fair.length > 0) look('prices of lists above the base list');
    return highest(fair) ?? base;
  }

  function ceilingAt({ skuId, ask }: Question, country: string): number {
    const byLot = new Map<string, { from: number; amount: number }>();
    for (const one of ceilings) {
      if (one.skuId !== skuId || one.country !== country || one.currency !== ask.currency) continue;
      if (one.from > ask.at || ask.at >= (one.until ?? Infinity)) continue;
      if ((byLot.get(one.lot)?.from ?? -Infinity) < one.from) byLot.set(one.lot, one);
    }
    return Math.min(Infinity, ...[...byLot.values()].map(({ amount }) => amount));
  }

  /** What must be charged: the price now or the lower one of when the basket was opened, within the hour, and never above the ceiling of now. */
  function mustBe(skuId: string, ask: PriceAsked, place: PricePlace): number | undefined {
    const quantity = ask.skus.get(skuId)?.quantity ?? 1;
    const question = { skuId, quantity, ask, at: ask.at };
    const now = priceAt(question, place);
    if (now === undefined) return undefined;
    const isHeld = ask.addedAt !== undefined && ask.addedAt < ask.at && ask.at - ask.addedAt <= HOUR;
    const then = isHeld ? priceAt({ ...question, at: ask.addedAt ?? 0 }, place) : undefined;
    const ceiling = ceilingAt(question, place.country);
    if (then !== undefined && then < now && now <= ceiling) look('prices held');
    if (now > ceiling) look('prices at their ceiling');
    return Math.min(now, then ?? now, ceiling);
  }

  /** The lowest price of the 30 days before a reduction that holds now, and its begin; the first step of one that grew without a break. */
  function prior(skuId: string, ask: PriceAsked, place: PricePlace): readonly [number, number] | undefined {
    const list = lists.find((one) => one.base && one.channels.includes(ask.channelId) && one.currency === ask.currency);
    const all = list === undefined ? [] : spans(list.id, { skuId, minQuantity: 1, place });
    const moments = [...new Set(all.flatMap(({ from, until }) => [from, until]))]
      .filter((one) => one <= ask.at)
      .toSorted((a, b) => a - b);
    const pieces: { readonly from: number; readonly span: Span | undefined }[] = [];
    for (const from of moments) {
      const span = holding(all, from);
      if (pieces.at(-1)?.span?.row !== span?.row || pieces.length === 0) pieces.push({ from, span });
    }
    const amount = (span: Span | undefined): number => (span?.row.amount ?? 0) / 10 ** (span?.row.scale ?? 0);
    let n = pieces.length - 1;
    if (pieces[n]?.span?.row.markdown !== true) return undefined;
    while (pieces[n - 1]?.span?.row.markdown === true && amount(pieces[n]?.span) < amount(pieces[n - 1]?.span)) n -= 1;
    if (pieces[n - 1]?.span === undefined) return undefined;
    const begun = pieces[n]?.from as number;
    let lowest = Infinity;
    for (let before = n - 1; before >= 0; before -= 1) {
      const until = pieces[before + 1]?.from as number;
      if (until > begun - 30 * DAY && pieces[before]?.span !== undefined)
        lowest = Math.min(lowest, amount(pieces[before]?.span));
    }
    return [begun, lowest];
  }

  function judge(change: OrderChange): void {
    if (!('create' in change)) return;
    const { id, create } = change;
    const ask = asked(id);
    if (ask === undefined) return;
    const place = places.find((one) => one.id === ask.locationId) as PricePlace;
    for (const [skuId, { has, prior: shown }] of ask.skus) {
      const price = mustBe(skuId, ask, place);
      if (has !== (price !== undefined))
        found('prices', 'a price was found where none holds, or none where one holds', { id, skuId, price, ask });
      const own = prior(skuId, ask, place);
      if (own !== undefined) look('prior prices');
      if (own?.[0] !== shown?.[0] || own?.[1] !== shown?.[1])
        found('prior prices', 'not the lowest price of 30 days', { id, skuId, own, shown, ask });
    }
    for (const line of create.lines) {
      if (!ask.lines.has(line.line)) continue;
      look('prices of lists');
      const price = mustBe(line.skuId, ask, place);
      const charged = line.unitAmount / 10 ** line.unitScale / line.unitPer;
      if (charged !== price)
        found('prices', 'a line costs something else than the price that holds', { id, charged, price, line, ask });
    }
  }

  return {
    see(writes) {
      hear();
      for (const { change } of writes.changes.get('order') ?? []) judge(change as OrderChange);
    },
  };
}

/** Of what lists say the cheapest among those that go before all others. */
function highest(says: readonly { readonly list: List; readonly price: number }[]): number | undefined {
  const rank = ({ list }: (typeof says)[0]): number =>
    list.priority * 8 +
    (list.groups.length > 0 ? 4 : 0) +
    (list.places.length > 0 ? 2 : 0) +
    (list.channels.length > 0 ? 1 : 0);
  const top = Math.max(...says.map(rank));
  const prices = says.filter((one) => rank(one) === top).map(({ price }) => price);
  return prices.length === 0 ? undefined : Math.min(...prices);
}

/** A price of the base list by so many millionths dearer or cheaper, at the nearest ending. */
function adjusted({ amount: whole, scale }: Row, { ppm, ending }: List): number {
  const amount = whole as number;
  if (ending === 'none') return ownShare(amount, 1_000_000 + ppm, 1_000_000) / 10 ** scale;
  const exact = ownShare(amount, 1_000_000 + ppm, 1_000_000 * 10 ** scale);
  let nearest = -1000;
  for (let candidate = -200 + Number(ending); candidate <= exact + 200; candidate += 100)
    if (Math.abs(candidate - exact) < Math.abs(nearest - exact)) nearest = candidate;
  if (nearest <= 0) nearest = exact;
  const old = amount / 10 ** scale;
  if (ppm < 0 && nearest > Math.floor(old)) return nearest - 100 > 0 ? nearest - 100 : Math.floor(old);
  if (ppm > 0 && nearest < Math.ceil(old)) return nearest + 100;
  return nearest;
}

const UTC = { aheadHours: 0, cutOffHour: 0 };
