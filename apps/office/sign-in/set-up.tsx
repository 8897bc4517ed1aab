import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { getAccount } from '../../client/own-account.ts';
import { Codes } from '../own-account/codes.tsx';
import { Passkeys } from '../own-account/passkeys.tsx';
import { SignInFrame } from './frame.tsx';
import { useLeaving } from './leave.ts';

/** What somebody sees whose role asks for a second factor that they do not have yet. Once it is there, they are in. */
export function SetUp() {
  const t = useTranslations('signIn');
  const leave = useLeaving();
  const account = useQuery({ queryKey: ['account'], queryFn: getAccount }).data;
  return (
    <SignInFrame title={t('setUpTitle')} text={t('setUpText')}>
      {account !== undefined && (
        <div className="os-stack">
          <Codes account={account} />
          <Passkeys account={account} />
        </div>
      )}
      <Anchor component="button" type="button" size="sm" onClick={() => void leave()} style={{ justifySelf: 'start' }}>
        {t('leave')}
      </Anchor>
    </SignInFrame>
  );
}
