import { join, resolve } from 'node:path';
import type { Config } from '../../../platform/config.ts';
import type { Retailer } from '../../../platform/db/directory.ts';

/** The settings as one retailer has them. Those of the directory have a folder of their own for what lies beside the database; without one it is DATA_DIR. */
export type RetailerConfig = Config & { readonly RETAILER_FOLDER?: string };

/**
 * The settings as a retailer of the directory has them: its schema, its folder, its place for backups. What belongs to the company that runs the installation
 * is not lent to the others: its address, its sign-in provider, the machines of its network.
 */
export function configOfRetailer(config: Config, { schema, hosts: [host = ''] }: Named): RetailerConfig {
  const {
    PRIVATE_HOSTS: _,
    OIDC_ISSUER: __,
    OIDC_CLIENT_ID: ___,
    OIDC_CLIENT_SECRET: ____,
    OIDC_NAME: _____,
    BASE_URL,
    BACKUP_TO,
    ...rest
  } = config;
  return {
    ...rest,
    RETAILER_SCHEMA: schema,
    RETAILER_FOLDER: join(resolve(config.DATA_DIR), 'retailers', schema),
    ...(BASE_URL === undefined ? {} : { BASE_URL: retailerUrl(BASE_URL, host) }),
    ...(BACKUP_TO === undefined ? {} : { BACKUP_TO: `${BACKUP_TO.replace(/\/+$/, '')}/${schema}` }),
  };
}

type Named = Pick<Retailer, 'schema' | 'hosts'>;

/** Where a retailer's files lie that are not in the database: keys, kept mails, the list of erasures, backups that go nowhere else. */
export function retailerFolder({ RETAILER_FOLDER, DATA_DIR }: RetailerConfig): string {
  return resolve(RETAILER_FOLDER ?? DATA_DIR);
}

/** Where people find a retailer: as they find the installation, under its own host. */
export function retailerUrl(installation: string, host: string): string {
  const url = new URL(installation);
  url.hostname = host;
  return url.origin;
}
