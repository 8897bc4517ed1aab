import { createHmac, timingSafeEqual } from 'node:crypto';
import { Overloaded, type Outcome, type Submission } from '../../../platform/commit/command.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import { StoreFault } from '../../../platform/commit/store.ts';
import { isConnectionFault } from '../../../platform/db/pool.ts';
import { keepable } from '../../../platform/http/keepable.ts';
import type { RegisterWithSecret } from '../../company/server/company.store.ts';
import type { QuarantinedFact } from '../../kernel/fact-source.ts';
import { businessDayOf } from '../../kernel/time.ts';
import type { QuarantineFact } from '../quarantine-fact.ts';
import type { RecordSale } from '../sale.ts';
import { prepareFactSale } from './prepare-fact.ts';
import type { PrepareDeps } from './prepare.ts';
import { findReferences, type FactReferenceDeps } from './prepare-fact-references.ts';
import { rewardTermsOf, type RewardDesk } from './reward-desk.ts';
import { readSaleFact } from './sale-fact.ts';
import type { SaleFact } from './sale-fact-shape.ts';

/** A fact as a register sends it. Nothing of it is believed before it was checked. */
export type FactEnvelope = {
  readonly counter: number;
  readonly previous: string;
  readonly mac: string;
  readonly payload: string;
};

/** What became of a fact, in the order in which they came. `waiting`: one before it is missing, the register sends again from there. */
export type FactAnswer =
  | {
      readonly counter: number;
      readonly status: 'accepted' | 'repeated';
      readonly eventNumber: number;
      readonly document: string | null;
    }
  | {
      readonly counter: number;
      readonly status: 'quarantined';
      readonly reason: QuarantinedFact['reason'];
      readonly quarantineId: string;
      readonly eventNumber: number;
    }
  | { readonly counter: number; readonly status: 'waiting'; readonly expected: number };

/** What is known of a register's facts before this request, read without a lock. */
type SourceState = { readonly lastCounter: number; readonly lastMac: string; readonly lastWasQuarantined: boolean };

/** Reads of facts that were taken before. */
export type FactReads = {
  source(sourceId: string): Promise<SourceState>;
  /** Where a counter stands in the log, when it was taken. */
  taken(
    sourceId: string,
    counter: number,
  ): Promise<{ eventNumber: number; type: string; body: Readonly<Record<string, unknown>> } | undefined>;
  /** The quarantined facts of a counter. */
  quarantined(
    sourceId: string,
    counter: number,
  ): Promise<readonly { id: string; reason: QuarantinedFact['reason']; raw: string; eventNumber: number }[]>;
  /** The counter under which exactly this was kept in quarantine. */
  counterOfRaw(sourceId: string, raw: string): Promise<number | undefined>;
  cardsOf(customerIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

/** What taking facts needs. */
export type FactDeps = PrepareDeps &
  Pick<FactReferenceDeps, 'promotionDoor'> & {
    /** Without it no till's sale earns, and there are no cards. */
    readonly rewards?: RewardDesk | undefined;
    readonly committer: Committer;
    readonly now: () => number;
    readonly facts: FactReads;
    /** Where the facts came in, for their events. */
    readonly originId?: string | undefined;
  };

/** The code that proves that a fact is its register's and stands where it stands: HMAC-SHA256 over counter, the code before it and the payload. */
export function macOf(secret: string, fact: Pick<FactEnvelope, 'counter' | 'previous' | 'payload'>): string {
  return createHmac('sha256', secret).update(`${fact.counter}\n${fact.previous}\n${fact.payload}`).digest('hex');
}

/** Throws Overloaded where the secret cannot be read: the register keeps its facts and sends them again when somebody has put the key back. */
function secretOf(register: RegisterWithSecret): string {
  if (register.factSecret === undefined) throw new Overloaded('the secret of the register cannot be read');
  return register.factSecret;
}

/** A fact on its way: what is sent to the committer for it, or the answer that it has already. */
type Way =
  | { readonly kind: 'answer'; readonly answer: FactAnswer }
  | {
      readonly kind: 'submit';
      readonly counter: number;
      readonly raw: string;
      readonly mac: string;
      readonly submission: Submission;
    };

/** After this many broken facts in one request the rest is sent one by one: each broken one sends those behind it again. */
const MOST_ROUNDS = 10;

/**
 * Takes a register's facts, in order, each exactly once: into the books or, with its reason, into quarantine; the ones after it go on. They
 * are all sent to the queue before the first one is answered. Throws Overloaded when the database is gone: whatever was taken is repeated
 * harmlessly.
 */
export async function takeFacts(
  deps: FactDeps,
  register: RegisterWithSecret,
  envelopes: readonly unknown[],
): Promise<FactAnswer[]> {
  const ways = await findWays(deps, register, envelopes);
  const answers: (FactAnswer | undefined)[] = ways.map((way) => (way.kind === 'answer' ? way.answer : undefined));
  let open = ways.flatMap((way, at) => (way.kind === 'submit' ? [at] : []));
  for (let round = 0; open.length > 0; round += 1) {
    const together = round < MOST_ROUNDS ? open : open.slice(0, 1);
    const outcomes = together.map((at) => attempt(deps, (ways[at] as Way & { kind: 'submit' }).submission));
    const settled = await Promise.all(outcomes);
    const again: number[] = [];
    let mended = false;
    for (let i = 0; i < together.length; i += 1) {
      const at = together[i] as number;
      const way = ways[at] as Way & { kind: 'submit' };
      const result = settled[i] as Attempted;
      // What came after a broken fact was refused for its sake only; it goes again when that one has its place.
      if (mended && 'outcome' in result && result.outcome.kind === 'refused') again.push(at);
      else if ('outcome' in result) answers[at] = await answerOf(deps, register, way, result.outcome);
      else {
        answers[at] = await quarantine(deps, register, way, { reason: 'broken', detail: detailOf(result.broken) });
        mended = true;
      }
    }
    open = [...again, ...open.slice(together.length)];
  }
  return answers as FactAnswer[];
}

async function findWays(deps: FactDeps, register: RegisterWithSecret, envelopes: readonly unknown[]): Promise<Way[]> {
  const source = await deps.facts.source(register.id);
  const customers = new Map<string, string>();
  const read = envelopes.map((raw) => ({ raw: withoutCardCodes(JSON.stringify(raw)), envelope: envelopeOf(raw) }));
  const facts = read.map(({ envelope }) => (envelope === undefined ? undefined : readSaleFact(envelope.payload)));
  const sales = facts.flatMap((fact) => (fact?.ok === true ? [fact.fact] : []));
  const customerIds = new Set(sales.flatMap((fact) => fact.customerId ?? []));
  const references = await findReferences(deps, sales);
  const programme = await programmeFor(deps, register, sales);
  if (customerIds.size > 0)
    for (const [id, cardId] of await deps.facts.cardsOf([...customerIds])) customers.set(id, cardId);

  let expected = source.lastCounter + 1;
  let before: { mac: string; trusted: boolean } = { mac: source.lastMac, trusted: !source.lastWasQuarantined };
  const ways: Way[] = [];
  let last: number | undefined;
  for (let at = 0; at < read.length; at += 1) {
    const { raw, envelope } = read[at] as (typeof read)[number];
    // Without a number that can be read it stands behind the one before it in the request; the first one where it stood before, if it did.
    const counter =
      envelope?.counter ??
      counterOf(envelopes[at]) ??
      (last === undefined ? ((await deps.facts.counterOfRaw(register.id, raw)) ?? expected) : last + 1);
    last = counter;
    if (counter > expected) {
      ways.push({ kind: 'answer', answer: { counter, status: 'waiting', expected } });
      continue;
    }
    const repeated = counter < expected;
    const mac = envelope?.mac ?? '';
    const genuine = envelope !== undefined && isGenuine(register, envelope);
    const chained = repeated || !before.trusted || envelope?.previous === before.mac;
    const way = (submission: Submission): Way => ({ kind: 'submit', counter, raw, mac, submission });
    const aside = (reason: QuarantinedFact['reason'], detail: string): Way =>
      way(quarantineSubmission(deps, register, { counter, mac, raw }, { reason, detail }));
    const found = facts[at];
    let next: Way;
    if (envelope === undefined) next = aside('malformed', 'not an envelope of counter, previous, mac and payload');
    else if (!genuine) next = aside('forged', 'the code is not that of this register');
    else if (!chained) next = aside('forged', 'it does not follow the fact before it');
    else if (found === undefined || !found.ok) next = aside(found?.reason ?? 'malformed', found?.detail ?? '');
    else {
      const cardId = found.fact.customerId === undefined ? undefined : customers.get(found.fact.customerId);
      const prepared = prepareFactSale(deps, {
        register,
        fact: found.fact,
        taken: { sourceId: register.id, counter, mac },
        customerCardId: cardId,
        references,
        programme,
      });
      const decided = prepared instanceof Promise ? await prepared : prepared;
      next = decided.ok
        ? way(saleSubmission(deps, register, counter, raw, await withEarning(deps, decided.value)))
        : aside('broken', JSON.stringify(decided.rejection));
    }
    ways.push(next);
    if (repeated) continue;
    before = { mac, trusted: genuine };
    expected += 1;
  }
  return ways;
}

/** A till's sale with what its customer earns by it. */
async function withEarning(deps: FactDeps, sale: RecordSale): Promise<RecordSale> {
  if (deps.rewards === undefined) return sale;
  const { entityId, lines, terms } = sale;
  const of = { entityId, customerId: terms.customerId, lines };
  const rewards = await rewardTermsOf({ loyalty: deps.rewards.loyalty, skus: deps.skus }, of);
  return rewards === undefined ? sale : { ...sale, rewards: { ...sale.rewards, ...rewards } };
}

/** The programme of the register's company, where points pay. */
async function programmeFor(deps: FactDeps, register: RegisterWithSecret, sales: readonly SaleFact[]) {
  if (!sales.some(({ tenders }) => tenders.some(({ method }) => method === 'points'))) return undefined;
  const entityId = deps.company.location(register.locationId)?.entityId;
  return entityId === undefined ? undefined : await deps.rewards?.loyalty.programme(entityId);
}

/** A gift card's code stands nowhere in the database: what is kept of a fact keeps the last four symbols, by which its card is found. */
function withoutCardCodes(raw: string): string {
  return raw.replace(
    /(giftCardCode\\*"\s*:\s*\\*")((?:[^"\\]|\\+u[0-9a-fA-F]{4})*)/g,
    (_, before: string, code: string) => `${before}…${code.length > 8 ? code.slice(-4) : ''}`,
  );
}

/** Whatever a register may take for a code. It is kept, so it must be text that can be. */
const CODE = /^[\x20-\x7e]{0,200}$/;

function envelopeOf(raw: unknown): FactEnvelope | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { previous, mac, payload } = raw as Record<string, unknown>;
  const counter = counterOf(raw);
  if (counter === undefined || typeof previous !== 'string' || typeof mac !== 'string' || typeof payload !== 'string')
    return undefined;
  return CODE.test(mac) && CODE.test(previous) ? { counter, previous, mac, payload } : undefined;
}

function counterOf(raw: unknown): number | undefined {
  const counter = typeof raw === 'object' && raw !== null ? (raw as { counter?: unknown }).counter : undefined;
  return typeof counter === 'number' && Number.isSafeInteger(counter) && counter > 0 ? counter : undefined;
}

function isGenuine(register: RegisterWithSecret, envelope: FactEnvelope): boolean {
  const wanted = Buffer.from(macOf(secretOf(register), envelope));
  const given = Buffer.from(envelope.mac);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function saleSubmission(
  deps: FactDeps,
  register: RegisterWithSecret,
  counter: number,
  raw: string,
  body: RecordSale,
): Submission {
  return {
    type: 'RecordSale',
    key: `fact:${counter}`,
    principalId: register.id,
    originId: deps.originId,
    sourceId: register.id,
    lane: 'bulk',
    at: deps.now(),
    body,
    sent: raw,
  };
}

function quarantineSubmission(
  deps: FactDeps,
  register: RegisterWithSecret,
  fact: { readonly counter: number; readonly mac: string; readonly raw: string },
  why: { readonly reason: QuarantinedFact['reason']; readonly detail: string; readonly beside?: boolean },
): Submission {
  const location = deps.company.location(register.locationId);
  const entity = location === undefined ? undefined : deps.company.entity(location.entityId);
  if (location === undefined || entity === undefined)
    throw new Overloaded('the place of the register is not known yet');
  const at = deps.now();
  const body: QuarantineFact = {
    entityId: entity.id,
    locationId: location.id,
    entityCurrency: entity.functionalCurrency,
    occurredAt: at,
    businessDay: businessDayOf(at, location),
    fact: { sourceId: register.id, counter: fact.counter, mac: fact.mac },
    reason: why.reason,
    detail: keepable(why.detail.slice(0, 1000)),
    raw: fact.raw,
    ...(why.beside === true ? { beside: true } : {}),
  };
  const key =
    why.beside === true
      ? `fact:${fact.counter}:beside:${macOf(secretOf(register), { counter: 0, previous: '', payload: fact.raw })}`
      : `fact:${fact.counter}`;
  return {
    type: 'QuarantineFact',
    key,
    principalId: register.id,
    originId: deps.originId,
    sourceId: register.id,
    lane: 'bulk',
    at,
    body,
    sent: fact.raw,
  };
}

type Attempted = { readonly outcome: Outcome } | { readonly broken: unknown };

async function attempt(deps: FactDeps, submission: Submission): Promise<Attempted> {
  try {
    return { outcome: await deps.committer.submit(submission) };
  } catch (error) {
    // The world failed, not the fact: the register keeps it and sends it again.
    if (error instanceof Overloaded) throw error;
    if (error instanceof StoreFault || isConnectionFault(error))
      throw new Overloaded('the database does not answer', 1, error);
    if (submission.type === 'QuarantineFact') throw error;
    return { broken: error };
  }
}

type Submitted = Way & { kind: 'submit' };

async function answerOf(
  deps: FactDeps,
  register: RegisterWithSecret,
  way: Submitted,
  outcome: Outcome,
): Promise<FactAnswer> {
  const { counter } = way;
  switch (outcome.kind) {
    case 'accepted':
      return toldOf(counter, outcome);
    case 'refused': {
      const { reason, expected } = outcome.rejection;
      if (reason === 'fact_missing_before') return { counter, status: 'waiting', expected: Number(expected) };
      return await findTaken(deps, register, way);
    }
    case 'key_reused':
      return await findTaken(deps, register, way);
  }
}

/**
 * The counter was taken before and its key does not match or is no longer kept. The same fact gets its answer again; another one under
 * the same counter (a register set up again from an old copy) is kept beside it, because it may well have been sold.
 */
async function findTaken(deps: FactDeps, register: RegisterWithSecret, way: Submitted): Promise<FactAnswer> {
  const { counter, raw } = way;
  const kept = (await deps.facts.quarantined(register.id, counter)).find((one) => one.raw === raw);
  if (kept !== undefined)
    return {
      counter,
      status: 'quarantined',
      reason: kept.reason,
      quarantineId: kept.id,
      eventNumber: kept.eventNumber,
    };
  const taken = await deps.facts.taken(register.id, counter);
  if (taken === undefined) throw new Overloaded('the fact was taken a moment ago');
  const own = way.submission.type === 'RecordSale' ? (way.submission.body as RecordSale).orderId : undefined;
  if (own !== undefined && taken.body['orderId'] === own) {
    return { counter, status: 'repeated', eventNumber: taken.eventNumber, document: documentOf(taken.body) };
  }
  return quarantine(deps, register, way, {
    reason: 'broken',
    detail: `another fact has the number ${counter}`,
    beside: true,
  });
}

async function quarantine(
  deps: FactDeps,
  register: RegisterWithSecret,
  way: Submitted,
  why: { readonly reason: QuarantinedFact['reason']; readonly detail: string; readonly beside?: boolean },
): Promise<FactAnswer> {
  const { counter, mac, raw } = way;
  const outcome = await deps.committer.submit(quarantineSubmission(deps, register, { counter, mac, raw }, why));
  if (outcome.kind === 'accepted') return toldOf(counter, outcome);
  if (outcome.kind === 'refused' && outcome.rejection.reason === 'fact_missing_before') {
    return { counter, status: 'waiting', expected: Number(outcome.rejection['expected']) };
  }
  if (why.beside === true) throw new Overloaded('the fact was taken a moment ago');
  return findTaken(deps, register, way);
}

function toldOf(counter: number, { type, body, eventNumber, repeated }: Outcome & { kind: 'accepted' }): FactAnswer {
  if (type === 'FactQuarantined') {
    return {
      counter,
      status: 'quarantined',
      reason: body['reason'] as QuarantinedFact['reason'],
      quarantineId: String(body['quarantineId']),
      eventNumber,
    };
  }
  return { counter, status: repeated ? 'repeated' : 'accepted', eventNumber, document: documentOf(body) };
}

function documentOf(body: Readonly<Record<string, unknown>>): string | null {
  return typeof body['document'] === 'string' ? body['document'] : null;
}

function detailOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'an unknown fault';
}
