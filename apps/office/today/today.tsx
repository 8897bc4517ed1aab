import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ArrowRight, CircleCheck, PackageSearch, ShieldAlert, Store } from 'lucide-react';
import { useLocale, useTranslations } from 'use-intl';
import { getToday } from '../../client/api.ts';
import type { TodayAnswer } from '../../client/types.ts';
import { LineChart, ShareBar, Sparkline } from '../../kit/charts.tsx';
import { Changing, Instant, Money, moneyText, Quantity, shareText } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Card, PageHead, Pill, StatTile } from '../../kit/stat-tile.tsx';
import { StatusPill } from '../orders/status.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useLocations } from '../shared/reference.ts';

type Channels = TodayAnswer['channels'];

/** How the day goes, live: sales against the same time last week, what needs a person, what runs low, what was just sold. */
export function Today() {
  const t = useTranslations('today');
  const locale = useLocale();
  const today = useQuery({ queryKey: ['today'], queryFn: getToday });
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date());
  const actions = (
    <Button component="a" href="/sell" leftSection={<Store size={16} aria-hidden="true" />}>
      {t('sell')}
    </Button>
  );
  if (today.data === undefined) {
    return (
      <>
        <PageHead title={t('title')} actions={actions} />
        {today.error === null ? (
          <Waiting />
        ) : (
          <ProblemView problem={today.error} while="reading" retry={() => void today.refetch()} />
        )}
      </>
    );
  }
  const { data } = today;
  const currencies = [...new Set(data.channels.map(({ currency }) => currency))];
  return (
    <>
      <PageHead title={t('title')} badge={<span className="os-soft">{day}</span>} actions={actions} />
      <div className="os-stack">
        <div className="os-grid">
          {currencies.map((currency) => (
            <SalesTile
              key={currency}
              currency={currency}
              channels={data.channels.filter((channel) => channel.currency === currency)}
              named={currencies.length > 1}
            />
          ))}
          <StatTile
            label={t('sales')}
            figure={
              <Changing value={data.channels.reduce((sum, channel) => sum + channel.sales, 0)}>
                <Quantity value={data.channels.reduce((sum, channel) => sum + channel.sales, 0)} />
              </Changing>
            }
            note={t('units', { count: data.channels.reduce((sum, channel) => sum + channel.units, 0) })}
          />
        </div>
        <div className="os-split">
          <div className="os-stack">
            {currencies.map((currency) => (
              <Curve
                key={currency}
                currency={currency}
                channels={data.channels.filter((channel) => channel.currency === currency)}
                named={currencies.length > 1}
              />
            ))}
            <LastOrders data={data} />
          </div>
          <div className="os-stack">
            <ByChannel channels={data.channels} />
            <NeedsPerson data={data} />
            <RunningLow data={data} />
          </div>
        </div>
      </div>
    </>
  );
}

function Waiting() {
  return (
    <div className="os-grid" aria-busy="true">
      {[1, 2, 3].map((at) => (
        <div key={at} className="os-card os-tile">
          <span className="os-skeleton" style={{ width: '40%' }} />
          <span className="os-skeleton" style={{ width: '70%', height: 28 }} />
        </div>
      ))}
    </div>
  );
}

const sumOf = (channels: Channels, of: (channel: Channels[number]) => number): number =>
  channels.reduce((sum, channel) => sum + of(channel), 0);

function hoursOf(channels: Channels): { now: (number | null)[]; before: number[]; labels: string[] } {
  const length = Math.max(0, ...channels.map(({ hours }) => hours.length));
  const hours = Array.from({ length }, (_, hour) => hour);
  return {
    labels: hours.map((hour) => `${String(hour).padStart(2, '0')}:00`),
    now: hours.map((hour) =>
      channels.every(({ hours: own }) => (own[hour] ?? null) === null)
        ? null
        : sumOf(channels, ({ hours: own }) => own[hour] ?? 0),
    ),
    before: hours.map((hour) => sumOf(channels, ({ lastWeekHours }) => lastWeekHours[hour] ?? 0)),
  };
}

/** Sums so far, because a day is won by its sum and not by its best hour. */
function running<Value extends number | null>(values: readonly Value[]): Value[] {
  let sum = 0;
  return values.map((value) => (value === null ? value : ((sum += value) as Value)));
}

function Difference({ now, before }: { now: number; before: number }) {
  const t = useTranslations('today');
  const locale = useLocale();
  if (before === 0) return <>{t('nothingLastWeek')}</>;
  const share = (now - before) / before;
  return (
    <>
      <Pill tone={share >= 0 ? 'good' : 'bad'}>{shareText(locale, share, true)}</Pill> {t('againstLastWeek')}
    </>
  );
}

function SalesTile({ currency, channels, named }: { currency: string; channels: Channels; named: boolean }) {
  const t = useTranslations('today');
  const amount = sumOf(channels, ({ grossMinor }) => grossMinor);
  const { now } = hoursOf(channels);
  return (
    <StatTile
      label={named ? t('revenueIn', { currency }) : t('revenue')}
      figure={
        <Changing value={amount}>
          <Money value={{ amount, currency }} />
        </Changing>
      }
      side={<Sparkline values={running(now)} />}
      note={<Difference now={amount} before={sumOf(channels, ({ lastWeekMinor }) => lastWeekMinor)} />}
    />
  );
}

function Curve({ currency, channels, named }: { currency: string; channels: Channels; named: boolean }) {
  const t = useTranslations('today');
  const locale = useLocale();
  const { now, before, labels } = hoursOf(channels);
  const amount = moneyText(locale, { amount: sumOf(channels, ({ grossMinor }) => grossMinor), currency });
  return (
    <Card
      title={named ? t('curveIn', { currency }) : t('curve')}
      side={
        <span className="os-chart-legend">
          <span>{t('todayLine')}</span>
          <span data-quiet="">{t('lastWeekLine')}</span>
        </span>
      }
    >
      <LineChart
        labels={labels}
        summary={t('curveSummary', { amount })}
        height={184}
        series={[
          { label: t('lastWeekLine'), values: running(before), quiet: true },
          { label: t('todayLine'), values: running(now) },
        ]}
      />
    </Card>
  );
}

function ByChannel({ channels }: { channels: Channels }) {
  const t = useTranslations('today');
  const names = useChannels();
  const most = new Map<string, number>();
  for (const { currency, grossMinor } of channels) most.set(currency, Math.max(1, most.get(currency) ?? 0, grossMinor));
  return (
    <Card title={t('byChannel')}>
      {channels.length === 0 ? (
        <p className="os-soft">{t('noSales')}</p>
      ) : (
        <ul className="os-today-channels">
          {channels.map((channel, at) => (
            <li key={`${channel.channelId}${channel.currency}`}>
              <span style={{ display: 'grid', gap: 4 }}>
                {names.find(({ id }) => id === channel.channelId)?.name ?? ''}
                <ShareBar share={channel.grossMinor / (most.get(channel.currency) ?? 1)} colour={at % 6} />
              </span>
              <Sparkline values={channel.hours} colour={at % 6} width={64} height={24} />
              <span style={{ textAlign: 'end' }}>
                <Changing value={channel.grossMinor}>
                  <Money value={{ amount: channel.grossMinor, currency: channel.currency }} />
                </Changing>
                <span className="os-soft os-small" style={{ display: 'block' }}>
                  {t('salesCount', { count: channel.sales })}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** What a person has to look at; each row leads to the place where it is solved. */
function NeedsPerson({ data }: { data: TodayAnswer }) {
  const t = useTranslations('today');
  const nothing = data.openOrders === 0 && data.quarantine === 0;
  return (
    <Card title={t('needsPerson')} flush>
      {nothing ? (
        <p className="os-card-body os-row os-soft">
          <CircleCheck size={18} aria-hidden="true" style={{ color: 'var(--os-positive)' }} /> {t('nothingToDo')}
        </p>
      ) : (
        <ul className="os-worklist">
          {data.openOrders > 0 && (
            <li>
              <a href="/orders?status=placed">
                <PackageSearch size={18} aria-hidden="true" />
                {t('toShip')}
                <Changing value={data.openOrders}>
                  <Pill tone="brand">
                    <Quantity value={data.openOrders} />
                  </Pill>
                </Changing>
              </a>
            </li>
          )}
          {data.quarantine > 0 && (
            <li>
              <a href="/quarantine">
                <ShieldAlert size={18} aria-hidden="true" />
                {t('inQuarantine')}
                <Changing value={data.quarantine}>
                  <Pill tone="bad">
                    <Quantity value={data.quarantine} />
                  </Pill>
                </Changing>
              </a>
            </li>
          )}
        </ul>
      )}
    </Card>
  );
}

function RunningLow({ data }: { data: TodayAnswer }) {
  const t = useTranslations('today');
  const locations = useLocations();
  return (
    <Card
      title={t('low')}
      side={
        <a className="os-small" href="/stock?low=true">
          {t('all')}
        </a>
      }
      flush
    >
      {data.low.length === 0 ? (
        <p className="os-card-body os-row os-soft">
          <CircleCheck size={18} aria-hidden="true" style={{ color: 'var(--os-positive)' }} /> {t('nothingLow')}
        </p>
      ) : (
        <ul className="os-worklist">
          {data.low.slice(0, 8).map((row) => (
            <li key={row.levelId}>
              <a href={`/stock/receive?location=${row.locationId}&sku=${encodeURIComponent(row.skuCode)}`}>
                <span style={{ minWidth: 0 }}>
                  <span className="os-cut" style={{ display: 'block' }}>
                    {row.skuName}
                  </span>
                  <span className="os-soft os-small">{locations.find(({ id }) => id === row.locationId)?.name}</span>
                </span>
                <Changing value={row.available}>
                  <Pill tone={row.available === 0 ? 'bad' : 'warn'}>{t('left', { count: row.available })}</Pill>
                </Changing>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function LastOrders({ data }: { data: TodayAnswer }) {
  const t = useTranslations('today');
  const channels = useChannels();
  return (
    <Card
      title={t('lastOrders')}
      side={
        <a className="os-small" href="/orders">
          {t('all')} <ArrowRight size={12} aria-hidden="true" />
        </a>
      }
      flush
    >
      {data.lastOrders.length === 0 ? (
        <EmptyState
          title={t('noOrders')}
          text={t('noOrdersText')}
          action={
            <Button component="a" href="/sell">
              {t('sell')}
            </Button>
          }
        />
      ) : (
        <ul className="os-worklist os-orders">
          {data.lastOrders.map((order) => (
            <li key={order.id}>
              <a href={`/orders/${order.id}`}>
                <span style={{ minWidth: 0 }}>
                  <span style={{ display: 'block', fontWeight: 550 }} className="os-num">
                    {order.number}
                  </span>
                  <span className="os-soft os-small">
                    {channels.find(({ id }) => id === order.channelId)?.name} · <Instant value={order.placedAt} />
                  </span>
                </span>
                <StatusPill order={order} />
                <span style={{ minWidth: 96 }}>
                  <Money value={{ amount: order.grossMinor, currency: order.currency }} />
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
