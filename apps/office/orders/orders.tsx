import { Button, Select, TextInput } from '@mantine/core';
import { ClipboardPlus, Search } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { listOrders } from '../../client/api.ts';
import type { OrderRow } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import type { Column } from '../../kit/data-list.tsx';
import { Instant, Money } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useLocations } from '../shared/reference.ts';
import { useSearchText } from '../shared/search-text.ts';
import { StatusPill, STATUSES } from './status.tsx';

type OrderFilters = { search?: string | undefined; status?: string | undefined; channel?: string | undefined };

/** Every order and sale, newest first. */
export function Orders() {
  const t = useTranslations('orders');
  const [filters, setFilters] = useFilters<OrderFilters>();
  const { search, status, channel } = filters;
  const [text, setText] = useSearchText(search, (value) => setFilters({ search: value }));
  const channels = useChannels();
  const locations = useLocations();
  const channelName = (id: string): string => channels.find((one) => one.id === id)?.name ?? '';
  const locationName = (id: string): string => locations.find((one) => one.id === id)?.name ?? '';
  const { error, retry, ...list } = usePages(['orders', 'list', { search, status, channel }], (after, signal) =>
    listOrders({ search, status, channel, after, limit: 50 }, signal),
  );
  const columns: Column<OrderRow>[] = [
    { key: 'number', header: t('number'), cell: (order) => order.number, csv: (order) => order.number },
    {
      key: 'at',
      header: t('placed'),
      cell: (order) => <Instant value={order.placedAt} />,
      csv: (order) => order.placedAt,
    },
    {
      key: 'channel',
      header: t('channel'),
      cell: (order) => channelName(order.channelId),
      csv: (order) => channelName(order.channelId),
    },
    {
      key: 'location',
      header: t('location'),
      cell: (order) => locationName(order.sellingLocationId),
      csv: (order) => locationName(order.sellingLocationId),
      phone: 'hidden',
    },
    {
      key: 'status',
      header: t('status'),
      cell: (order) => <StatusPill order={order} />,
      live: (order) => order.status,
      csv: (order) => order.status,
    },
    {
      key: 'gross',
      header: t('total'),
      numeric: true,
      phone: 'corner',
      cell: (order) => <Money value={{ amount: order.grossMinor, currency: order.currency }} />,
      csv: (order) => order.grossMinor,
    },
    {
      key: 'currency',
      header: t('currency'),
      phone: 'hidden',
      cell: (order) => <span className="os-code">{order.currency}</span>,
      csv: (order) => order.currency,
    },
  ];
  const filtered = search !== undefined || status !== undefined || channel !== undefined;
  const newOrder = (
    <Button component="a" href="/orders/new" leftSection={<ClipboardPlus size={16} aria-hidden="true" />}>
      {t('new')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('title')} actions={newOrder} />
      <DataList
        label={t('title')}
        columns={columns}
        rowKey={(order) => order.id}
        href={(order) => `/orders/${order.id}`}
        csvName="orders"
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
                    setFilters({ search: undefined, status: undefined, channel: undefined });
                  }}
                >
                  {t('clearFilters')}
                </Button>
              }
            />
          ) : (
            <EmptyState title={t('empty')} text={t('emptyText')} action={newOrder} />
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
            <Select
              aria-label={t('status')}
              placeholder={t('allStatuses')}
              clearable
              w={180}
              data={STATUSES.map((value) => ({ value, label: t(`statuses.${value}`) }))}
              value={status ?? null}
              onChange={(value) => setFilters({ status: value ?? undefined })}
            />
            <Select
              aria-label={t('channel')}
              placeholder={t('allChannels')}
              clearable
              w={180}
              data={channels.map(({ id, name }) => ({ value: id, label: name }))}
              value={channel ?? null}
              onChange={(value) => setFilters({ channel: value ?? undefined })}
            />
          </>
        }
      />
    </>
  );
}
