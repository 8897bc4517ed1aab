import type { Pool } from '../../platform/db/pool.ts';
import { addKeyToFile } from '../../platform/secrets/secret-keys.ts';
import { sealedCodeKey } from '../../src/rewards/server/gift-card-codes.ts';
import { sealedCouponKey } from '../../src/pricing/server/coupon.store.ts';
import { resealAll, type SealedColumn } from '../../platform/secrets/rotate.ts';
import { sealedRegisterSecrets } from '../../src/company/server/register-secrets.ts';
import { sealedPins } from '../../src/staff/server/registers.store.ts';
import { sealedSeeds } from '../../src/staff/server/sign-in.store.ts';
import { openSecrets, type SecretsSource } from '../../platform/secrets/secrets.ts';
import { webhookSecrets } from '../../platform/webhooks/webhooks.store.ts';

/** Every column that holds sealed secrets. What is not here cannot be read any more after the second rotation. */
const SEALED_COLUMNS: readonly SealedColumn[] = [
  webhookSecrets,
  sealedSeeds,
  sealedPins,
  sealedRegisterSecrets,
  sealedCodeKey,
  sealedCouponKey,
];

/** Makes a new key, or takes the first of the setting, seals everything with it and says what was done. */
export async function rotateSecrets(
  source: SecretsSource,
  at: { readonly pool: Pool; readonly schema: string },
  columns: readonly SealedColumn[] = SEALED_COLUMNS,
): Promise<string> {
  if (source.setting === undefined) addKeyToFile(source.file);
  const told = await resealAll({ ...at, secrets: openSecrets(source) }, columns);
  const what = told.map(({ name, rows }) => `${rows} ${name}`).join(', ');
  const rest =
    source.setting === undefined
      ? `The key before stays in ${source.file} until the next rotation. Keep the file with the backups that were made with it.`
      : 'The other keys may now be taken out of SECRET_KEY, unless backups need them.';
  return `Sealed again: ${what}.\n${rest}`;
}
