import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { listCustomerGroups, listPriceLists } from '../../client/prices.ts';
import type { PriceOverrideList } from '../../client/prices.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useLocations } from '../shared/reference.ts';
import { CustomerGroups, GroupForm } from './groups.tsx';
import { PricesHead } from './head.tsx';
import { ListForm } from './list-form.tsx';

/** Which lists there are and which goes before which. */
export function PriceLists() {
  const t = useTranslations('prices');
  const locale = useLocale();
  const mayEdit = useMay('price:edit');
  const found = useQuery({ queryKey: ['prices', 'lists'], queryFn: listPriceLists });
  const groups = useQuery({ queryKey: ['prices', 'groups'], queryFn: listCustomerGroups }).data ?? [];
  const [channels, locations] = [useChannels(), useLocations()];
  const [adding, setAdding] = useState<'list' | 'group'>();
  const [edited, setEdited] = useState<PriceOverrideList>();
  const close = (): void => {
    setAdding(undefined);
    setEdited(undefined);
  };
  const named = (things: readonly { id: string; name: string }[], ids: readonly string[]): string[] =>
    ids.map((id) => things.find((thing) => thing.id === id)?.name ?? '');
  const whom = ({ channelIds, locationIds, customerGroupIds }: PriceOverrideList): string => {
    const names = [
      ...named(groups, customerGroupIds),
      ...named(locations, locationIds),
      ...named(channels, channelIds),
    ];
    return names.length === 0 ? t('lists.everybody') : names.join(' · ');
  };
  const does = ({ adjustPpm, ending }: PriceOverrideList): string => {
    if (adjustPpm === 0) return t('lists.ownPrices');
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(
      Math.abs(adjustPpm) / 1_000_000,
    );
    const much = t(adjustPpm < 0 ? 'lists.cheaper' : 'lists.dearer', { percent });
    return ending === 'none' ? much : `${much}, ${t('lists.endsIn', { ending })}`;
  };
  const error =
    found.error === null ? undefined : (
      <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />
    );
  return (
    <>
      <PricesHead
        at="lists"
        actions={
          mayEdit && (
            <>
              <Button variant="default" onClick={() => setAdding('group')}>
                {t('lists.newGroup')}
              </Button>
              <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setAdding('list')}>
                {t('lists.create')}
              </Button>
            </>
          )
        }
      />
      <div className="os-stack">
        <p className="os-soft os-lead">{t('lists.text')}</p>
        <h2>{t('lists.above')}</h2>
        <DataList
          label={t('lists.above')}
          rowKey={(list) => list.id}
          rows={found.data?.overrides.toSorted((a, b) => b.priority - a.priority)}
          {...(mayEdit ? { onOpen: setEdited } : {})}
          error={error}
          empty={<EmptyState title={t('lists.none')} text={t('lists.noneText')} />}
          columns={[
            { key: 'name', header: t('lists.name'), cell: (list) => list.name },
            { key: 'whom', header: t('lists.forWhom'), cell: whom },
            { key: 'does', header: t('lists.does'), cell: does },
            {
              key: 'until',
              header: t('lists.until'),
              cell: ({ validUntil }) => (validUntil === null ? '–' : <Instant value={validUntil} />),
            },
            {
              key: 'priority',
              header: t('lists.priority'),
              numeric: true,
              cell: (list) => <span className="os-num">{list.priority}</span>,
            },
          ]}
        />
        <h2>{t('groups.title')}</h2>
        <CustomerGroups groups={groups} />
        <h2>{t('lists.base')}</h2>
        <DataList
          label={t('lists.base')}
          rowKey={(list) => list.id}
          rows={found.data?.base}
          error={error}
          empty={<EmptyState title={t('lists.noBase')} text={t('lists.noBaseText')} />}
          columns={[
            { key: 'name', header: t('lists.name'), cell: (list) => list.name },
            { key: 'channel', header: t('lists.channel'), cell: (list) => named(channels, [list.channelId]) },
            {
              key: 'tax',
              header: t('lists.tax'),
              cell: (list) => t(list.taxInclusive ? 'lists.withTax' : 'lists.withoutTax'),
            },
            { key: 'currency', header: t('lists.currency'), phone: 'corner', cell: (list) => list.currency },
          ]}
        />
      </div>
      <Modal
        opened={adding !== undefined || edited !== undefined}
        onClose={close}
        title={edited?.name ?? t(adding === 'group' ? 'lists.newGroup' : 'lists.create')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {adding === 'group' && <GroupForm onDone={close} />}
        {(adding === 'list' || edited !== undefined) && (
          <ListForm groups={groups} base={found.data?.base ?? []} of={edited} onDone={close} />
        )}
      </Modal>
    </>
  );
}
