import type { Log } from './log.ts';

/** A part of the program that lives: how it ends, and what to do when there is no time left. */
type LivingPart = { stop?: () => Promise<void> | void; killNow?: () => void; stopWithinMs?: number };

/** The order in which the parts of a program start and stop. */
export type Lifecycle = {
  /**
   * Starts a part and remembers how it ends. Parts end in the reverse order. Throws StoppedWhileStarting when a signal came in
   * the meantime; what was started is stopped.
   */
  start<T>(name: string, begin: () => Promise<T> | T, living: (part: T) => LivingPart): Promise<T>;
  /** Begins to stop; the first reason counts, undefined is not worth a line. Resolves when everything has ended. */
  stop(reason: string | undefined, exitCode: number): Promise<void>;
  /** Resolves with the exit code when everything has ended. */
  readonly ended: Promise<number>;
  readonly isStopping: () => boolean;
};

/** A signal asked the program to stop before it was up. */
export class StoppedWhileStarting extends Error {
  constructor() {
    super('Stopped while starting.');
    this.name = 'StoppedWhileStarting';
  }
}

/** One Ctrl-C arrives twice when the terminal and npm both deliver it. */
const sameSignalMs = 1000;

/**
 * Makes the lifecycle of this process and listens: SIGINT, SIGTERM and SIGHUP stop it in order, a second signal (more than a second later) ends
 * it at once, so does a part that takes longer than `stopWithinMs` (10 s each unless told), the disappearance of the program that started
 * us stops it, and an error nobody caught stops it with exit code 1. `exit` is process.exit, replaced in tests.
 */
export function createLifecycle(log: Log, exit: (code: number) => void = (code) => process.exit(code)): Lifecycle {
  const parts: ({ name: string } & LivingPart)[] = [];
  let stopping: Promise<void> | undefined;
  let code = 0;
  let firstSignalMs: number | undefined;
  let resolveEnded: (code: number) => void = () => undefined;
  const ended = new Promise<number>((done) => (resolveEnded = done));

  const force = (): void => {
    for (const part of parts.toReversed()) part.killNow?.();
    exit(code === 0 ? 1 : code);
  };
  const stopAll = async (): Promise<void> => {
    for (const part of parts.toReversed()) await stopPart(part, log);
    process.removeListener('uncaughtException', onBug);
    process.removeListener('unhandledRejection', onBug);
    process.removeListener('disconnect', onDisconnect);
    for (const signal of signals) process.removeListener(signal, onSignal);
    resolveEnded(code);
  };
  const stop = (reason: string | undefined, exitCode: number): Promise<void> => {
    if (stopping !== undefined) return stopping;
    code = exitCode;
    if (reason !== undefined) log.info(`Stopping: ${reason}.`);
    return (stopping = stopAll());
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    if (firstSignalMs === undefined) {
      firstSignalMs = nowMs;
      void stop(signal, 0);
    } else if (nowMs - firstSignalMs > sameSignalMs) {
      log.warn(`Second ${signal}: ending at once.`);
      code = 1;
      force();
    }
  };
  const onDisconnect = (): void => void stop('the program that started this one is gone', 0);
  const onBug = (error: unknown): void => {
    log.fatal({ err: error }, 'An error that nobody caught.');
    void stop('an error that nobody caught', 1);
  };
  for (const signal of signals) process.on(signal, onSignal);
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
  process.on('disconnect', onDisconnect);
  // The channel is only for noticing that its other end is gone; it must not keep us alive.
  process.channel?.unref();

  return {
    async start(name, begin, living) {
      if (stopping !== undefined) throw new StoppedWhileStarting();
      const part = await begin();
      const entry = { name, ...living(part) };
      if (stopping === undefined) {
        parts.push(entry);
        return part;
      }
      // The stop has begun without this part.
      await stopPart(entry, log);
      throw new StoppedWhileStarting();
    },
    stop,
    ended,
    isStopping: () => stopping !== undefined,
  };
}

async function stopPart(part: { name: string } & LivingPart, log: Log): Promise<void> {
  const limitMs = part.stopWithinMs ?? 10_000;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'late'>((late) => (timer = setTimeout(late, limitMs, 'late')));
  try {
    if ((await Promise.race([part.stop?.(), limit])) === 'late') {
      log.error(`${part.name} did not stop within ${limitMs} ms; going on without it.`);
      part.killNow?.();
    }
  } catch (error) {
    log.error({ err: error }, `${part.name} failed to stop; going on.`);
    part.killNow?.();
  } finally {
    clearTimeout(timer);
  }
}
