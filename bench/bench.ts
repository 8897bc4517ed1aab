/** What a figure has at hand. */
export type Bench = {
  /** The URL of one of the prepared databases. */
  readonly url: (database: string) => string;
  /** The postmaster's pid: with its children, it is the database. */
  readonly postmaster: number;
  readonly cores: number;
  /** A recorded year to replay, when one was given. */
  readonly replayFile: string | undefined;
  /** Progress, for a person who waits. */
  readonly say: (text: string) => void;
};

/** What a figure found. `strangers` is the share of the machine's CPU that neither we nor our database used meanwhile. */
export type Found = {
  readonly value: number;
  readonly strangers: number | undefined;
  /** Whatever explains the value: rates, percentiles, the pool that was best. */
  readonly detail: Readonly<Record<string, number | string>>;
};

/** A promise in numbers. `skip` says why it can not be measured here. */
export type Figure = {
  readonly name: string;
  /** What is measured, for the table. */
  readonly what: string;
  readonly unit: string;
  readonly must: { readonly is: '>=' | '<=' | '='; readonly limit: number };
  /** The data sets it sells in. */
  readonly needs: readonly string[];
  skip?(bench: Bench): string | undefined;
  run(bench: Bench): Promise<Found>;
};

/** A line of the result, as `--json` prints it. `holds` is null when strangers used so much that nothing can be said. */
export type Line = {
  readonly figure: string;
  readonly value: number | null;
  readonly unit: string;
  readonly must: string;
  readonly holds: boolean | null;
  readonly strangers: number | null;
  readonly judged: boolean;
  readonly note?: string;
  readonly detail: Readonly<Record<string, number | string>>;
};

/** Strangers above this share of the machine's CPU make a figure worthless. */
export const STRANGERS_AT_MOST = 0.1;

/** Turns what was found into the line that is printed. */
export function judge(figure: Figure, found: Found): Line {
  const { is, limit } = figure.must;
  const holds = is === '>=' ? found.value >= limit : is === '<=' ? found.value <= limit : found.value === limit;
  const judged = found.strangers === undefined || found.strangers <= STRANGERS_AT_MOST;
  return {
    figure: figure.name,
    value: round(found.value),
    unit: figure.unit,
    must: `${is} ${limit}`,
    holds: judged ? holds : null,
    strangers: found.strangers === undefined ? null : round(found.strangers),
    judged,
    ...(judged ? {} : { note: `not judged: strangers used ${Math.round((found.strangers ?? 0) * 100)} % of the CPU` }),
    detail: found.detail,
  };
}

/** Three significant digits and no more than the value has. */
export function round(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(Math.abs(value) >= 1000 ? 6 : 3)) : value;
}

/** The middle of some numbers (the mean of the two in the middle). */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(half)] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** The value that `share` of the numbers do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
