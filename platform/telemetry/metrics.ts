/**
 * The numbers that a Prometheus reads. Written here and not taken from a package: those that we measured (OpenTelemetry's and Prometheus' own) cost 22 MB
 * at start and one to two microseconds a count, where the whole request has ninety; the text format is a page (decisions/0012).
 */

/** A number that only grows. */
export type Count = { add(by?: number): void };

/** How values are spread. */
export type Spread = { observe(value: number): void };

/** A reading of a gauge: its labels' values, in the order of their names, and the number. */
export type Reading = { readonly labels: readonly string[]; readonly value: number };

type Head = { readonly name: string; readonly help: string; readonly labels?: readonly string[] };

/** The numbers of this program. */
export type Metrics = {
  /** A family of counters; `of` gives the one with these labels, to be kept where speed matters. */
  counter(head: Head): { of(...labels: readonly string[]): Count };
  /** A family of histograms with upper bounds `bounds`, ascending. */
  histogram(head: Head & { readonly bounds: readonly number[] }): { of(...labels: readonly string[]): Spread };
  /** Numbers that are asked for when somebody reads. One that throws is left out and told to `onError`. */
  gauge(head: Head, read: () => Readings | Promise<Readings>): void;
  /** Like `gauge`, for what is counted elsewhere and only grows. */
  total(head: Head, read: () => Readings | Promise<Readings>): void;
  /** All of it in Prometheus' text format 0.0.4. */
  text(): Promise<string>;
};

/** What a gauge says: one number, one for each labels, or nothing. */
export type Readings = number | readonly Reading[] | undefined;

/** More label values than this in one family are counted together under `other`: what comes from outside must not fill the memory. */
export const MAX_SERIES = 500;

type Family = {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly head: Head;
  readonly lines: () => Promise<string[]>;
};

/** Makes an empty set of numbers. Throws when a name is taken or no name of Prometheus'. */
export function createMetrics(onError: (error: unknown) => void = () => undefined): Metrics {
  const families = new Map<string, Family>();

  const add = (family: Family): void => {
    const { name, labels = [] } = family.head;
    if (!/^[a-z][a-z0-9_]*$/.test(name) || !labels.every((label) => /^[a-z][a-z0-9_]*$/.test(label)))
      throw new Error(`${name} or a label of it is not in small letters and underscores.`);
    if (families.has(name)) throw new Error(`The metric ${name} is there already.`);
    families.set(name, family);
  };

  const asked = (kind: 'counter' | 'gauge', head: Head, read: () => Readings | Promise<Readings>): void =>
    add({
      kind,
      head,
      async lines() {
        const read1 = await read();
        const readings = typeof read1 === 'number' ? [{ labels: [], value: read1 }] : (read1 ?? []);
        return readings.map(({ labels, value }) => line(head.name, labelText(head, labels), value));
      },
    });

  return {
    counter(head) {
      const cells = seriesOf(head, () => ({ value: 0 }));
      add({
        kind: 'counter',
        head,
        lines: async () => [...cells.all].map(([labels, cell]) => line(head.name, labels, cell.value)),
      });
      return {
        of(...labels) {
          const cell = cells.of(labels);
          return { add: (by = 1) => void (cell.value += by) };
        },
      };
    },

    histogram(head) {
      const { bounds } = head;
      const cells = seriesOf(head, () => ({ counts: new Float64Array(bounds.length + 1), sum: 0 }));
      add({
        kind: 'histogram',
        head,
        lines: async () => [...cells.all].flatMap(([labels, cell]) => spreadLines(head, labels, cell)),
      });
      return {
        of(...labels) {
          const cell = cells.of(labels);
          return {
            observe(value) {
              let at = 0;
              while (at < bounds.length && value > (bounds[at] as number)) at += 1;
              cell.counts[at] = (cell.counts[at] as number) + 1;
              cell.sum += value;
            },
          };
        },
      };
    },

    gauge: (head, read) => asked('gauge', head, read),
    total: (head, read) => asked('counter', head, read),

    async text() {
      const parts = await Promise.all(
        [...families.values()].map(async ({ kind, head, lines }) => {
          try {
            const body = await lines();
            if (body.length === 0) return '';
            const help = head.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
            return `# HELP ${head.name} ${help}\n# TYPE ${head.name} ${kind}\n${body.join('\n')}\n`;
          } catch (error) {
            onError(error);
            return '';
          }
        }),
      );
      return parts.join('');
    },
  };
}

/** The cells of a family by their labels as text. */
function seriesOf<Cell>(head: Head, make: () => Cell) {
  const all = new Map<string, Cell>();
  return {
    all,
    of(labels: readonly string[]): Cell {
      const text = labelText(head, labels);
      const known = all.get(text);
      if (known !== undefined) return known;
      const kept =
        all.size < MAX_SERIES
          ? text
          : labelText(
              head,
              labels.map(() => 'other'),
            );
      const cell = all.get(kept) ?? make();
      all.set(kept, cell);
      return cell;
    },
  };
}

function spreadLines(
  { name, bounds }: { readonly name: string; readonly bounds: readonly number[] },
  labels: string,
  { counts, sum }: { readonly counts: Float64Array; readonly sum: number },
): string[] {
  const lines: string[] = [];
  let count = 0;
  for (const [at, bound] of [...bounds, Infinity].entries()) {
    count += counts[at] ?? 0;
    const le = `le="${bound === Infinity ? '+Inf' : bound}"`;
    lines.push(line(`${name}_bucket`, labels === '' ? le : `${labels},${le}`, count));
  }
  return [...lines, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, count)];
}

function labelText({ name, labels = [] }: Head, values: readonly string[]): string {
  if (values.length !== labels.length) throw new Error(`${name} has the labels ${labels.join(', ') || 'none'}.`);
  return labels.map((label, at) => `${label}="${escape(values[at] as string)}"`).join(',');
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function line(name: string, labels: string, value: number): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${value === Infinity ? '+Inf' : value}`;
}
