import { Button, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { PRICE_ENDINGS, type PriceEnding } from '../../../src/pricing/price-ending.ts';
import { savePriceList } from '../../client/prices.ts';
import type { PriceOverrideList } from '../../client/prices.ts';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations, useOpenChannels } from '../shared/reference.ts';

/** A list above the base lists: a new one, or another shape for one that is there. */
export function ListForm({
  groups,
  base,
  of,
  onDone,
}: {
  groups: readonly { id: string; name: string }[];
  base: readonly { channelId: string; currency: string; taxInclusive: boolean }[];
  of: PriceOverrideList | undefined;
  onDone: () => void;
}) {
  const t = useTranslations('prices');
  const channels = useOpenChannels();
  const locations = useLocations().filter(({ archived, kind }) => !archived && kind !== 'transit');
  const currencies = [...new Set(base.map((list) => list.currency))];
  const [name, setName] = useState(of?.name ?? '');
  const [channelIds, setChannelIds] = useState<string[]>([...(of?.channelIds ?? [])]);
  const [locationIds, setLocationIds] = useState<string[]>([...(of?.locationIds ?? [])]);
  const [groupIds, setGroupIds] = useState<string[]>([...(of?.customerGroupIds ?? [])]);
  const [percent, setPercent] = useState<number | string>((of?.adjustPpm ?? 0) / 10_000);
  const [ending, setEnding] = useState<PriceEnding>(of?.ending ?? 'none');
  const [priority, setPriority] = useState<number | string>(of?.priority ?? 0);
  const [currency, setCurrency] = useState<string>(of?.currency ?? currencies[0] ?? 'EUR');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState(localText(of?.validUntil ?? undefined));
  const save = useAct(savePriceList, { touches: ['prices'], onDone });
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
        save.mutate({
          ...(of === undefined ? {} : { id: of.id, version: of.version }),
          ...(from === '' ? {} : { validFrom: new Date(from).toISOString() }),
          ...untilOf(until, of),
          name,
          currency: currency as PriceOverrideList['currency'],
          taxInclusive: of?.taxInclusive ?? mode?.taxInclusive ?? true,
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
          data={[...new Set([...currencies, currency])]}
          disabled={of !== undefined}
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
      <div className="os-fields-2">
        {of === undefined && (
          <TextInput
            type="datetime-local"
            label={t('lists.from')}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
        )}
        <TextInput
          type="datetime-local"
          label={t('lists.untilEmpty')}
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        {of !== undefined && (
          <Button variant="default" style={{ alignSelf: 'end' }} onClick={() => setUntil(localText(soon()))}>
            {t('lists.endNow')}
          </Button>
        )}
      </div>
      {save.error !== null && <ProblemView problem={save.error} while="acting" />}
      <Button type="submit" loading={save.isPending}>
        {t('save')}
      </Button>
    </form>
  );
}

/** In a minute: an end lies ahead, and fields know minutes. */
function soon(): string {
  return new Date(Date.now() + 60_000).toISOString();
}

/** An end that nobody touched stays as it was, to the millisecond. */
function untilOf(text: string, of: PriceOverrideList | undefined): { validUntil?: string } {
  if (text === '') return {};
  const before = of?.validUntil ?? undefined;
  return { validUntil: before !== undefined && localText(before) === text ? before : new Date(text).toISOString() };
}

/** An instant as a field for local times takes it. */
function localText(instant: string | undefined): string {
  if (instant === undefined) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
