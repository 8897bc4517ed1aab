import { SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { adjustStock, countStock } from '../../client/api.ts';
import type { FoundSku } from '../../client/types.ts';
import { QuantityField } from '../../kit/fields.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenLocations } from '../shared/reference.ts';
import { useRemembered } from '../shared/remembered.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { Lines } from './lines.tsx';
import { useWantedSku } from './receive.tsx';

/** Why units are gone or turned up; the books tell them apart. */
const REASONS = ['damaged', 'stolen', 'expired', 'found', 'own_use', 'sample', 'correction'] as const;
type Reason = (typeof REASONS)[number];
type Line = { readonly sku: FoundSku; readonly number: number | undefined; readonly reason: Reason };

/** Says that the shelf and the books differ: either by how much and why, or what was counted. */
export function Adjust() {
  const t = useTranslations('adjust');
  const [filters] = useFilters<{ location?: string; sku?: string }>();
  const [remembered, remember] = useRemembered('receive.location');
  const locations = useOpenLocations();
  const [chosen, setChosen] = useState<string | undefined>(filters.location);
  const location =
    locations.find(({ id }) => id === chosen) ??
    locations.find(({ id }) => id === remembered) ??
    locations.find(({ kind }) => kind === 'warehouse');
  const [mode, setMode] = useState<'adjust' | 'count'>('adjust');
  const [lines, setLines] = useState<readonly Line[]>([]);
  const add = (sku: FoundSku): void =>
    setLines((now) =>
      now.some((line) => line.sku.id === sku.id) ? now : [...now, { sku, number: undefined, reason: 'correction' }],
    );
  const change = (sku: FoundSku, to: Partial<Line>): void =>
    setLines((now) => now.map((line) => (line.sku.id === sku.id ? { ...line, ...to } : line)));
  useWantedSku(filters.sku, add);

  const done = (): void => {
    toast(t(mode === 'adjust' ? 'adjusted' : 'counted', { count: lines.length, location: location?.name ?? '' }));
    setLines([]);
  };
  const touches = ['stock', 'today', 'books'];
  const adjusting = useAct(adjustStock, { touches, onDone: done });
  const counting = useAct(countStock, { touches, onDone: done });
  const acting = mode === 'adjust' ? adjusting : counting;
  const reason =
    location === undefined
      ? t('needsLocation')
      : lines.length === 0
        ? t('needsLines')
        : lines.some(({ number }) => number === undefined || (mode === 'adjust' ? number === 0 : number < 0))
          ? t(mode === 'adjust' ? 'needsDelta' : 'needsCounted')
          : undefined;
  const submit = (): void => {
    if (location === undefined) return;
    if (mode === 'adjust')
      adjusting.mutate({
        locationId: location.id,
        lines: lines.map((line) => ({ skuId: line.sku.id, delta: line.number ?? 0, reason: line.reason })),
      });
    else
      counting.mutate({
        locationId: location.id,
        lines: lines.map((line) => ({ skuId: line.sku.id, counted: line.number ?? 0 })),
      });
  };
  return (
    <>
      <PageHead title={t('title')} back={{ href: '/stock', label: t('back') }} />
      <div className="os-split">
        <Card title={t('what')}>
          <div className="os-stack">
            <SegmentedControl
              aria-label={t('mode')}
              value={mode}
              onChange={(value) => setMode(value === 'count' ? 'count' : 'adjust')}
              data={[
                { value: 'adjust', label: t('byDifference') },
                { value: 'count', label: t('byCount') },
              ]}
            />
            <p className="os-soft">{t(mode === 'adjust' ? 'byDifferenceText' : 'byCountText')}</p>
            <SkuSearch label={t('find')} onPick={add} autoFocus />
            <Lines
              lines={lines}
              headers={mode === 'adjust' ? [t('delta'), t('reason')] : [t('countedUnits')]}
              onRemove={({ sku }) => setLines((now) => now.filter((line) => line.sku.id !== sku.id))}
              cells={({ sku, number, reason: why }) => [
                <QuantityField
                  key="number"
                  aria-label={t(mode === 'adjust' ? 'deltaOf' : 'countedOf', { name: sku.name })}
                  value={number}
                  allowNegative={mode === 'adjust'}
                  onValue={(value) => change(sku, { number: value })}
                  maw={128}
                />,
                ...(mode === 'adjust'
                  ? [
                      <Select
                        key="reason"
                        aria-label={t('reasonOf', { name: sku.name })}
                        data={REASONS.map((value) => ({ value, label: t(`reasons.${value}`) }))}
                        value={why}
                        allowDeselect={false}
                        onChange={(value) => change(sku, { reason: value ?? 'correction' })}
                      />,
                    ]
                  : []),
              ]}
            />
          </div>
        </Card>
        <Card title={t('where')}>
          <div className="os-fields">
            <LocationSelect
              label={t('location')}
              value={location?.id ?? null}
              allowDeselect={false}
              onChange={(value) => {
                if (value === null) return;
                setChosen(value);
                remember(value);
              }}
            />
            {acting.error !== null && <ProblemView problem={acting.error} while="acting" />}
            <ReasonButton reason={reason} loading={acting.isPending} onClick={submit} fullWidth>
              {t(mode === 'adjust' ? 'adjust' : 'count')}
            </ReasonButton>
          </div>
        </Card>
      </div>
    </>
  );
}
