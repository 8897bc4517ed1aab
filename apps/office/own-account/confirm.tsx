import { Button, PasswordInput, TextInput } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { confirmIdentity, startConfirmation, type OwnAccount } from '../../client/own-account.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { askPasskey, hasPasskeys } from '../sign-in/passkey.ts';
import { useChange } from './use-change.ts';

/** Asks somebody whose sign-in was a while ago to prove once more who they are: by password, by passkey, or by code where there is no password. */
export function Confirm({
  account,
  onProved,
  onCancel,
}: {
  account: OwnAccount;
  onProved: () => void;
  onCancel: () => void;
}) {
  const t = useTranslations('account');
  const words = useTranslations('signIn');
  const [proof, setProof] = useState('');
  const then = { sessionOf: (session: Awaited<ReturnType<typeof confirmIdentity>>) => session, onDone: onProved };
  const confirming = useChange(
    () => confirmIdentity(account.hasPassword ? { password: proof } : { code: proof }),
    then,
  );
  const byPasskey = useChange(
    async () => confirmIdentity({ passkey: await askPasskey(await startConfirmation()) }),
    then,
  );
  const byKey = account.passkeys.length > 0 && hasPasskeys();
  const problem = confirming.error ?? byPasskey.error;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    confirming.mutate(undefined);
  };
  return (
    <form className="os-fields" onSubmit={submit}>
      <p>{t('confirmText')}</p>
      {!account.hasPassword && !account.hasCodes && !byKey && <p>{t('confirmCompany')}</p>}
      {account.hasPassword && (
        <PasswordInput
          label={words('password')}
          autoComplete="current-password"
          required
          data-autofocus
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
          data-autofocus
          value={proof}
          onChange={(event) => setProof(event.currentTarget.value)}
        />
      )}
      {problem !== null && <ProblemView problem={problem} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onCancel}>
          {t('cancel')}
        </Button>
        {(account.hasPassword || account.hasCodes) && (
          <Button type="submit" loading={confirming.isPending}>
            {t('confirm')}
          </Button>
        )}
        {byKey && (
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
  );
}
