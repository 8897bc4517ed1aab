import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ringOfFile, ringOfSetting, type KeyRing } from './secret-keys.ts';

/**
 * Locks secrets that the program must read again (a webhook's secret, the seed of somebody's codes, a partner's password) before they go into the database,
 * so that a stolen dump or backup tells none of them. What need not be read again is hashed instead.
 */
export type Secrets = {
  /** AES-256-GCM under the newest key: `sealed.<key id>.<base64url of nonce, text, tag>`. Sealing the same text twice gives two texts. */
  readonly sealSecret: (text: string) => string;
  /** The text that was sealed. Throws SecretUnreadable when it was changed, or sealed with a key that is not there. */
  readonly openSecret: (sealed: string) => string;
  /** How everything begins that is sealed with the newest key; the rest is sealed again by a rotation. */
  readonly newestPrefix: () => string;
};

/** What was sealed cannot be opened: it was changed, or its key is gone. */
export class SecretUnreadable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SecretUnreadable';
  }
}

/** Where the keys are: in a setting, or in a file that is made when it is missing. */
export type SecretsSource = { readonly file: string; readonly setting?: string | undefined };

const SEALED = /^sealed\.([0-9a-f]{8})\.([A-Za-z0-9_-]{38,})$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Opens the keys. A file is read again for each sealing, which is rare, and for a key that is not known yet: so a running program takes part in a rotation that another
 * process began. Throws StartRefusal when the keys are not usable.
 */
export function openSecrets({ file, setting }: SecretsSource): Secrets {
  const read = setting === undefined ? () => ringOfFile(file) : () => known;
  let known: KeyRing = setting === undefined ? ringOfFile(file) : ringOfSetting(setting);
  const find = (id: string) => known.find((key) => key.id === id);
  return {
    sealSecret(text) {
      known = read();
      const [{ id, bytes }] = known;
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce);
      const locked = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `sealed.${id}.${locked.toString('base64url')}`;
    },

    openSecret(sealed) {
      const [, id, text] = SEALED.exec(sealed) ?? [];
      if (id === undefined || text === undefined) throw new SecretUnreadable('this is nothing that was sealed');
      if (find(id) === undefined) known = read();
      const key = find(id);
      if (key === undefined) throw new SecretUnreadable(`the key ${id} is not there`);
      const locked = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, locked.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(locked.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(locked.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        throw new SecretUnreadable('what was sealed has been changed');
      }
    },

    newestPrefix() {
      known = read();
      return `sealed.${known[0].id}.`;
    },
  };
}
