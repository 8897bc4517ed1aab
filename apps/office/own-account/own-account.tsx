import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { getAccount } from '../../client/own-account.ts';
import { PageHead } from '../../kit/stat-tile.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { Codes } from './codes.tsx';
import { Passkeys } from './passkeys.tsx';
import { Password } from './password.tsx';
import { Sessions } from './sessions.tsx';

/** How one signs in oneself, and where one is signed in. */
export function AccountPage() {
  const t = useTranslations('account');
  const account = useQuery({ queryKey: ['account'], queryFn: getAccount });
  return (
    <>
      <PageHead title={t('title')} />
      {account.data === undefined ? (
        account.error !== null && (
          <ProblemView problem={account.error} while="reading" retry={() => void account.refetch()} />
        )
      ) : (
        <div className="os-stack">
          <div className="os-split">
            <div className="os-stack">
              <Codes account={account.data} />
              <Passkeys account={account.data} />
            </div>
            <Password account={account.data} />
          </div>
          <Sessions />
        </div>
      )}
    </>
  );
}
