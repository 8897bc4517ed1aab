import pg from 'pg';
import type { Statement } from './pool.ts';

/** A statement of a flight with its parameters; arrays are Buffers of `platform/db/arrays.ts`. */
export type Query = { readonly statement: Statement; readonly values: readonly unknown[] };

/** What one statement of a flight came to: its command tag (`INSERT`, `COMMIT`) and its rows, empty when they were not asked for. */
export type Landed = { readonly command: string; readonly rows: readonly Record<string, unknown>[] };

/** What we use of the driver's connection and results; its types leave these out. */
type Connection = {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Readonly<Record<string, string>>;
  readonly submittedNamedStatements: Record<string, string>;
  parse(message: { name: string; text: string }): void;
  bind(message: { statement: string; values: readonly unknown[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string }): void;
  sync(): void;
};
type Result = {
  command: string | null;
  readonly rows: Record<string, unknown>[];
  addFields(fields: unknown): void;
  parseRow(fields: unknown): Record<string, unknown>;
  addRow(row: Record<string, unknown>): void;
  addCommandComplete(message: unknown): void;
};
const { Query: DriverQuery, Result: DriverResult } = pg as unknown as {
  Query: new (config: { text: string }) => object;
  Result: new (rowMode: undefined, types: unknown) => Result;
};

/**
 * Sends statements one behind the other with a single Sync at their end, and waits for all answers: PostgreSQL answers once and not after every statement,
 * which costs each of them a system call and us a turn of the event loop. The first error ends the flight, what stands behind it is not run; the
 * error says which it was (`failedStatement`).
 * With `rows` false the rows of the answers are not described, sent for and parsed.
 */
export function fly(client: pg.PoolClient, queries: readonly Query[], options: { rows: boolean }): Promise<Landed[]> {
  return new Promise((landed, failed) => {
    client.query(new Flight(queries, options.rows, landed, failed) as unknown as pg.Query);
  });
}

/** The driver asks for a class of its own: a query that is many. */
class Flight extends DriverQuery {
  readonly callback = (): void => undefined;
  private readonly queries: readonly Query[];
  private readonly wantsRows: boolean;
  private readonly landed: (results: Landed[]) => void;
  private readonly failed: (error: Error) => void;
  private readonly results: Landed[] = [];
  private result: Result | undefined;
  private error: Error | undefined;

  constructor(
    queries: readonly Query[],
    rows: boolean,
    landed: (results: Landed[]) => void,
    failed: (error: Error) => void,
  ) {
    super({ text: 'a flight' });
    // Before anything is sent: half a flight would leave the connection waiting for the rest.
    this.queries = queries.map(({ statement, values }) => ({ statement, values: values.map(asParameter) }));
    this.wantsRows = rows;
    this.landed = landed;
    this.failed = failed;
  }

  submit(connection: Connection): undefined {
    connection.stream.cork();
    try {
      for (const { statement, values } of this.queries) {
        const { name, text } = statement;
        if (
          connection.parsedStatements[name] === undefined &&
          connection.submittedNamedStatements[name] === undefined
        ) {
          connection.parse({ name, text });
          connection.submittedNamedStatements[name] = text;
        }
        connection.bind({ statement: name, values });
        if (this.wantsRows) connection.describe({ type: 'P', name: '' });
        connection.execute({ portal: '' });
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
    return undefined;
  }

  handleRowDescription(message: { fields: unknown }): void {
    this.result = new DriverResult(undefined, (this as unknown as { _result: { _types: unknown } })._result._types);
    this.result.addFields(message.fields);
  }

  handleDataRow(message: { fields: unknown }): void {
    if (this.result === undefined || this.error !== undefined) return;
    try {
      this.result.addRow(this.result.parseRow(message.fields));
    } catch (error) {
      this.error = error as Error;
    }
  }

  handleCommandComplete(message: { text: string }): void {
    this.results.push({ command: message.text.split(' ', 1)[0] as string, rows: this.result?.rows ?? [] });
    this.result = undefined;
  }

  handleError(error: Error): void {
    this.error ??= Object.assign(error, { failedStatement: this.queries[this.results.length]?.statement.name });
    this.failed(this.error);
  }

  handleReadyForQuery(): void {
    if (this.error === undefined) this.landed(this.results);
    else this.failed(this.error);
  }
}

/** What the driver writes as it is: texts and Buffers; numbers and booleans become texts. */
function asParameter(value: unknown): string | Buffer | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw new TypeError('a parameter of a flight is a text, a number, a boolean, null or a Buffer');
}
