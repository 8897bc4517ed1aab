import { cpuBetween, readCpu, type Watched } from './machine.ts';

/** What a round of load came to. `cpuMs` is per call, by watched name. */
export type Round = {
  readonly calls: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  readonly cpuMsPerCall: Readonly<Record<string, number>>;
  readonly strangers: number | undefined;
};

/**
 * A number of clients that each call again as soon as they have their answer, for a time. The first `warmUpMs` are not counted. `next` hands out
 * what is called with; undefined ends the round. An error of a call ends everything: a bench that fails measures nothing.
 */
export async function runClients<T>(options: {
  readonly clients: number;
  readonly ms: number;
  readonly warmUpMs: number;
  readonly watched: Watched;
  readonly cores: number;
  next(): T | undefined;
  call(one: T): Promise<unknown>;
}): Promise<Round> {
  const { clients, ms, warmUpMs, watched, cores } = options;
  const begin = performance.now();
  let from = begin + warmUpMs;
  const end = from + ms;
  let cpuFrom = warmUpMs === 0 ? readCpu(watched) : undefined;
  let counting = warmUpMs === 0;
  const latenciesMs: number[] = [];
  const client = async (): Promise<void> => {
    for (;;) {
      const started = performance.now();
      if (started >= end) return;
      if (!counting && started >= from) {
        counting = true;
        cpuFrom = readCpu(watched);
        from = performance.now();
      }
      const one = options.next();
      if (one === undefined) return;
      await options.call(one);
      if (counting) latenciesMs.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - from) / 1000;
  const cpu = cpuBetween(cpuFrom, readCpu(watched), seconds, cores);
  const calls = latenciesMs.length;
  return {
    calls,
    seconds,
    perSecond: calls / seconds,
    latenciesMs,
    strangers: cpu.strangers,
    cpuMsPerCall: Object.fromEntries(watched.map(({ name }) => [name, (cpu.of(name) * 1000) / calls])),
  };
}
