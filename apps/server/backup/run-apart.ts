import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { BackupSetting } from '../../../platform/backup/backups.ts';
import type { RetailerConfig } from '../retailers/retailer-config.ts';
import { backupKey, placeOf, retentionOf, usualPlace } from './setting.ts';

/** How this installation makes backups: by the command that people have too, in a process of its own with less right to the processor. */
export function backupSetting(config: RetailerConfig): BackupSetting {
  const place = usualPlace(config);
  const whose = config.RETAILER_FOLDER === undefined ? [] : ['--retailer', config.RETAILER_SCHEMA];
  return {
    place: placeOf(config, place).text,
    onOwnDisk: !place.startsWith('s3://') && `${resolve(place)}/`.startsWith(`${resolve(config.DATA_DIR)}/`),
    schedule: config.BACKUP_SCHEDULE,
    keep: retentionOf(config),
    encrypted: backupKey(config) !== undefined,
    run: ({ id, cause }, stop) => runApart(['backup', '--id', id, '--cause', cause, ...whose], stop),
  };
}

/** Runs a command of the program with the settings of this one. Rejects with what it said last when it fails. */
async function runApart(args: readonly string[], stop: AbortSignal): Promise<void> {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
    env: { ...process.env, LOG_FORMAT: 'text' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-4_000)));
  const end = (): void => void child.kill('SIGTERM');
  stop.addEventListener('abort', end);
  const code = await new Promise<number | string | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', (exit, signal) => done(exit ?? signal));
  }).finally(() => stop.removeEventListener('abort', end));
  if (code !== 0) throw new Error(said.trim().split('\n').at(-1) ?? `The backup ended with ${code}.`);
}
