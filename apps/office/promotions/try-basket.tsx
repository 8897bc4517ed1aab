import { Button, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { tryPromotions } from '../../client/promotions.ts';
import type { Tried, TriedWish } from '../../client/promotions.ts';
import type { Customer, FoundSku } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Money, moneyText } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { useAct } from '../shared/act.ts';
import { ChooseCustomer, Chosen } from '../shared/choose-customer.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenChannels, useOpenLocations } from '../shared/reference.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { useReason } from './words.ts';

type Row = { readonly sku: FoundSku; readonly quantity: number };

/** A basket to try: what it would cost, and what each promotion says to it. Nothing is sold and nothing used up. */
export function TryBasket() {
  const words = useTranslations('promotions');
  const t = useTranslations('promotions.try');
  const [channels, locations] = [useOpenChannels(), useOpenLocations()];
  const [channelId, setChannelId] = useState<string>();
  const [locationId, setLocationId] = useState<string>();
  const [at, setAt] = useState('');
  const [codes, setCodes] = useState('');
  const [firstOrder, setFirstOrder] = useState(false);
  const [employee, setEmployee] = useState(false);
  const [customer, setCustomer] = useState<Buyer>();
  const [rows, setRows] = useState<readonly Row[]>([]);
  const attempt = useAct(tryPromotions, { touches: [] });
  const channel = channelId ?? channels[0]?.id;
  const put = (sku: FoundSku): void =>
    setRows((before) =>
      before.some((row) => row.sku.id === sku.id)
        ? before.map((row) => (row.sku.id === sku.id ? { ...row, quantity: row.quantity + 1 } : row))
        : [...before, { sku, quantity: 1 }],
    );
  const run = (): void => {
    if (channel === undefined || rows.length === 0) return;
    const couponCodes = codes.split(',').flatMap((code) => (code.trim() === '' ? [] : [code.trim()]));
    const wish: TriedWish = {
      channelId: channel,
      ...(locationId === undefined ? {} : { locationId }),
      ...(at === '' ? {} : { at: new Date(at).toISOString() }),
      ...(customer === undefined ? {} : { customerId: customer.id }),
      ...(firstOrder ? { firstOrder } : {}),
      ...(employee ? { employee } : {}),
      couponCodes,
      lines: rows.map(({ sku, quantity }) => ({ skuId: sku.id, quantity })),
    };
    attempt.mutate(wish);
  };
  return (
    <>
      <PageHead title={words('tester')} back={{ href: '/promotions', label: words('title') }} />
      <div className="os-stack">
        <form
          className="os-fields"
          onSubmit={(event) => {
            event.preventDefault();
            run();
          }}
        >
          <div className="os-fields-2">
            <Select
              label={t('channel')}
              data={channels.map((one) => ({ value: one.id, label: one.name }))}
              value={channel ?? null}
              allowDeselect={false}
              onChange={(one) => setChannelId(one ?? undefined)}
            />
            <Select
              label={t('place')}
              clearable
              data={locations.map((one) => ({ value: one.id, label: one.name }))}
              value={locationId ?? null}
              onChange={(one) => setLocationId(one ?? undefined)}
            />
            <TextInput
              type="datetime-local"
              label={t('at')}
              value={at}
              onChange={(event) => setAt(event.currentTarget.value)}
            />
            <TextInput label={t('codes')} value={codes} onChange={(event) => setCodes(event.currentTarget.value)} />
          </div>
          <BuyerField customer={customer} onCustomer={setCustomer} />
          <Switch
            label={t('firstOrder')}
            checked={firstOrder}
            onChange={(event) => setFirstOrder(event.currentTarget.checked)}
          />
          <Switch
            label={t('employee')}
            checked={employee}
            onChange={(event) => setEmployee(event.currentTarget.checked)}
          />
          <SkuSearch label={t('add')} channel={channel} onPick={put} />
          {rows.length === 0 && <EmptyState title={t('empty')} text={t('emptyText')} />}
          {rows.map(({ sku, quantity }) => (
            <NumberInput
              key={sku.id}
              label={`${t('quantity')}: ${sku.name} (${sku.code})`}
              value={quantity}
              min={0}
              max={1_000_000}
              allowDecimal={false}
              onChange={(value) =>
                setRows((before) =>
                  before.flatMap((row) => {
                    if (row.sku.id !== sku.id) return [row];
                    return Number(value) > 0 ? [{ sku, quantity: Number(value) }] : [];
                  }),
                )
              }
            />
          ))}
          <div className="os-row">
            <Button type="submit" loading={attempt.isPending} disabled={rows.length === 0}>
              {t('run')}
            </Button>
          </div>
          {attempt.error !== null && <ProblemView problem={attempt.error} while="acting" />}
        </form>
        {attempt.data !== undefined && <Result tried={attempt.data} />}
      </div>
    </>
  );
}

type Buyer = Pick<Customer, 'id' | 'name' | 'number'>;

/** Who would buy, if it matters: their groups, personal offers and vouchers count. */
function BuyerField({
  customer,
  onCustomer,
}: {
  customer: Buyer | undefined;
  onCustomer: (customer: Buyer | undefined) => void;
}) {
  const t = useTranslations('promotions.try');
  const [choosing, setChoosing] = useState(false);
  if (customer !== undefined) return <Chosen customer={customer} onChange={() => onCustomer(undefined)} />;
  if (choosing)
    return (
      <ChooseCustomer
        onChoose={(chosen) => {
          onCustomer(chosen);
          setChoosing(false);
        }}
      />
    );
  return (
    <div className="os-row">
      <Button variant="default" size="sm" onClick={() => setChoosing(true)}>
        {t('customer')}
      </Button>
      <span className="os-soft os-small">{t('customerText')}</span>
    </div>
  );
}

function Result({ tried }: { tried: Tried }) {
  const t = useTranslations('promotions.try');
  const locale = useLocale();
  const { currency } = tried;
  const money = (amount: number): string => moneyText(locale, { amount, currency });
  const total = money(tried.listMinor - tried.discountMinor);
  return (
    <>
      <p aria-live="polite">
        <strong>{t('total', { saved: money(tried.discountMinor), total })}</strong>
      </p>
      {tried.codes.map(({ code, state }) => (
        <p key={code}>
          <Pill tone={state === 'opens' ? 'good' : 'bad'}>{t(`codeStates.${state}`, { code })}</Pill>
        </p>
      ))}
      {tried.earnedVouchers.map(({ promotionId, amountMinor }) => (
        <p key={promotionId}>{t('voucher', { amount: money(amountMinor) })}</p>
      ))}
      <DataList
        label={t('goods')}
        rowKey={(line) => line.skuId}
        rows={tried.lines}
        empty={null}
        columns={[
          { key: 'name', header: t('goods'), cell: (line) => line.name },
          { key: 'quantity', header: t('quantity'), numeric: true, cell: (line) => line.quantity },
          {
            key: 'list',
            header: t('list'),
            numeric: true,
            cell: (line) => <Money value={{ amount: line.listMinor, currency }} />,
          },
          {
            key: 'pays',
            header: t('pays'),
            numeric: true,
            phone: 'corner',
            cell: (line) => <Money value={{ amount: line.amountMinor, currency }} />,
          },
          {
            key: 'margin',
            header: t('margin'),
            numeric: true,
            cell: ({ marginMinor }) =>
              marginMinor === null ? (
                t('unknownMargin')
              ) : (
                <>
                  {marginMinor < 0 && <Pill tone="bad">{t('below')}</Pill>}{' '}
                  <Money value={{ amount: marginMinor, currency }} />
                </>
              ),
          },
        ]}
      />
      <Reasons tried={tried} applied />
      <Reasons tried={tried} applied={false} />
    </>
  );
}

function Reasons({ tried, applied }: { tried: Tried; applied: boolean }) {
  const t = useTranslations('promotions.try');
  const reason = useReason();
  const found = tried.trace.filter((one) => one.applied === applied);
  if (found.length === 0) return null;
  return (
    <Card title={t(applied ? 'applied' : 'notApplied')}>
      <ul className="os-list">
        {found.map((one) => (
          <li key={one.promotionId}>
            {one.voucher ? one.name : <a href={`/promotions/${one.promotionId}`}>{one.name}</a>}:{' '}
            {reason(one, tried.currency)}
          </li>
        ))}
      </ul>
    </Card>
  );
}
