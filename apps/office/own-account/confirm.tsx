import { Button, PasswordInput, TextInput } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { confirmIdentity, startConfirmation, type OwnAccount } from '../../client/own-account.ts';
import { Card } from '../../kit/stat-tile.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { askPasskey, hasPasskeys } from '../sign-in/passkey.ts';
import { useChange } from './use-change.ts';

/** Asks somebody whose sign-in was a while ago to prove once more who they are. */
export function Confirm({ account }: { account: OwnAccount }) {
  const t = useTranslations('account');
  const words = useTranslations('signIn');
  const [proof, setProof] = useState('');
  const sessionOf = { sessionOf: (session: Awaited<ReturnType<typeof confirmIdentity>>) => session };
  const confirming = useChange(
    () => confirmIdentity(account.hasPassword ? { password: proof } : { code: proof }),
    sessionOf,
  );
  const byPasskey = useChange(
    async () => confirmIdentity({ passkey: await askPasskey(await startConfirmation()) }),
    sessionOf,
  );
  const problem = confirming.error ?? byPasskey.error;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    confirming.mutate(undefined);
  };
  return (
    <Card title={t('confirmTitle')}>
      <form className="os-fields" onSubmit={submit}>
        <p className="os-soft">{t('confirmText')}</p>
        {account.hasPassword && (
          <PasswordInput
            label={words('password')}
            autoComplete="current-password"
            required
            maw={360}
            value={proof}
            onChange={(event) => setProof(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': words('showPassword'), tabIndex: 0, 'aria-hidden': false }}
          />
        )}
        {!account.hasPassword && account.hasCodes && (
          <TextInput
            label={words('code')}
            autoComplete="one-time-code"
            required
            maw={360}
            value={proof}
            onChange={(event) => setProof(event.currentTarget.value)}
          />
        )}
        {problem !== null && <ProblemView problem={problem} while="acting" />}
        <div className="os-row">
          {(account.hasPassword || account.hasCodes) && (
            <Button type="submit" loading={confirming.isPending}>
              {t('confirm')}
            </Button>
          )}
          {account.passkeys.length > 0 && hasPasskeys() && (
            <Button
              variant="default"
              leftSection={<KeyRound size={16} aria-hidden="true" />}
              loading={byPasskey.isPending}
              onClick={() => byPasskey.mutate(undefined)}
            >
              {t('confirmPasskey')}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}
