import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { listStock, placeOrder, previewOrder } from '../../client/api.ts';
import type { Customer, FoundSku } from '../../client/types.ts';
import { QuantityField } from '../../kit/fields.tsx';
import { Money, Quantity } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ChooseCustomer, Chosen } from '../shared/choose-customer.tsx';
import { LocationSelect } from '../shared/location-select.tsx';
import { amountOf } from '../shared/price.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenChannels, useOpenLocations } from '../shared/reference.ts';
import { useRemembered } from '../shared/remembered.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { PayWith } from '../sell/pay-with.tsx';
import { namedTenders, shareOut, type KeptTender } from '../sell/tenders.ts';
import { Lines } from '../stock/lines.tsx';

type Line = { readonly sku: FoundSku; readonly quantity: number | undefined };
const METHODS = ['card', 'on_account', 'bank'] as const;
type Method = (typeof METHODS)[number];

/** The number of the test card provider that every payment succeeds with. */
const TEST_TOKEN = 'tok_ok';

/** Somebody is on the phone: who, what, from where, how they pay. */
export function NewOrder() {
  const t = useTranslations('newOrder');
  const p = useTranslations('pay');
  const router = useRouter();
  const channels = useOpenChannels().filter(({ kind }) => kind !== 'marketplace');
  const locations = useOpenLocations();
  const [rememberedChannel, rememberChannel] = useRemembered('order.channel');
  const channel =
    channels.find(({ id }) => id === rememberedChannel) ??
    channels.find(({ kind }) => kind === 'call_centre') ??
    channels.find(({ kind }) => kind === 'shop') ??
    channels[0];
  const [chosenLocation, setChosenLocation] = useState<string>();
  const location =
    locations.find(({ id }) => id === chosenLocation) ?? locations.find(({ id }) => id === channel?.defaultLocationId);
  const [customer, setCustomer] = useState<Pick<Customer, 'id' | 'name' | 'number'>>();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [method, setMethod] = useState<Method>('card');
  const [token, setToken] = useState(TEST_TOKEN);
  const [tenders, setTenders] = useState<readonly KeptTender[]>([]);

  const add = (sku: FoundSku): void =>
    setLines((now) =>
      now.some((line) => line.sku.id === sku.id)
        ? now.map((line) => (line.sku.id === sku.id ? { ...line, quantity: (line.quantity ?? 0) + 1 } : line))
        : [...now, { sku, quantity: 1 }],
    );
  const wanted = lines.flatMap(({ sku, quantity }) =>
    quantity === undefined || quantity <= 0 ? [] : [{ skuId: sku.id, quantity }],
  );
  const reason =
    channel === undefined
      ? t('needsChannel')
      : customer === undefined
        ? t('needsCustomer')
        : lines.length === 0
          ? t('needsLines')
          : wanted.length < lines.length
            ? t('needsQuantity')
            : undefined;
  const body = {
    channelId: channel?.id ?? '',
    ...(location === undefined ? {} : { fulfillingLocationId: location.id }),
    ...(customer === undefined ? {} : { customerId: customer.id }),
    lines: wanted,
    payment: { method, ...(method === 'card' ? { token } : {}) },
  };
  const told = useQuery({
    queryKey: ['preview', 'order', body],
    // What it comes to does not depend on how it is paid.
    queryFn: () => previewOrder(body),
    enabled: reason === undefined,
    retry: false,
    placeholderData: (before) => before,
  });
  const named = told.data === undefined ? [] : namedTenders(told.data.grossMinor, tenders);
  const rest = told.data === undefined ? undefined : shareOut(told.data.grossMinor, tenders).restMinor;
  const placing = useAct(placeOrder, {
    touches: ['orders', 'stock', 'today'],
    onDone: (placed) => {
      toast(t('done', { number: placed.number }));
      router.history.push(`/orders/${placed.orderId}`);
    },
  });
  return (
    <>
      <PageHead title={t('title')} back={{ href: '/orders', label: t('back') }} />
      <div className="os-split">
        <div className="os-stack">
          <Card title={t('customer')}>
            {customer === undefined ? (
              <ChooseCustomer onChoose={setCustomer} />
            ) : (
              <Chosen
                customer={customer}
                onChange={() => {
                  setCustomer(undefined);
                  setTenders([]);
                }}
              />
            )}
          </Card>
          <Card title={t('goods')}>
            <div className="os-stack">
              <SkuSearch
                label={t('find')}
                channel={channel?.id}
                onPick={add}
                side={(sku) => <Side sku={sku} channelId={channel?.id} />}
              />
              <Lines
                lines={lines}
                headers={[t('available'), t('quantity'), t('amount')]}
                onRemove={({ sku }) => setLines((now) => now.filter((line) => line.sku.id !== sku.id))}
                cells={({ sku, quantity }) => [
                  <Available key="available" sku={sku} locationId={location?.id} wanted={quantity ?? 0} />,
                  <QuantityField
                    key="quantity"
                    aria-label={t('quantityOf', { name: sku.name })}
                    value={quantity}
                    min={1}
                    maw={96}
                    onValue={(value) =>
                      setLines((now) =>
                        now.map((line) => (line.sku.id === sku.id ? { ...line, quantity: value } : line)),
                      )
                    }
                  />,
                  <LineAmount key="amount" sku={sku} channelId={channel?.id} quantity={quantity ?? 0} />,
                ]}
              />
            </div>
          </Card>
        </div>
        <Card title={t('order')}>
          <div className="os-fields">
            <Select
              label={t('channel')}
              allowDeselect={false}
              data={channels.map(({ id, name }) => ({ value: id, label: name }))}
              value={channel?.id ?? null}
              onChange={(value) => {
                if (value === null) return;
                rememberChannel(value);
                setChosenLocation(undefined);
              }}
            />
            <LocationSelect
              label={t('from')}
              allowDeselect={false}
              value={location?.id ?? null}
              onChange={(value) => value !== null && setChosenLocation(value)}
            />
            <Select
              label={t('payment')}
              allowDeselect={false}
              data={METHODS.map((value) => ({ value, label: t(`methods.${value}`) }))}
              value={method}
              onChange={(value) => setMethod(value ?? 'card')}
            />
            {method === 'card' && (
              <TextInput
                label={t('token')}
                description={t('tokenText')}
                value={token}
                onChange={(event) => setToken(event.currentTarget.value)}
              />
            )}
            {told.data !== undefined && reason === undefined && (
              <dl className="os-facts">
                <dt>{t('net')}</dt>
                <dd>
                  <Money value={{ amount: told.data.netMinor, currency: told.data.currency }} />
                </dd>
                <dt>{t('tax')}</dt>
                <dd>
                  <Money value={{ amount: told.data.taxMinor, currency: told.data.currency }} />
                </dd>
                <dt>{t('total')}</dt>
                <dd>
                  <strong>
                    <Money value={{ amount: told.data.grossMinor, currency: told.data.currency }} />
                  </strong>
                </dd>
                {tenders.length > 0 && rest !== undefined && (
                  <>
                    <dt>{p('rest')}</dt>
                    <dd>
                      <Money value={{ amount: rest, currency: told.data.currency }} />
                    </dd>
                  </>
                )}
              </dl>
            )}
            {told.data !== undefined && (
              <PayWith
                totalMinor={told.data.grossMinor}
                currency={told.data.currency}
                entityId={channel?.entityId}
                customerId={customer?.id}
                tenders={tenders}
                onTenders={setTenders}
              />
            )}
            {told.error !== null && placing.error === null && <ProblemView problem={told.error} while="acting" />}
            {placing.error !== null && <ProblemView problem={placing.error} while="acting" />}
            <ReasonButton
              reason={reason}
              loading={placing.isPending}
              onClick={() => placing.mutate({ ...body, ...(named.length === 0 ? {} : { tenders: named }) })}
              fullWidth
            >
              {t('place')}
            </ReasonButton>
          </div>
        </Card>
      </div>
    </>
  );
}

const priceOn = (sku: FoundSku, channelId: string | undefined) =>
  sku.prices.find((price) => price.channelId === channelId);

function Side({ sku, channelId }: { sku: FoundSku; channelId: string | undefined }) {
  const price = priceOn(sku, channelId);
  return price === undefined ? null : <Money value={{ amount: amountOf(price, 1), currency: price.currency }} />;
}

function LineAmount({ sku, channelId, quantity }: { sku: FoundSku; channelId: string | undefined; quantity: number }) {
  const t = useTranslations('newOrder');
  const price = priceOn(sku, channelId);
  return price === undefined ? (
    <Pill tone="warn">{t('noPrice')}</Pill>
  ) : (
    <Money value={{ amount: amountOf(price, quantity), currency: price.currency }} />
  );
}

function Available({ sku, locationId, wanted }: { sku: FoundSku; locationId: string | undefined; wanted: number }) {
  const t = useTranslations('newOrder');
  const stock = useQuery({
    queryKey: ['stock', 'available', sku.code, locationId],
    queryFn: ({ signal }) => listStock({ search: sku.code, location: locationId, limit: 5 }, signal),
    enabled: locationId !== undefined,
  });
  const available = stock.data?.items
    .filter(({ skuId }) => skuId === sku.id)
    .reduce((sum, row) => sum + row.available, 0);
  if (available === undefined) return <span className="os-soft">…</span>;
  return (
    <Pill tone={available >= wanted ? 'good' : 'bad'}>
      <Quantity value={available} /> <span className="os-hidden">{t('available')}</span>
    </Pill>
  );
}
