import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptFile } from '../../../platform/backup/copy-out.ts';
import { folderPlace } from '../../../platform/backup/folder-place.ts';
import type { Place } from '../../../platform/backup/place.ts';
import type { Retention } from '../../../platform/backup/retention.ts';
import { s3Place } from '../../../platform/backup/s3-place.ts';
import type { Config } from '../../../platform/config.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { retailerFolder, type RetailerConfig } from '../retailers/retailer-config.ts';

/** Files of a retailer's folder that a database without them cannot do without: what its secrets are sealed with. */
const FILES = ['secret.keys'];

/** The place that `text` names: `s3://bucket/prefix` or a folder. Throws StartRefusal when the storage's settings are missing. */
export function placeOf(config: Config, text: string): Place {
  const found = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,62})(?:\/(.*))?$/.exec(text);
  if (found === null) {
    if (text.includes('://')) throw new StartRefusal(`${text} is neither a folder nor s3://bucket/prefix.`);
    return folderPlace(text);
  }
  const { S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = config;
  if (S3_ACCESS_KEY_ID === undefined || S3_SECRET_ACCESS_KEY === undefined)
    throw new StartRefusal(`For ${text}, set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (and S3_ENDPOINT, S3_REGION).`);
  const prefix = (found[2] ?? '').replace(/\/+$/, '');
  return s3Place({
    endpoint: S3_ENDPOINT ?? `https://s3.${config.S3_REGION}.amazonaws.com`,
    region: config.S3_REGION,
    bucket: found[1] ?? '',
    prefix: prefix === '' ? '' : `${prefix}/`,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
  });
}

/** Where backups go when nobody says otherwise. */
export function usualPlace(config: RetailerConfig): string {
  return config.BACKUP_TO ?? join(retailerFolder(config), 'backups');
}

/** The key that backups are encrypted with. */
export function backupKey({ BACKUP_KEY }: Config): Buffer | undefined {
  if (BACKUP_KEY === undefined) return undefined;
  return Buffer.from(BACKUP_KEY, /^[0-9a-fA-F]{64}$/.test(BACKUP_KEY) ? 'hex' : 'base64');
}

/** Where the list of a retailer's erasures lies. */
export function erasureList(config: RetailerConfig): string {
  return join(retailerFolder(config), 'erasures.jsonl');
}

/** Where backups go when nobody says otherwise, and what they are encrypted with. */
export function backupsOf(config: RetailerConfig): { readonly place: Place; readonly key: Buffer | undefined } {
  return { place: placeOf(config, usualPlace(config)), key: backupKey(config) };
}

/** How many backups stay. */
export function retentionOf(config: Config): Retention {
  return { days: config.BACKUP_KEEP_DAYS, weeks: config.BACKUP_KEEP_WEEKS, months: config.BACKUP_KEEP_MONTHS };
}

/** The files that go with an encrypted backup, as far as they are there. */
export function keptFiles(config: RetailerConfig): readonly KeptFile[] {
  return FILES.map((file) => ({ file, path: join(retailerFolder(config), file) }))
    .filter(({ path }) => existsSync(path))
    .map(({ file, path }) => ({ file, content: readFileSync(path).toString('base64') }));
}

/** Whether a file out of a backup is one of those that we put there. */
export function isKeptFile(file: string): boolean {
  return FILES.includes(file);
}
