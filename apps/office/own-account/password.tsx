import { PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { changePassword, type OwnAccount } from '../../client/own-account.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChange } from './use-change.ts';

/** The password: changed with the old one, or set for the first time. */
export function Password({ account }: { account: OwnAccount }) {
  const t = useTranslations('account');
  const words = useTranslations('signIn');
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const changing = useChange(() => changePassword(account.hasPassword ? { current, password } : { password }), {
    sessionOf: (session) => session,
    onDone() {
      setCurrent('');
      setPassword('');
      toast(t('changed'));
    },
  });
  const eye = { 'aria-label': words('showPassword'), tabIndex: 0, 'aria-hidden': false } as const;
  const missing = account.hasPassword
    ? current === '' || password === ''
      ? t('needsBoth')
      : undefined
    : password === ''
      ? t('needsNew')
      : undefined;
  return (
    <Card title={t('passwordTitle')}>
      <form
        className="os-fields"
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === undefined) changing.mutate(undefined);
        }}
      >
        {account.hasPassword && (
          <PasswordInput
            label={t('current')}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            visibilityToggleButtonProps={eye}
          />
        )}
        <PasswordInput
          label={words('newPassword')}
          description={words('passwordHint')}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={eye}
        />
        {changing.error !== null && <ProblemView problem={changing.error} while="acting" />}
        <div className="os-row">
          <ReasonButton type="submit" reason={missing} loading={changing.isPending}>
            {t('change')}
          </ReasonButton>
        </div>
      </form>
    </Card>
  );
}
