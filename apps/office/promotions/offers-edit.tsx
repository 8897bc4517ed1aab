import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  forecastOffers,
  getOfferRule,
  listOfferGrants,
  saveOfferRule,
  switchOfferRule,
  type OfferRule,
  type OfferRuleWish,
} from '../../client/offers.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { usePages } from '../shared/paging.ts';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { OfferRuleFields } from './offers-fields.tsx';
import { OfferRuleState } from './offers.tsx';

const EMPTY: OfferRuleWish = { name: '', promotionId: '', event: 'sale', validDays: 30 };

/** A new rule. */
export function NewOfferRule() {
  const t = useTranslations('offers');
  return (
    <>
      <PageHead title={t('create')} back={{ href: '/promotions/offers', label: t('places.rules') }} />
      <RuleForm start={EMPTY} locked={false} />
    </>
  );
}

/** A rule: what it answers, whether it is on, what it would have granted and what it did. */
export function OfferRulePage() {
  const t = useTranslations('offers');
  const id = useParam('ruleId');
  const mayWrite = useMay('promotion:write');
  const found = useQuery({ queryKey: ['promotions', 'rules', id], queryFn: () => getOfferRule(id) });
  if (found.error !== null)
    return <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />;
  const rule = found.data;
  if (rule === undefined) return null;
  return (
    <>
      <PageHead
        title={rule.name}
        back={{ href: '/promotions/offers', label: t('places.rules') }}
        badge={<OfferRuleState onSince={rule.onSince} />}
        actions={mayWrite && <Switching rule={rule} />}
      />
      <div className="os-stack">
        <RuleForm key={rule.version} start={wishOf(rule)} of={rule} locked={!mayWrite} />
        <Grants ruleId={rule.id} />
      </div>
    </>
  );
}

function wishOf({ name, promotionId, event, when, validDays }: OfferRule): OfferRuleWish {
  return { name, promotionId, event, when, validDays };
}

function Switching({ rule }: { rule: OfferRule }) {
  const t = useTranslations('offers');
  const turn = useAct(switchOfferRule, { touches: ['promotions'] });
  const on = rule.onSince === null;
  return (
    <>
      <Button
        variant={on ? 'filled' : 'default'}
        loading={turn.isPending}
        onClick={() => turn.mutate({ id: rule.id, on, version: rule.version })}
      >
        {on ? t('turnOn') : t('turnOff')}
      </Button>
      {turn.error !== null && <ProblemView problem={turn.error} while="acting" />}
    </>
  );
}

function RuleForm({ start, of, locked }: { start: OfferRuleWish; of?: OfferRule; locked: boolean }) {
  const t = useTranslations('offers');
  const [wish, setWish] = useState(start);
  const save = useAct(saveOfferRule, {
    touches: ['promotions'],
    onDone: (saved) => {
      toast(t('saved'));
      if (of === undefined) location.assign(`/promotions/offers/${saved.id}`);
    },
  });
  const reason = wish.name.trim() === '' ? t('needsName') : wish.promotionId === '' ? t('needsPromotion') : undefined;
  return (
    <form
      className="os-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === undefined) save.mutate({ id: of?.id, version: of?.version, wish });
      }}
    >
      <fieldset disabled={locked} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <OfferRuleFields wish={wish} onWish={setWish} promotionName={of?.promotionName} />
      </fieldset>
      <Forecast wish={wish} ready={reason === undefined} />
      {save.error !== null && <ProblemView problem={save.error} while="acting" />}
      {!locked && (
        <div className="os-row">
          <ReasonButton type="submit" loading={save.isPending} reason={reason}>
            {t('save')}
          </ReasonButton>
          {of === undefined && <span className="os-soft">{t('offAtFirst')}</span>}
        </div>
      )}
    </form>
  );
}

/** How often the rule as it stands in the form would have granted. */
function Forecast({ wish, ready }: { wish: OfferRuleWish; ready: boolean }) {
  const t = useTranslations('offers');
  const found = useQuery({
    queryKey: ['promotions', 'rules', 'forecast', wish],
    queryFn: () => forecastOffers(wish),
    enabled: ready,
    placeholderData: (before) => before,
  });
  const { data } = found;
  return (
    <Card title={t('forecast')}>
      <div role="status">
        {!ready || data === undefined ? (
          <p className="os-soft">{t('forecastText')}</p>
        ) : (
          <>
            <p>{t('wouldHave', { granted: data.granted, customers: data.customers, seen: data.seen })}</p>
            <ul className="os-list">
              {data.not.map(({ reason, times }) => (
                <li key={reason}>
                  {t(`obstacles.${reason as 'below_minimum'}`)}: {times}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      {found.error !== null && <ProblemView problem={found.error} while="reading" />}
    </Card>
  );
}

/** What the rule granted, and carts that got nothing. */
function Grants({ ruleId }: { ruleId: string }) {
  const t = useTranslations('offers');
  const { error, retry, ...list } = usePages(['promotions', 'rules', ruleId, 'grants'], (after, signal) =>
    listOfferGrants(ruleId, after, signal),
  );
  return (
    <DataList
      label={t('history')}
      rowKey={(row) => `${row.customerId} ${row.happenedAt}`}
      href={(row) => `/customers/${row.customerId}`}
      {...list}
      error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
      empty={<EmptyState title={t('noGrants')} text={t('noGrantsText')} />}
      columns={[
        { key: 'when', header: t('happened'), cell: (row) => <Instant value={row.happenedAt} /> },
        { key: 'customer', header: t('customer'), cell: (row) => row.customerNumber },
        {
          key: 'until',
          header: t('until'),
          cell: (row) => (row.validUntil === null ? '–' : <Instant value={row.validUntil} />),
        },
        {
          key: 'state',
          header: t('state'),
          phone: 'corner',
          cell: (row) =>
            row.offerId === null ? t(`obstacles.${row.reason as 'bought_since'}`) : row.used ? t('used') : t('open'),
        },
      ]}
    />
  );
}
