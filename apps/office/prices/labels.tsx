import { Button } from '@mantine/core';
import { Printer } from 'lucide-react';
import { useLocale, useTranslations } from 'use-intl';
import { finishShelfLabels, listShelfLabels } from '../../client/prices.ts';
import type { ShelfLabel } from '../../client/prices.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant, moneyText } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { usePages } from '../shared/paging.ts';
import { Price } from '../shared/price.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenLocations } from '../shared/reference.ts';
import { PricesHead } from './head.tsx';

/** The labels on a store's shelves that have to be changed, to be printed and marked as done. */
export function ShelfLabels() {
  const t = useTranslations('prices.labels');
  const locale = useLocale();
  const [filters, setFilters] = useFilters<{ store?: string | undefined }>();
  const stores = useOpenLocations().filter(({ kind }) => kind === 'store');
  const store = filters.store ?? stores[0]?.id ?? '';
  const { error, retry, ...list } = usePages(['prices', 'labels', store], (after, signal) =>
    store === '' ? Promise.resolve({ items: [], next: null }) : listShelfLabels(store, after, signal),
  );
  const finish = useAct(finishShelfLabels, {
    touches: ['prices'],
    onDone: ({ done }) => toast(t('finished', { count: done })),
  });
  const labels = list.rows ?? [];
  const price = (label: ShelfLabel, of: ShelfLabel['price'] | null) =>
    of === null ? '–' : <Price price={{ ...of, currency: label.currency }} />;
  return (
    <>
      <PricesHead
        at="labels"
        actions={
          <>
            <Button
              variant="default"
              leftSection={<Printer size={16} aria-hidden="true" />}
              disabled={labels.length === 0}
              onClick={() => print()}
            >
              {t('print')}
            </Button>
            <Button
              disabled={labels.length === 0}
              loading={finish.isPending}
              onClick={() =>
                finish.mutate({
                  locationId: store,
                  labels: labels.slice(0, 400).map(({ skuId, label }) => ({ skuId, label })),
                })
              }
            >
              {t('done')}
            </Button>
          </>
        }
      />
      {finish.error !== null && <ProblemView problem={finish.error} while="acting" />}
      <div className="os-labels">
        <DataList
          label={t('location')}
          rowKey={(label) => `${label.skuId} ${label.label}`}
          {...list}
          filters={
            <LocationSelect
              label={t('location')}
              kinds={['store']}
              value={store === '' ? null : store}
              allowDeselect={false}
              onChange={(value) => setFilters({ store: value ?? undefined })}
            />
          }
          error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
          empty={
            store === '' ? (
              <EmptyState title={t('chooseStore')} text={t('chooseStoreText')} />
            ) : (
              <EmptyState title={t('none')} text={t('noneText')} />
            )
          }
          columns={[
            { key: 'sku', header: t('sku'), cell: (label) => label.name },
            { key: 'code', header: t('code'), cell: (label) => <span className="os-code">{label.code}</span> },
            {
              key: 'price',
              header: t('price'),
              numeric: true,
              phone: 'corner',
              cell: (label) => price(label, label.price),
            },
            {
              key: 'unit',
              header: t('unit'),
              numeric: true,
              cell: ({ unitPrice, currency }) =>
                unitPrice === null ? (
                  '–'
                ) : (
                  <span className="os-num">{`${moneyText(locale, { amount: unitPrice.amountMinor, currency })} / ${unitPrice.unit}`}</span>
                ),
            },
            { key: 'old', header: t('old'), numeric: true, cell: (label) => price(label, label.old) },
            { key: 'lowest', header: t('lowest'), numeric: true, cell: (label) => price(label, label.lowest30) },
            { key: 'from', header: t('from'), cell: ({ startsAt }) => <Instant value={startsAt} /> },
          ]}
        />
      </div>
    </>
  );
}
