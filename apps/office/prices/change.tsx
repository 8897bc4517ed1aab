import { Button, FileButton, Progress, SegmentedControl, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { currencyCode } from '../../../src/kernel/currency.ts';
import { readPriceRows } from '../../../src/pricing/price-rows.ts';
import {
  addPriceChangeRows,
  endPriceChange,
  getPriceChange,
  listPriceChangeRows,
  listPriceLists,
  schedulePriceChange,
  summarisePriceChange,
} from '../../client/prices.ts';
import type { PriceChange, PriceChangeRow, StartWish } from '../../client/prices.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Money } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { usePages } from '../shared/paging.ts';
import { useParam } from '../shared/param.ts';
import { Price } from '../shared/price.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { ChangeState, hasBegun, Starts } from './changes.tsx';

/** One price change: what it does, with margins, and when it begins; called off before, undone after. */
export function PriceChangePage() {
  const t = useTranslations('prices');
  const id = useParam('changeId');
  const mayEdit = useMay('price:edit');
  const found = useQuery({
    queryKey: ['prices', 'change', id],
    queryFn: () => getPriceChange(id),
    refetchInterval: ({ state }) => (state.data?.state === 'staging' ? STAGING_LOOK_MS : false),
  });
  if (found.error !== null)
    return <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />;
  const change = found.data;
  if (change === undefined) return null;
  return (
    <>
      <PageHead
        title={change.name}
        back={{ href: '/prices/changes', label: t('changes.back') }}
        badge={<ChangeState change={change} />}
        actions={mayEdit && <Endings change={change} />}
      />
      <div className="os-stack">
        <Summary change={change} />
        <div className="os-split">
          <Preview id={id} />
          <div className="os-stack">
            {mayEdit && change.state === 'draft' && <AddRows id={id} />}
            {change.state === 'draft' ? (
              mayEdit && <Schedule change={change} />
            ) : (
              <Card title={t('change.schedule')}>
                <Starts change={change} />
                <Written change={change} />
              </Card>
            )}
          </div>
        </div>
      </div>
    </>
  );
}

/** How often a change that is being written is looked at. */
const STAGING_LOOK_MS = 1_000;

/** How far a long change is written: it takes effect in one moment, but not before its last price is there. */
function Written({ change: { state, staged, rows } }: { change: PriceChange }) {
  const t = useTranslations('prices.change');
  if (state !== 'staging') return null;
  const told = t('written', { staged, rows });
  return (
    <div role="status">
      <Progress value={rows === 0 ? 0 : (staged / rows) * 100} aria-label={told} />
      <p className="os-soft">{told}</p>
    </div>
  );
}

function Summary({ change: { id, rows } }: { change: PriceChange }) {
  const t = useTranslations('prices.change');
  const sum = useQuery({
    queryKey: ['prices', 'summary', id, rows],
    queryFn: () => summarisePriceChange(id),
    enabled: rows > 0,
  }).data;
  if (sum === undefined) return null;
  return (
    <div role="status">
      <p>{t('sums', sum)}</p>
      {sum.belowCost > 0 && <Pill tone="bad">{t('belowCostWarning', { count: sum.belowCost })}</Pill>}
      {sum.unknownCost > 0 && <p className="os-soft">{t('unknownCost', { count: sum.unknownCost })}</p>}
    </div>
  );
}

function Preview({ id }: { id: string }) {
  const t = useTranslations('prices.change');
  const locale = useLocale();
  const { error, retry, ...list } = usePages(['prices', 'rows', id], (after, signal) =>
    listPriceChangeRows(id, after, signal),
  );
  const percent = (ppm: number, sign: boolean): string =>
    new Intl.NumberFormat(locale, {
      style: 'percent',
      maximumFractionDigits: 1,
      ...(sign ? { signDisplay: 'exceptZero' as const } : {}),
    }).format(ppm / 1_000_000);
  const shown = (row: PriceChangeRow, price: PriceChangeRow['price']) => (
    <Price price={{ ...price, currency: row.currency }} />
  );
  return (
    <DataList
      label={t('preview')}
      rowKey={(row) => `${row.skuId} ${row.priceListId} ${row.minQuantity}`}
      {...list}
      error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
      empty={<EmptyState title={t('empty')} text={t('emptyText')} />}
      csvName="prices"
      columns={[
        {
          key: 'sku',
          header: t('sku'),
          csv: (row) => row.code,
          cell: (row) => (
            <span>
              <span style={{ display: 'block' }}>{row.name}</span>
              <span className="os-code">{row.code}</span> <span className="os-soft">{row.listName}</span>
              {row.minQuantity > 1 && <span className="os-soft"> {t('from', { count: row.minQuantity })}</span>}
            </span>
          ),
        },
        {
          key: 'old',
          header: t('old'),
          numeric: true,
          cell: (row) => (row.old === null ? '–' : shown(row, row.old)),
        },
        { key: 'new', header: t('new'), numeric: true, phone: 'corner', cell: (row) => shown(row, row.price) },
        {
          key: 'by',
          header: t('by'),
          numeric: true,
          cell: ({ changePpm, raises }) => (
            <span className="os-row" style={{ justifyContent: 'flex-end' }}>
              <span className="os-num">{changePpm === null ? '–' : percent(changePpm, true)}</span>
              {raises && <Pill>{t('raises')}</Pill>}
            </span>
          ),
        },
        {
          key: 'margin',
          header: t('margin'),
          numeric: true,
          cell: ({ marginMinor, marginPpm, currency, belowCost }) => (
            <span className="os-row" style={{ justifyContent: 'flex-end' }}>
              {marginMinor === null ? '–' : <Money value={{ amount: marginMinor, currency }} />}
              {marginPpm !== null && <span className="os-soft os-num">{percent(marginPpm, false)}</span>}
              {belowCost && <Pill tone="bad">{t('belowCost')}</Pill>}
            </span>
          ),
        },
      ]}
    />
  );
}

/** Prices out of a sheet or a file, read here and sent in pieces. */
function AddRows({ id }: { id: string }) {
  const t = useTranslations('prices.change');
  const lists = useQuery({ queryKey: ['prices', 'lists'], queryFn: listPriceLists }).data;
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useState('');
  const all = [...(lists?.base ?? []), ...(lists?.overrides ?? [])];
  const list = all.find((one) => one.id === chosen) ?? all[0];
  const { rows, unread } = readPriceRows(text, currencyCode(list?.currency ?? 'EUR'));
  const add = useAct(addPriceChangeRows, { touches: ['prices'], onDone: () => setText('') });
  const lines = unread
    .slice(0, 5)
    .map(({ line }) => line)
    .join(', ');
  return (
    <Card title={t('add')}>
      <div className="os-fields">
        <Select
          label={t('list')}
          data={all.map((one) => ({ value: one.id, label: `${one.name} (${one.currency})` }))}
          value={list?.id ?? null}
          allowDeselect={false}
          onChange={setChosen}
        />
        <Textarea
          label={t('rows')}
          description={t('rowsHint')}
          value={text}
          rows={6}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {unread.length > 0 && <Pill tone="warn">{t('unread', { count: unread.length, lines })}</Pill>}
        {add.error !== null && <ProblemView problem={add.error} while="acting" />}
        <div className="os-row">
          <FileButton accept=".csv,.txt,text/csv" onChange={(file) => void file?.text().then(setText)}>
            {(props) => (
              <Button variant="default" {...props}>
                {t('file')}
              </Button>
            )}
          </FileButton>
          <Button
            disabled={rows.length === 0 || list === undefined}
            loading={add.isPending}
            onClick={() => add.mutate({ id, rows: rows.map((row) => ({ ...row, priceListId: list?.id ?? '' })) })}
          >
            {t('take', { count: rows.length })}
          </Button>
        </div>
      </div>
    </Card>
  );
}

function Schedule({ change }: { change: PriceChange }) {
  const t = useTranslations('prices.change');
  const [when, setWhen] = useState('now');
  const [time, setTime] = useState('');
  const [forced, setForced] = useState(false);
  const schedule = useAct(schedulePriceChange, { touches: ['prices'], onDone: () => toast(t('done')) });
  const wish = (): StartWish => {
    if (when === 'instant') return { at: new Date(time).toISOString(), forced };
    return when === 'local' ? { local: time, forced } : { forced };
  };
  const reason = change.rows === 0 ? t('noRows') : when !== 'now' && time === '' ? t('noTime') : undefined;
  return (
    <Card title={t('schedule')}>
      <div className="os-fields">
        <SegmentedControl
          aria-label={t('when')}
          orientation="vertical"
          fullWidth
          value={when}
          onChange={setWhen}
          data={[
            { value: 'now', label: t('now') },
            { value: 'instant', label: t('instant') },
            { value: 'local', label: t('local') },
          ]}
        />
        {when !== 'now' && (
          <TextInput
            type="datetime-local"
            label={t(when === 'local' ? 'localTime' : 'moment')}
            value={time}
            onChange={(event) => setTime(event.currentTarget.value)}
          />
        )}
        <Switch
          label={t('forced')}
          description={t('forcedHint')}
          checked={forced}
          onChange={(event) => setForced(event.currentTarget.checked)}
        />
        {schedule.error !== null && <ProblemView problem={schedule.error} while="acting" />}
        <ReasonButton
          reason={reason}
          loading={schedule.isPending}
          onClick={() => schedule.mutate({ id: change.id, ...wish() })}
        >
          {t('start')}
        </ReasonButton>
      </div>
    </Card>
  );
}

/** Whatever can still be done about a change: called off while it has not begun, undone once it has. The server knows better and says so. */
function Endings({ change }: { change: PriceChange }) {
  const { id, state } = change;
  const t = useTranslations('prices.change');
  const end = useAct(endPriceChange, { touches: ['prices'] });
  const open = state === 'draft' || state === 'staging' || state === 'scheduled';
  if (!open) return null;
  const begun = hasBegun(change);
  return (
    <>
      {end.error !== null && <ProblemView problem={end.error} while="acting" />}
      <Button
        variant="default"
        loading={end.isPending}
        title={begun ? t('undoText') : undefined}
        onClick={() => end.mutate({ id, how: begun ? 'undo' : 'cancel' })}
      >
        {t(begun ? 'undo' : 'cancel')}
      </Button>
    </>
  );
}
