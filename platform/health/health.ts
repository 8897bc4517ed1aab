import { finding } from './check.ts';
import type { Finding, HealthCheck, HealthState } from './check.ts';

/** A check and what it found last; `finding` is undefined until it has run. Instants in milliseconds since 1970. */
export type CheckResult = {
  readonly check: HealthCheck;
  readonly finding: Finding | undefined;
  readonly checkedAt: number | undefined;
  /** Since when it has been in this state, as far as this process knows. */
  readonly since: number | undefined;
  readonly running: boolean;
};

/** The checks of this process, which run by themselves. */
export type Health = {
  /** Adds a check. Throws when its name is taken. */
  register(check: HealthCheck): void;
  results(): readonly CheckResult[];
  /** Runs a check now and resolves when it is done, or, still running, after `waitMs`. Undefined when there is none of this name. */
  runNow(name: string, waitMs: number): Promise<CheckResult | undefined>;
  /** Lets running checks finish. */
  close(): Promise<void>;
};

type Entry = {
  readonly check: HealthCheck;
  finding: Finding | undefined;
  checkedAt: number | undefined;
  since: number | undefined;
  running: Promise<void> | undefined;
};

const TICK_MS = 5_000;

/**
 * Starts looking. Checks run one after the other, each when it is due. One that throws is `warn`: what it watches is unknown, and whatever keeps it from
 * looking (the database, say) has a check of its own that is bad. `onFound` is told of each finding before the next check runs; what it throws goes to `onError`.
 */
export function startHealth(options: {
  readonly checks: readonly HealthCheck[];
  readonly now: () => number;
  readonly onFound?: (check: HealthCheck, found: Finding) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly tickMs?: number;
}): Health {
  const { now, onFound, onError } = options;
  const entries = new Map<string, Entry>();
  let turn: Promise<void> | undefined;
  let closing = false;

  const register = (check: HealthCheck): void => {
    if (entries.has(check.name)) throw new Error(`The check ${check.name} is there already.`);
    entries.set(check.name, { check, finding: undefined, checkedAt: undefined, since: undefined, running: undefined });
  };
  for (const check of options.checks) register(check);

  const run = (entry: Entry): Promise<void> =>
    (entry.running ??= look(entry).finally(() => (entry.running = undefined)));

  const look = async (entry: Entry): Promise<void> => {
    const found = await entry.check.run().catch((error: unknown) => unknown(error));
    const at = now();
    if (entry.finding?.state !== found.state) entry.since = at;
    entry.finding = found;
    entry.checkedAt = at;
    await onFound?.(entry.check, found).catch(onError);
  };

  const isDue = ({ check, checkedAt }: Entry): boolean =>
    check.everyMs !== 'on_demand' && (checkedAt === undefined || now() - checkedAt >= check.everyMs);

  const tick = async (): Promise<void> => {
    for (const entry of entries.values()) if (!closing && isDue(entry)) await run(entry);
  };
  const timer = setInterval(() => {
    turn ??= tick().finally(() => (turn = undefined));
  }, options.tickMs ?? TICK_MS);

  const resultOf = ({ running, ...rest }: Entry): CheckResult => ({ ...rest, running: running !== undefined });

  return {
    register,
    results: () => [...entries.values()].map(resultOf),
    async runNow(name, waitMs) {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      let limit: NodeJS.Timeout | undefined;
      await Promise.race([run(entry), new Promise((done) => (limit = setTimeout(done, waitMs)))]);
      clearTimeout(limit);
      return resultOf(entry);
    },
    async close() {
      closing = true;
      clearInterval(timer);
      await turn;
      for (const { running } of entries.values()) await running;
    },
  };
}

/** The worst of all that has been looked at. */
export function worstOf(results: readonly CheckResult[]): HealthState {
  const states = results.map(({ finding: found }) => found?.state ?? 'ok');
  return states.includes('bad') ? 'bad' : states.includes('warn') ? 'warn' : 'ok';
}

function unknown(error: unknown): Finding {
  const why = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
  return finding(
    'warn',
    {
      reason: 'not_looked_at',
      problem: `This could not be looked at: ${why}`,
      remedy: 'See whether the database is well; it is looked at again by itself.',
    },
    { detail: why },
  );
}
