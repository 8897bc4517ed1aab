import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { socketUrl } from '../../../platform/db/pool.ts';

/** The program as a person starts it, which may be killed at any moment. */
export type Victim = {
  readonly child: ChildProcess;
  readonly url: string;
  readonly exited: Promise<void>;
};

/** What is started: over the embedded database of `dataDir`, or over that of `url`. `main`: that of another copy of the program. */
type VictimSettings = {
  readonly dataDir: string;
  readonly url?: string;
  readonly main?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Told of the process at once: it may be killed before it is open. */
  readonly onChild?: (child: ChildProcess) => void;
};

/** Starts the program on a free port, without the demo. Throws when it ends before it is open. */
export async function startVictim(settings: VictimSettings): Promise<Victim> {
  const child = spawn(process.execPath, [settings.main ?? resolve(import.meta.dirname, '../main.ts'), 'start'], {
    cwd: settings.dataDir,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      DATA_DIR: settings.dataDir,
      PORT: '0',
      DEMO: 'off',
      LOG_FORMAT: 'text',
      ...(settings.url === undefined ? {} : { DATABASE_URL: settings.url }),
      ...settings.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  settings.onChild?.(child);
  let said = '';
  let open: (url: string) => void = () => undefined;
  const hear = (part: Buffer): void => {
    said = (said + part.toString()).slice(-4000);
    const url = /is open at (\S+)/.exec(said)?.[1];
    if (url !== undefined) open(url);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((found, fail) => {
    open = found;
    child.once('exit', (code) => fail(new Error(`the server ended with ${code} before it was open:\n${said}`)));
  });
  return { child, url, exited };
}

/** Ends it without giving it a chance, also when it is stopped. */
export async function endVictim(victim: Victim): Promise<void> {
  victim.child.kill('SIGKILL');
  await victim.exited;
}

/** The PostgreSQL that runs in the folder of a program: its pid and the way to the database, as its own pid file tells. */
export function embeddedDatabase(dataDir: string): { readonly pid: number; readonly url: string } {
  const lines = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  return { pid: Number(lines[0]), url: socketUrl({ socket: lines[4] ?? '', database: 'oneshelf' }) };
}
