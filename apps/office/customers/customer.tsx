import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { getCustomer } from '../../client/api.ts';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { CustomerRewards } from '../rewards/customer-rewards.tsx';
import { useParam } from '../shared/param.ts';
import { PersonalData } from '../shared/personal-data.tsx';
import { ProblemView } from '../shared/problem-view.tsx';

/** A customer: how to reach them, and what they may ask of us about their data. */
export function CustomerPage() {
  const t = useTranslations('privacy');
  const id = useParam('customerId');
  const { data, error, refetch } = useQuery({ queryKey: ['customers', id], queryFn: () => getCustomer(id) });
  if (data === undefined)
    return error === null ? null : <ProblemView problem={error} while="reading" retry={() => void refetch()} />;
  const title = data.name === '' ? `${t('erasedName')} ${data.number}` : data.name;
  return (
    <>
      <PageHead title={title} back={{ href: '/customers', label: t('back') }} />
      <div className="os-fields">
        <Card title={t('details')}>
          <dl className="os-facts">
            <dt>{t('number')}</dt>
            <dd>{data.number}</dd>
            <dt>{t('email')}</dt>
            <dd>{data.email === '' ? '–' : data.email}</dd>
            <dt>{t('phone')}</dt>
            <dd>{data.phone === '' ? '–' : data.phone}</dd>
          </dl>
        </Card>
        <CustomerRewards customerId={id} />
        <PersonalData kind="customer" id={id} touches={['customers', 'audit']} />
      </div>
    </>
  );
}
