import { Button, Checkbox, Drawer, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { PackagePlus, Search, SlidersHorizontal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { listMovements, listPromises, listStock } from '../../client/api.ts';
import type { Movement, StockRow } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import type { Column } from '../../kit/data-list.tsx';
import { Changing, Instant, Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead, Pill } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations } from '../shared/reference.ts';
import { useSearchText } from '../shared/search-text.ts';

type StockFilters = {
  search?: string | undefined;
  location?: string | undefined;
  low?: string | undefined;
  level?: string | undefined;
};

/** What is there, what is promised, what may still be promised, per SKU and location. Each number leads to what explains it. */
export function Stock() {
  const t = useTranslations('stock');
  const [filters, setFilters] = useFilters<StockFilters>();
  const [text, setText] = useSearchText(filters.search, (search) => setFilters({ search }));
  const locations = useLocations();
  const nameOf = (id: string): string => locations.find((location) => location.id === id)?.name ?? '';
  const { search, location, low, level } = filters;
  const { error, retry, ...list } = usePages(['stock', 'list', { search, location, low }], (after, signal) =>
    listStock({ search, location, low: low === 'true' ? true : undefined, after, limit: 60 }, signal),
  );
  const open = list.rows?.find((row) => row.id === level);

  const columns: Column<StockRow>[] = [
    { key: 'sku', header: t('sku'), cell: (row) => row.skuName, csv: (row) => row.skuName },
    {
      key: 'code',
      header: t('code'),
      cell: (row) => <span className="os-code">{row.skuCode}</span>,
      csv: (row) => row.skuCode,
    },
    {
      key: 'location',
      header: t('location'),
      cell: (row) => nameOf(row.locationId),
      csv: (row) => nameOf(row.locationId),
    },
    {
      key: 'onHand',
      header: t('onHand'),
      numeric: true,
      cell: (row) => <OnHand row={row} />,
      live: (row) => row.onHand - row.shortfall,
      csv: (row) => row.onHand - row.shortfall,
    },
    {
      key: 'reserved',
      header: t('reserved'),
      numeric: true,
      cell: (row) => <Quantity value={row.reserved} />,
      live: (row) => row.reserved,
      csv: (row) => row.reserved,
    },
    {
      key: 'available',
      header: t('available'),
      numeric: true,
      phone: 'corner',
      cell: (row) => <Available row={row} />,
      live: (row) => row.available,
      csv: (row) => row.available,
    },
    {
      key: 'incoming',
      header: t('incoming'),
      numeric: true,
      phone: 'hidden',
      cell: (row) => <Quantity value={row.incoming} />,
      live: (row) => row.incoming,
      csv: (row) => row.incoming,
    },
  ];
  const filtered = search !== undefined || location !== undefined || low !== undefined;
  return (
    <>
      <PageHead
        title={t('title')}
        actions={
          <>
            <Button
              component="a"
              href="/stock/adjust"
              variant="default"
              leftSection={<SlidersHorizontal size={16} aria-hidden="true" />}
            >
              {t('adjust')}
            </Button>
            <Button component="a" href="/stock/receive" leftSection={<PackagePlus size={16} aria-hidden="true" />}>
              {t('receive')}
            </Button>
          </>
        }
      />
      <DataList
        label={t('title')}
        columns={columns}
        rowKey={(row) => row.id}
        onOpen={(row) => setFilters({ level: row.id })}
        csvName="stock"
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={
          filtered ? (
            <EmptyState
              title={t('nothingFound')}
              text={t('nothingFoundText')}
              action={
                <Button
                  variant="default"
                  onClick={() => {
                    setText('');
                    setFilters({ search: undefined, location: undefined, low: undefined });
                  }}
                >
                  {t('clearFilters')}
                </Button>
              }
            />
          ) : (
            <EmptyState
              title={t('empty')}
              text={t('emptyText')}
              action={
                <Button component="a" href="/stock/receive">
                  {t('receive')}
                </Button>
              }
            />
          )
        }
        filters={
          <>
            <TextInput
              className="os-grow"
              type="search"
              aria-label={t('search')}
              placeholder={t('search')}
              leftSection={<Search size={16} aria-hidden="true" />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <LocationSelect
              closed
              aria-label={t('location')}
              placeholder={t('allLocations')}
              clearable
              value={location ?? null}
              onChange={(value) => setFilters({ location: value ?? undefined })}
              w={220}
            />
            <Checkbox
              label={t('onlyLow')}
              checked={low === 'true'}
              onChange={(event) => setFilters({ low: event.currentTarget.checked ? 'true' : undefined })}
              style={{ alignSelf: 'center' }}
            />
          </>
        }
      />
      <LevelDrawer
        levelId={level}
        row={open}
        location={open === undefined ? '' : nameOf(open.locationId)}
        onClose={() => setFilters({ level: undefined })}
      />
    </>
  );
}

function OnHand({ row }: { row: StockRow }) {
  const t = useTranslations('stock');
  if (row.shortfall === 0) return <Quantity value={row.onHand} />;
  return (
    <span title={t('shortfallMeans')}>
      <Quantity value={-row.shortfall} />
    </span>
  );
}

function Available({ row }: { row: StockRow }) {
  const t = useTranslations('stock');
  if (row.available > row.safety) return <Quantity value={row.available} />;
  return (
    <Pill tone={row.available === 0 ? 'bad' : 'warn'}>
      <span className="os-hidden">{row.available === 0 ? t('out') : t('low')} </span>
      <Quantity value={row.available} />
    </Pill>
  );
}

/** The number, taken apart: the movements that sum to on hand, and who holds what is reserved. */
function LevelDrawer({
  levelId,
  row,
  location,
  onClose,
}: {
  levelId: string | undefined;
  row: StockRow | undefined;
  location: string;
  onClose: () => void;
}) {
  const t = useTranslations('stock');
  const phone = useMediaQuery('(max-width: 767.9px)');
  const [shown, setShown] = useState(levelId);
  // The content stays while the drawer slides away.
  useEffect(() => {
    if (levelId !== undefined) setShown(levelId);
  }, [levelId]);
  return (
    <Drawer
      opened={levelId !== undefined}
      onClose={onClose}
      position="right"
      size={phone ? '100%' : 560}
      title={row === undefined ? t('level') : `${row.skuName} · ${location}`}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {shown !== undefined && <Level levelId={shown} row={row} />}
    </Drawer>
  );
}

function Level({ levelId, row }: { levelId: string; row: StockRow | undefined }) {
  const t = useTranslations('stock');
  const promises = useQuery({ queryKey: ['stock', 'promises', levelId], queryFn: () => listPromises(levelId) });
  const { error, retry, ...movements } = usePages<Movement>(['stock', 'movements', levelId], (after, signal) =>
    listMovements(levelId, after, signal),
  );
  const held = promises.data?.items ?? [];
  return (
    <div className="os-stack">
      {row !== undefined && (
        <>
          <dl className="os-facts">
            {(['onHand', 'shortfall', 'reserved', 'safety', 'available', 'backordered', 'incoming'] as const).map(
              (name) =>
                row[name] === 0 && (name === 'shortfall' || name === 'backordered' || name === 'safety') ? null : (
                  <div key={name} style={{ display: 'contents' }}>
                    <dt>{t(name)}</dt>
                    <dd>
                      <Changing value={row[name]}>
                        <Quantity value={row[name]} />
                      </Changing>
                    </dd>
                  </div>
                ),
            )}
          </dl>
          <div className="os-row">
            <Button
              component="a"
              variant="default"
              size="compact-md"
              href={`/stock/receive?location=${row.locationId}&sku=${encodeURIComponent(row.skuCode)}`}
            >
              {t('receive')}
            </Button>
            <Button
              component="a"
              variant="default"
              size="compact-md"
              href={`/stock/adjust?location=${row.locationId}&sku=${encodeURIComponent(row.skuCode)}`}
            >
              {t('adjust')}
            </Button>
            <Button component="a" variant="subtle" size="compact-md" href={`/products/${row.productId}`}>
              {t('product')}
            </Button>
          </div>
        </>
      )}
      {held.length > 0 && (
        <DataList
          label={t('heldBy')}
          rows={held}
          rowKey={(promise) => `${promise.kind}${promise.id}`}
          href={(promise) => (promise.kind === 'order' ? `/orders/${promise.id}` : undefined)}
          columns={[
            {
              key: 'who',
              header: t('heldBy'),
              cell: (promise) =>
                promise.kind === 'order' ? t('order', { number: promise.number ?? '' }) : t('reservation'),
            },
            {
              key: 'until',
              header: t('until'),
              cell: (promise) => (promise.expiresAt === null ? '' : <Instant value={promise.expiresAt} />),
            },
            {
              key: 'quantity',
              header: t('units'),
              numeric: true,
              phone: 'corner',
              cell: (promise) => <Quantity value={promise.quantity} />,
            },
          ]}
          empty={null}
        />
      )}
      <DataList
        label={t('movements')}
        rowKey={(movement) => `${movement.move}-${movement.eventNumber}`}
        href={(movement) =>
          movement.orderId === null ? `/money/journal?event=${movement.eventNumber}` : `/orders/${movement.orderId}`
        }
        columns={[
          {
            key: 'reason',
            header: t('movement'),
            cell: (movement) => <Reason reason={movement.reason} number={movement.orderNumber} />,
          },
          { key: 'at', header: t('at'), cell: (movement) => <Instant value={movement.recordedAt} /> },
          {
            key: 'delta',
            header: t('change'),
            numeric: true,
            phone: 'corner',
            cell: (movement) => <Quantity value={movement.delta} sign />,
          },
          {
            key: 'after',
            header: t('after'),
            numeric: true,
            cell: (movement) => <Quantity value={movement.netAfter} />,
          },
        ]}
        {...movements}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('noMovements')} text={t('noMovementsText')} />}
      />
    </div>
  );
}

function Reason({ reason, number }: { reason: string; number: string | null }) {
  const t = useTranslations('reason');
  const key = reason as 'sale';
  return (
    <>
      {t.has(key) ? t(key) : reason.replaceAll('_', ' ')}
      {number !== null && <span className="os-code"> {number}</span>}
    </>
  );
}
