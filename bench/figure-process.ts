import type { Bench, Found } from './bench.ts';
import { FIGURES } from './figures.ts';

// One figure in a process of its own; main.ts forks it and reads what it sends.
const [name, given] = process.argv.slice(2) as [string, string];
const { template, ...rest } = JSON.parse(given) as Omit<Bench, 'say' | 'url'> & { template: string };
const send = (message: { say?: string; found?: Found; failed?: string }, sent?: () => void): void =>
  void process.send?.(message, undefined, undefined, sent);
const bench: Bench = {
  ...rest,
  url: (database) => template.replace('DATABASE', database),
  say: (text) => send({ say: text }),
};
try {
  const figure = FIGURES.find((one) => one.name === name);
  if (figure === undefined) throw new Error(`there is no figure ${name}`);
  send({ found: await figure.run(bench) });
} catch (error) {
  // Servers that it had started end with it: left waiting for them, nobody would hear why it failed.
  send({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () => process.exit(1));
}
process.disconnect();
