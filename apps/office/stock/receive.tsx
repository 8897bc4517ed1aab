import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { listSkus, receiveGoods } from '../../client/api.ts';
import type { FoundSku } from '../../client/types.ts';
import { MoneyField, QuantityField } from '../../kit/fields.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useEntities, useOpenLocations } from '../shared/reference.ts';
import { useRemembered } from '../shared/remembered.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { Lines } from './lines.tsx';

type Line = {
  readonly sku: FoundSku;
  readonly quantity: number | undefined;
  readonly unitCostMinor: number | undefined;
};

/** Goods came in: where, what, how many, at which cost. A scan adds one more of the line it names. */
export function Receive() {
  const t = useTranslations('receive');
  const [filters] = useFilters<{ location?: string; sku?: string }>();
  const [remembered, remember] = useRemembered('receive.location');
  const locations = useOpenLocations();
  const entities = useEntities();
  const [chosen, setChosen] = useState<string | undefined>(filters.location);
  const locationId =
    chosen ??
    locations.find(({ id }) => id === remembered)?.id ??
    locations.find(({ kind }) => kind === 'warehouse')?.id ??
    (locations.length === 1 ? locations[0]?.id : undefined);
  const location = locations.find(({ id }) => id === locationId);
  const currency = entities.find(({ id }) => id === location?.entityId)?.functionalCurrency ?? 'EUR';
  const [supplierRef, setSupplierRef] = useState('');
  const [lines, setLines] = useState<readonly Line[]>([]);

  const add = (sku: FoundSku): void =>
    setLines((now) =>
      now.some((line) => line.sku.id === sku.id)
        ? now.map((line) => (line.sku.id === sku.id ? { ...line, quantity: (line.quantity ?? 0) + 1 } : line))
        : [...now, { sku, quantity: 1, unitCostMinor: undefined }],
    );
  const change = (sku: FoundSku, to: Partial<Line>): void =>
    setLines((now) => now.map((line) => (line.sku.id === sku.id ? { ...line, ...to } : line)));
  useWantedSku(filters.sku, add);

  const receiving = useAct(receiveGoods, {
    touches: ['stock', 'today', 'books'],
    onDone: (_answer, input) => {
      const units = input.lines.reduce((sum, line) => sum + line.quantity, 0);
      toast(t('done', { units, location: location?.name ?? '' }));
      setLines([]);
      setSupplierRef('');
    },
  });
  const reason =
    location === undefined
      ? t('needsLocation')
      : lines.length === 0
        ? t('needsLines')
        : lines.some(({ quantity }) => quantity === undefined || quantity <= 0)
          ? t('needsQuantity')
          : lines.some(({ unitCostMinor }) => unitCostMinor === undefined || unitCostMinor < 0)
            ? t('needsCost')
            : undefined;
  const submit = (): void => {
    if (location === undefined) return;
    receiving.mutate({
      locationId: location.id,
      ...(supplierRef.trim() === '' ? {} : { supplierRef: supplierRef.trim() }),
      lines: lines.map(({ sku, quantity, unitCostMinor }) => ({
        skuId: sku.id,
        quantity: quantity ?? 0,
        unitCost: { amount: unitCostMinor ?? 0, currency },
      })),
    });
  };
  return (
    <>
      <PageHead title={t('title')} back={{ href: '/stock', label: t('back') }} />
      <div className="os-split">
        <Card title={t('what')}>
          <div className="os-stack">
            <SkuSearch label={t('find')} onPick={add} autoFocus />
            <Lines
              lines={lines}
              headers={[t('quantity'), t('unitCost')]}
              onRemove={({ sku }) => setLines((now) => now.filter((line) => line.sku.id !== sku.id))}
              cells={({ sku, quantity, unitCostMinor }) => [
                <QuantityField
                  key="quantity"
                  aria-label={t('quantityOf', { name: sku.name })}
                  value={quantity}
                  onValue={(value) => change(sku, { quantity: value })}
                  min={1}
                  maw={112}
                />,
                <MoneyField
                  key="cost"
                  aria-label={t('unitCostOf', { name: sku.name })}
                  value={unitCostMinor}
                  currency={currency}
                  onValue={(value) => change(sku, { unitCostMinor: value })}
                  maw={144}
                />,
              ]}
            />
          </div>
        </Card>
        <Card title={t('where')}>
          <div className="os-fields">
            <LocationSelect
              label={t('location')}
              value={locationId ?? null}
              allowDeselect={false}
              onChange={(value) => {
                if (value === null) return;
                setChosen(value);
                remember(value);
              }}
            />
            <TextInput
              label={t('supplierRef')}
              description={t('supplierRefText')}
              value={supplierRef}
              onChange={(event) => setSupplierRef(event.currentTarget.value)}
              maxLength={100}
            />
            {receiving.error !== null && <ProblemView problem={receiving.error} while="acting" />}
            <ReasonButton reason={reason} loading={receiving.isPending} onClick={submit} fullWidth>
              {t('receive')}
            </ReasonButton>
          </div>
        </Card>
      </div>
    </>
  );
}

/** Puts the SKU that the address names on the form, once. */
export function useWantedSku(code: string | undefined, add: (sku: FoundSku) => void): void {
  const done = useRef(false);
  const latest = useRef(add);
  useEffect(() => {
    latest.current = add;
  }, [add]);
  useEffect(() => {
    if (code === undefined || done.current) return;
    done.current = true;
    void findSku(code).then((sku) => sku !== undefined && latest.current(sku));
  }, [code]);
}

async function findSku(code: string): Promise<FoundSku | undefined> {
  return (await listSkus({ search: code, limit: 1 })).items[0];
}
