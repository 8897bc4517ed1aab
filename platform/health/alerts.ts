import { hostname } from 'node:os';
import { isConnectionFault, loadSql, withTransaction } from '../db/pool.ts';
import type { Pool } from '../db/pool.ts';
import type { Finding, HealthCheck } from './check.ts';

const sql = loadSql(import.meta.url, './alerts.sql', [
  'begin_alert',
  'lock_alert',
  'find_alert',
  'save_alert',
  'end_alert',
]);

/** What people were told of something that is bad. Milliseconds since 1970. */
export type Told = { readonly toldAt: number | undefined; readonly goodSince: number | undefined };

/** What is to be done about it now. `note` remembers, without telling anybody, since when it has been good (undefined: it is bad again). */
export type AlertStep =
  | { readonly kind: 'raise' | 'remind' | 'resolve' | 'wait' | 'forget' }
  | { readonly kind: 'note'; readonly goodSince: number | undefined };

/** Whoever was told of a thing that lasts is told again so often. */
export const REMIND_MS = 24 * 3_600_000;

/** It must be good for so long before it counts as over, so that what comes and goes is told once. */
export const OVER_MS = 5 * 60_000;

/** What to do about something that is bad or not, given what was told of it. Undefined: nothing was. */
export function alertStep(told: Told | undefined, isBad: boolean, now: number): AlertStep {
  if (told === undefined) return { kind: isBad ? 'raise' : 'wait' };
  if (isBad) {
    if (told.toldAt === undefined) return { kind: 'raise' };
    if (now - told.toldAt >= REMIND_MS) return { kind: 'remind' };
    return told.goodSince === undefined ? { kind: 'wait' } : { kind: 'note', goodSince: undefined };
  }
  if (told.toldAt === undefined) return { kind: 'forget' };
  if (told.goodSince === undefined) return { kind: 'note', goodSince: now };
  return { kind: now - told.goodSince >= OVER_MS ? 'resolve' : 'wait' };
}

/** What is sent. `at` in RFC 3339. */
export type Alert = {
  readonly type: 'alert.raised' | 'alert.reminder' | 'alert.resolved';
  readonly check: string;
  readonly title: string;
  readonly installation: string;
  readonly machine: string;
  readonly at: string;
  readonly problem: string | null;
  readonly remedy: string | null;
  readonly figures: Finding['figures'];
  /** The same as one line, for chats that show `text`. */
  readonly text: string;
};

/** A way to tell people: a mail, a webhook. Throws when it did not get through. */
export type AlertWay = { readonly name: string; send(alert: Alert): Promise<void> };

/** Tells people when something turns bad, once a day while it is, and when it is over. */
export type Alerts = {
  found(check: HealthCheck, found: Finding): Promise<void>;
  /** Sends one that means nothing, to see whether the ways work: for each way undefined or what went wrong. */
  sendTest(): Promise<{ way: string; error: string | undefined }[]>;
};

/**
 * Makes the alerts of an installation. Several processes share what was told through the database; a row is locked while a mail is under way, so one tells
 * it. When the database is away each process remembers for itself and hands it over when it is back. An alert counts as told when one way got through;
 * when none did it is tried again with the next finding.
 */
export function createAlerts(options: {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => number;
  readonly ways: readonly AlertWay[];
  /** What the installation is called: its address. */
  readonly installation: string;
  readonly onError: (error: unknown) => void;
}): Alerts {
  const { pool, schema, now, ways, onError } = options;
  /** What was told while the database was away. */
  const own = new Map<string, Told>();

  const tell = async (type: Alert['type'], check: HealthCheck, found: Finding): Promise<void> => {
    const alert = alertOf(type, check, found, {
      installation: options.installation,
      at: new Date(now()).toISOString(),
    });
    const outcomes = await Promise.allSettled(ways.map((way) => way.send(alert)));
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
    for (const { reason } of failures) onError(reason);
    if (ways.length > 0 && failures.length === ways.length) throw new Error(`Nobody could be told of ${check.name}.`);
  };

  const inDatabase = (name: string, check: HealthCheck, found: Finding): Promise<void> => {
    const isBad = found.state === 'bad';
    return withTransaction(pool, { schema, idleTimeoutMs: 60_000 }, async (tx) => {
      const remembered = own.get(name);
      if (isBad || remembered !== undefined)
        await tx.run(sql.begin_alert, [name, new Date(now()), dateOf(remembered?.toldAt)]);
      else if ((await tx.find(sql.find_alert, [name])) === undefined) return;
      const row = await tx.find<{ told_at: string | null; good_since: string | null }>(sql.lock_alert, [name]);
      // Another process is telling it just now.
      if (row === undefined) return;
      const told = { toldAt: timeOf(row.told_at), goodSince: timeOf(row.good_since) };
      const step = alertStep(told, isBad, now());
      switch (step.kind) {
        case 'raise':
        case 'remind':
          await tell(step.kind === 'raise' ? 'alert.raised' : 'alert.reminder', check, found);
          await tx.run(sql.save_alert, [name, new Date(now()), null]);
          break;
        case 'resolve':
          await tell('alert.resolved', check, found);
          await tx.run(sql.end_alert, [name]);
          break;
        case 'note':
          await tx.run(sql.save_alert, [name, dateOf(told.toldAt), dateOf(step.goodSince)]);
          break;
        case 'forget':
          await tx.run(sql.end_alert, [name]);
          break;
        case 'wait':
          break;
      }
    }).then(() => void own.delete(name));
  };

  const inMemory = async (name: string, check: HealthCheck, found: Finding): Promise<void> => {
    const step = alertStep(own.get(name), found.state === 'bad', now());
    if (step.kind !== 'raise' && step.kind !== 'remind') return;
    await tell(step.kind === 'raise' ? 'alert.raised' : 'alert.reminder', check, found);
    own.set(name, { toldAt: now(), goodSince: undefined });
  };

  return {
    async found(check, found) {
      const name = check.about === 'machine' ? `${check.name}@${hostname()}` : check.name;
      try {
        await inDatabase(name, check, found);
      } catch (error) {
        if (!isConnectionFault(error)) throw error;
        await inMemory(name, check, found);
      }
    },
    async sendTest() {
      const check: HealthCheck = {
        name: 'test',
        title: 'Test',
        everyMs: 'on_demand',
        about: 'installation',
        run: () => Promise.reject(new Error('nobody runs it')),
      };
      const found: Finding = {
        state: 'bad',
        problem: 'This is a test.',
        remedy: 'Nothing is to be done.',
        figures: {},
      };
      const at = new Date(now()).toISOString();
      const alert = alertOf('alert.raised', check, found, { installation: options.installation, at });
      return Promise.all(
        ways.map(async (way) => ({
          way: way.name,
          error: await way.send(alert).then(
            () => undefined,
            (error: unknown) => (error instanceof Error ? error.message.slice(0, 300) : 'unknown'),
          ),
        })),
      );
    },
  };
}

function alertOf(
  type: Alert['type'],
  check: HealthCheck,
  found: Finding,
  where: { readonly installation: string; readonly at: string },
): Alert {
  const [problem, remedy] = found.state === 'ok' ? [null, null] : [found.problem, found.remedy];
  const head = type === 'alert.resolved' ? 'Over' : type === 'alert.reminder' ? 'Still bad' : 'Bad';
  return {
    type,
    check: check.name,
    title: check.title,
    ...where,
    machine: hostname(),
    problem,
    remedy,
    figures: found.figures,
    text: [`${head}: ${check.title}`, problem, remedy].filter((part) => part !== null).join(' – '),
  };
}

function dateOf(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms);
}

function timeOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}
