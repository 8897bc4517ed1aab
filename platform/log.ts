import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** A structured log. First the fields, then the sentence: `log.info({ orderId }, 'Order placed.')`. */
export type Log = Logger;

/** What never reaches a log, wherever it stands in the first three levels of the fields. */
const secretNames = [
  'password',
  'pin',
  'token',
  'secret',
  'authorization',
  'cookie',
  '["set-cookie"]',
  'apiKey',
  'cardNumber',
  'cvc',
];

const redactPaths = secretNames.flatMap((name) => {
  const dotted = name.startsWith('[') ? name : `.${name}`;
  return [name, `*${dotted}`, `*.*${dotted}`];
});

/**
 * Makes the log. `json` writes one JSON object a line, for machines; `text` writes a line for people; `auto` takes text at a terminal.
 * Fields named like secrets are replaced by [hidden]. `destination` is standard output unless given.
 */
export function createLog(options: {
  level: string;
  format: 'auto' | 'json' | 'text';
  destination?: DestinationStream;
  /** Gets every line as JSON besides, for a collector. */
  also?: ((line: string) => void) | undefined;
}): Log {
  const out = options.destination ?? process.stdout;
  const isTerminal = options.destination === undefined && process.stdout.isTTY;
  const text = options.format === 'text' || (options.format === 'auto' && isTerminal);
  // Who read our lines may go (a closed pipe, a full disk): that must not stop the shop, nor become an error whose line fails again.
  if (options.destination === undefined && process.stdout.listenerCount('error', ignore) === 0)
    process.stdout.on('error', ignore);
  const write = (line: string): void => {
    out.write(text ? `${humanLine(line, isTerminal)}\n` : line);
    options.also?.(line);
  };
  return pino(
    {
      level: options.level,
      base: null,
      redact: { paths: redactPaths, censor: '[hidden]' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    text || options.also !== undefined ? { write } : out,
  );
}

function ignore(): void {}

const colours: Readonly<Record<string, number>> = { warn: 33, error: 31, fatal: 31, debug: 90, trace: 90 };

/** `12:30:01 warn  PostgreSQL is back. pid=12` from a JSON line; errors with their stack on lines of their own. */
export function humanLine(line: string, colour: boolean): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as {
    level: string;
    time: string;
    msg?: string;
    err?: { stack?: string };
  };
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const parts = [time.slice(11, 19), level === 'info' ? undefined : level.padEnd(5), msg, ...rest];
  const stack = err?.stack === undefined ? '' : `\n${err.stack}`;
  const plain = parts.filter((part) => part !== undefined).join(' ') + stack;
  const code = colours[level];
  return colour && code !== undefined ? `\u001b[${code}m${plain}\u001b[0m` : plain;
}
