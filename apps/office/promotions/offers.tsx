import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { listOfferRules } from '../../client/offers.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Pill } from '../../kit/stat-tile.tsx';
import { useMay } from '../shared/may.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { PromotionsHead } from './promotions-head.tsx';

/** The rules that offer promotions to customers for what they do. */
export function OfferRules() {
  const t = useTranslations('offers');
  const mayWrite = useMay('promotion:write');
  const { error, retry, ...list } = usePages(['promotions', 'rules'], (after, signal) => listOfferRules(after, signal));
  const create = mayWrite && (
    <Button component="a" href="/promotions/offers/new" leftSection={<Plus size={16} aria-hidden="true" />}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PromotionsHead at="rules" actions={create} />
      <DataList
        label={t('places.rules')}
        rowKey={(rule) => rule.id}
        href={(rule) => `/promotions/offers/${rule.id}`}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('none')} text={t('noneText')} action={create} />}
        columns={[
          { key: 'name', header: t('name'), cell: (rule) => rule.name },
          { key: 'event', header: t('event'), cell: (rule) => t(`events.${rule.event}`) },
          { key: 'promotion', header: t('promotion'), cell: (rule) => rule.promotionName },
          { key: 'granted', header: t('granted'), numeric: true, cell: (rule) => <Quantity value={rule.granted} /> },
          {
            key: 'state',
            header: t('state'),
            phone: 'corner',
            cell: (rule) => <OfferRuleState onSince={rule.onSince} />,
            live: (rule) => rule.onSince ?? '',
          },
        ]}
      />
    </>
  );
}

/** Whether a rule is on, in a word. */
export function OfferRuleState({ onSince }: { onSince: string | null }) {
  const t = useTranslations('offers');
  return <Pill tone={onSince === null ? 'plain' : 'good'}>{onSince === null ? t('off') : t('on')}</Pill>;
}
