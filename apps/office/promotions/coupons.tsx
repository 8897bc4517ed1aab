import { Button, NumberInput, TextInput, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { createCoupons, getCoupons, listCouponBatches } from '../../client/promotions.ts';
import { Instant, Quantity } from '../../kit/numbers.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';

/** Codes of single use: making them, and showing those of a batch. */
export function Coupons({ promotionId, locked }: { promotionId: string; locked: boolean }) {
  const t = useTranslations('promotions');
  const [name, setName] = useState('');
  const [codes, setCodes] = useState<number | string>(100);
  const [shown, setShown] = useState<string>();
  const batches = useQuery({
    queryKey: ['promotions', promotionId, 'coupons'],
    queryFn: () => listCouponBatches(promotionId),
  });
  const list = useQuery({
    queryKey: ['promotions', promotionId, 'coupons', shown],
    queryFn: () => getCoupons(promotionId, shown ?? ''),
    enabled: shown !== undefined,
  });
  const make = useAct(createCoupons, { touches: ['promotions'], onDone: () => setName('') });
  return (
    <Card title={t('coupons')}>
      <p className="os-soft">{t('couponsText')}</p>
      {!locked && (
        <form
          className="os-fields"
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate({ id: promotionId, name, codes: Number(codes) });
          }}
        >
          <div className="os-fields-2">
            <TextInput
              label={t('batchName')}
              value={name}
              required
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <NumberInput
              label={t('howMany')}
              value={codes}
              min={1}
              max={10_000}
              allowDecimal={false}
              onChange={setCodes}
            />
          </div>
          <Button type="submit" variant="default" loading={make.isPending}>
            {t('makeCoupons')}
          </Button>
          {make.error !== null && <ProblemView problem={make.error} while="acting" />}
        </form>
      )}
      <ul className="os-list">
        {(batches.data ?? []).map((batch) => (
          <li key={batch.id}>
            {batch.name}: <Quantity value={batch.codes} /> · <Instant value={batch.createdAt} />{' '}
            <Button size="compact-sm" variant="subtle" onClick={() => setShown(batch.id)}>
              {t('showCodes')}
            </Button>
          </li>
        ))}
      </ul>
      {list.data !== undefined && <Textarea label={t('coupons')} readOnly rows={8} value={list.data} />}
    </Card>
  );
}
