import { Button, Modal, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { PRICE_ENDINGS, type PriceEnding } from '../../../src/pricing/price-ending.ts';
import { createCustomerGroup, createPriceList, listCustomerGroups, listPriceLists } from '../../client/prices.ts';
import type { PriceOverrideList } from '../../client/prices.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useLocations, useOpenChannels } from '../shared/reference.ts';
import { PricesHead } from './head.tsx';

/** Which lists there are and which goes before which. */
export function PriceLists() {
  const t = useTranslations('prices');
  const locale = useLocale();
  const mayEdit = useMay('price:edit');
  const found = useQuery({ queryKey: ['prices', 'lists'], queryFn: listPriceLists });
  const groups = useQuery({ queryKey: ['prices', 'groups'], queryFn: listCustomerGroups }).data ?? [];
  const [channels, locations] = [useChannels(), useLocations()];
  const [adding, setAdding] = useState<'list' | 'group'>();
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
              phone: 'corner',
              cell: (list) => <span className="os-num">{list.priority}</span>,
            },
          ]}
        />
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
        opened={adding !== undefined}
        onClose={() => setAdding(undefined)}
        title={t(adding === 'group' ? 'lists.newGroup' : 'lists.create')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {adding === 'group' && <GroupForm onDone={() => setAdding(undefined)} />}
        {adding === 'list' && (
          <ListForm groups={groups} base={found.data?.base ?? []} onDone={() => setAdding(undefined)} />
        )}
      </Modal>
    </>
  );
}

function GroupForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations('prices');
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const create = useAct(createCustomerGroup, { touches: ['prices'], onDone });
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ code, name });
      }}
    >
      <TextInput
        label={t('lists.groupCode')}
        value={code}
        required
        maxLength={30}
        onChange={(event) => setCode(event.currentTarget.value.toUpperCase().replace(/[^A-Z0-9_-]/g, ''))}
      />
      <TextInput
        label={t('lists.groupName')}
        value={name}
        required
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {create.error !== null && <ProblemView problem={create.error} while="acting" />}
      <Button type="submit" loading={create.isPending}>
        {t('save')}
      </Button>
    </form>
  );
}

function ListForm({
  groups,
  base,
  onDone,
}: {
  groups: readonly { id: string; name: string }[];
  base: readonly { channelId: string; currency: string; taxInclusive: boolean }[];
  onDone: () => void;
}) {
  const t = useTranslations('prices');
  const channels = useOpenChannels();
  const locations = useLocations().filter(({ archived, kind }) => !archived && kind !== 'transit');
  const currencies = [...new Set(base.map((list) => list.currency))];
  const [name, setName] = useState('');
  const [channelIds, setChannelIds] = useState<string[]>([]);
  const [locationIds, setLocationIds] = useState<string[]>([]);
  const [groupIds, setGroupIds] = useState<string[]>([]);
  const [percent, setPercent] = useState<number | string>(0);
  const [ending, setEnding] = useState<PriceEnding>('none');
  const [priority, setPriority] = useState<number | string>(0);
  const [currency, setCurrency] = useState(currencies[0] ?? 'EUR');
  const create = useAct(createPriceList, { touches: ['prices'], onDone });
  const bad = typeof percent !== 'number' || percent <= -100 || percent > 900;
  const options = (things: readonly { id: string; name: string }[]) =>
    things.map((thing) => ({ value: thing.id, label: thing.name }));
  // In one channel all lists hold the tax or none does, so the base list says it.
  const mode = base.find(
    (list) => list.currency === currency && (channelIds.length === 0 || channelIds.includes(list.channelId)),
  );
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (bad) return;
        create.mutate({
          name,
          currency: currency as PriceOverrideList['currency'],
          taxInclusive: mode?.taxInclusive ?? true,
          priority: Number(priority),
          channelIds,
          locationIds,
          customerGroupIds: groupIds,
          adjustPpm: Math.round(percent * 10_000),
          ending,
        });
      }}
    >
      <TextInput
        label={t('lists.name')}
        value={name}
        required
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <MultiSelect
        searchable
        label={t('lists.groups')}
        data={options(groups)}
        value={groupIds}
        onChange={setGroupIds}
      />
      <MultiSelect
        searchable
        label={t('lists.channels')}
        data={options(channels)}
        value={channelIds}
        onChange={setChannelIds}
      />
      <MultiSelect
        searchable
        label={t('lists.locations')}
        data={options(locations)}
        value={locationIds}
        onChange={setLocationIds}
      />
      <NumberInput
        label={t('lists.percent')}
        value={percent}
        onChange={setPercent}
        decimalScale={2}
        error={bad ? t('lists.percentBad') : undefined}
      />
      <Select
        label={t('lists.ending')}
        data={PRICE_ENDINGS.map((one) => ({ value: one, label: t(`lists.endings.${one}`) }))}
        value={ending}
        allowDeselect={false}
        onChange={(one) => setEnding(one ?? 'none')}
      />
      <div className="os-fields-2">
        <Select
          label={t('lists.currency')}
          data={currencies}
          value={currency}
          allowDeselect={false}
          onChange={(one) => setCurrency(one ?? currency)}
        />
        <NumberInput
          label={t('lists.priority')}
          description={t('lists.priorityHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={priority}
          min={0}
          max={1000}
          allowDecimal={false}
          onChange={setPriority}
        />
      </div>
      {create.error !== null && <ProblemView problem={create.error} while="acting" />}
      <Button type="submit" loading={create.isPending}>
        {t('save')}
      </Button>
    </form>
  );
}
