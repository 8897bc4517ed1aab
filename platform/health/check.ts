/** How something is: fine, worth a look, or in need of somebody now. */
export type HealthState = 'ok' | 'warn' | 'bad';

/** Numbers (and names) that belong to a finding, for screens that word it themselves. */
export type Figures = Readonly<Record<string, number | string | null>>;

/**
 * What is wrong and what to do, as sentences for logs, mails and programs. `reason` is the word by which screens find their own words, in the reader's language;
 * a check that can find one thing only needs none. What a sentence says beyond the reason stands in the figures too.
 */
export type Says = { readonly reason?: string; readonly problem: string; readonly remedy: string };

/** What a check found. */
export type Finding =
  | { readonly state: 'ok'; readonly figures: Figures }
  | (Says & { readonly state: 'warn' | 'bad'; readonly figures: Figures });

/** Something that is looked at again and again. */
export type HealthCheck = {
  /** For programs: `disk`, `books`. Small letters and underscores. */
  readonly name: string;
  readonly title: string;
  /** How often; `on_demand` is run when somebody asks. */
  readonly everyMs: number | 'on_demand';
  /** Whether each machine has its own answer (its disk) or all of them share one (the database). */
  readonly about: 'machine' | 'installation';
  run(): Promise<Finding>;
};

/** All is well. */
export function fine(figures: Figures = {}): Finding {
  return { state: 'ok', figures };
}

/** Bad above one bound, worth a look above another, else fine. */
export function rank(value: number, bounds: { readonly warn: number; readonly bad: number }): HealthState {
  return value >= bounds.bad ? 'bad' : value >= bounds.warn ? 'warn' : 'ok';
}

/** A finding of this state; the sentences are left out when all is well. */
export function finding(state: HealthState, says: Says, figures: Figures): Finding {
  return state === 'ok' ? { state, figures } : { state, ...says, figures };
}

/** A time for people: `45 s`, `12 min`, `5 h`, `3 days`. */
export function spanText(ms: number): string {
  const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];
  if (ms < 2 * minute) return `${Math.round(ms / second)} s`;
  if (ms < 2 * hour) return `${Math.round(ms / minute)} min`;
  return ms < 2 * day ? `${Math.round(ms / hour)} h` : `${Math.round(ms / day)} days`;
}
