import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  ArrowRight,
  CircleCheck,
  ClipboardCheck,
  Hourglass,
  PackageSearch,
  ShieldAlert,
  Store,
  Webhook,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useLocale, useTranslations } from 'use-intl';
import { getToday } from '../../client/api.ts';
import { countWebhookTroubles } from '../../client/webhooks.ts';
import type { ChannelDay, DaySums, TodayAnswer } from '../../client/types.ts';
import { LineChart, ShareBar, Sparkline } from '../../kit/charts.tsx';
import { Changing, Instant, Money, moneyText, Quantity, shareText } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Card, PageHead, Pill, StatTile } from '../../kit/stat-tile.tsx';
import type { Tone } from '../../kit/stat-tile.tsx';
import { StatusPill } from '../orders/status.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useLocations } from '../shared/reference.ts';

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
  const sales = data.totals.reduce((sum, total) => sum + total.sales, 0);
  const units = data.totals.reduce((sum, total) => sum + total.units, 0);
  const named = data.totals.length > 1;
  return (
    <>
      <PageHead title={t('title')} badge={<span className="os-soft">{day}</span>} actions={actions} />
      <div className="os-stack">
        <div className="os-grid">
          {data.totals.map((total) => (
            <SalesTile
              key={total.currency}
              total={total}
              channels={ofCurrency(data.channels, total.currency)}
              named={named}
            />
          ))}
          <StatTile
            label={t('sales')}
            figure={
              <Changing value={sales}>
                <Quantity value={sales} />
              </Changing>
            }
            note={t('units', { count: units })}
          />
        </div>
        <div className="os-split">
          <div className="os-stack">
            {data.totals.map((total) => (
              <Curve
                key={total.currency}
                total={total}
                channels={ofCurrency(data.channels, total.currency)}
                named={named}
              />
            ))}
            <LastOrders data={data} />
          </div>
          <div className="os-stack">
            <ByChannel channels={data.channels} />
            <NeedsPerson data={data} />
            <RunningLow data={data} />
            <ByLocation locations={data.locations} />
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

const ofCurrency = (channels: readonly ChannelDay[], currency: string): ChannelDay[] =>
  channels.filter((channel) => channel.currency === currency);

/** Sums so far, because a day is won by its sum and not by its best hour. */
function running(values: readonly (number | null)[]): (number | null)[] {
  let sum = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum += value;
    return sum;
  });
}

function courseOf(channels: readonly ChannelDay[]): { now: (number | null)[]; before: (number | null)[] } {
  const length = Math.max(0, ...channels.map(({ hours }) => hours.length));
  const hours = Array.from({ length }, (_, hour) => hour);
  const begun = (hour: number): boolean => channels.some((channel) => (channel.hours[hour] ?? null) !== null);
  return {
    now: running(
      hours.map((hour) =>
        begun(hour) ? channels.reduce((sum, channel) => sum + (channel.hours[hour] ?? 0), 0) : null,
      ),
    ),
    before: running(
      hours.map((hour) => channels.reduce((sum, channel) => sum + (channel.lastWeekHours[hour] ?? 0), 0)),
    ),
  };
}

/**
 * Brings channels onto one clock. The hours of each begin with its own business day, a store's at four and a web shop's at midnight; the first hour
 * shown is that of the earliest.
 */
function useOneClock(channels: readonly ChannelDay[]): { channels: ChannelDay[]; labels: string[] } {
  const places = useLocations();
  const all = useChannels();
  const beginOf = ({ channelId }: ChannelDay): number => {
    const place = all.find(({ id }) => id === channelId)?.defaultLocationId;
    return places.find(({ id }) => id === place)?.cutOffHour ?? 0;
  };
  const first = Math.min(24, ...channels.map(beginOf));
  const aligned = channels.map((channel) => {
    const before = Array.from({ length: beginOf(channel) - first }, () => 0);
    return { ...channel, hours: [...before, ...channel.hours], lastWeekHours: [...before, ...channel.lastWeekHours] };
  });
  const length = Math.max(0, ...aligned.map(({ hours }) => hours.length));
  return {
    channels: aligned,
    labels: Array.from({ length }, (_, hour) => `${String((hour + first) % 24).padStart(2, '0')}:00`),
  };
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

type OfCurrency = { total: DaySums; channels: readonly ChannelDay[]; named: boolean };

function SalesTile({ total, channels, named }: OfCurrency) {
  const t = useTranslations('today');
  const value = { amount: total.grossMinor, currency: total.currency };
  const { channels: aligned } = useOneClock(channels);
  return (
    <StatTile
      label={named ? t('revenueIn', { currency: total.currency }) : t('revenue')}
      figure={
        <Changing value={total.grossMinor}>
          <Money value={value} />
        </Changing>
      }
      side={<Sparkline values={courseOf(aligned).now} />}
      note={<Difference now={total.grossMinor} before={total.lastWeekMinor} />}
    />
  );
}

function Curve({ total, channels, named }: OfCurrency) {
  const t = useTranslations('today');
  const locale = useLocale();
  const { channels: aligned, labels } = useOneClock(channels);
  const { now, before } = courseOf(aligned);
  const amount = moneyText(locale, { amount: total.grossMinor, currency: total.currency });
  return (
    <Card
      title={named ? t('curveIn', { currency: total.currency }) : t('curve')}
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
          { label: t('lastWeekLine'), values: before, quiet: true },
          { label: t('todayLine'), values: now },
        ]}
      />
    </Card>
  );
}

function ByChannel({ channels }: { channels: readonly ChannelDay[] }) {
  const t = useTranslations('today');
  const names = useChannels();
  const most = highest(channels);
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
              <Sum sums={channel} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function ByLocation({ locations }: { locations: TodayAnswer['locations'] }) {
  const t = useTranslations('today');
  const names = useLocations();
  const most = highest(locations);
  if (locations.length === 0) return null;
  return (
    <Card title={t('byLocation')}>
      <ul className="os-today-channels">
        {locations.map((location) => (
          <li key={`${location.locationId}${location.currency}`}>
            <span style={{ display: 'grid', gap: 4, gridColumn: '1 / 3' }}>
              {names.find(({ id }) => id === location.locationId)?.name ?? ''}
              <ShareBar share={location.grossMinor / (most.get(location.currency) ?? 1)} />
            </span>
            <Sum sums={location} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The highest amount of each currency, the measure of the bars. */
function highest(rows: readonly DaySums[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const { currency, grossMinor } of rows) most.set(currency, Math.max(1, most.get(currency) ?? 0, grossMinor));
  return most;
}

function Sum({ sums }: { sums: DaySums }) {
  const t = useTranslations('today');
  return (
    <span style={{ textAlign: 'end' }}>
      <Changing value={sums.grossMinor}>
        <Money value={{ amount: sums.grossMinor, currency: sums.currency }} />
      </Changing>
      <span className="os-soft os-small" style={{ display: 'block' }}>
        {t('salesCount', { count: sums.sales })}
      </span>
    </span>
  );
}

type Work = {
  readonly key: string;
  readonly count: number;
  readonly label: string;
  readonly href: string;
  readonly icon: LucideIcon;
  readonly tone: Tone;
};

/** What a person has to look at; each row leads to the place where it is solved. */
function NeedsPerson({ data }: { data: TodayAnswer }) {
  const t = useTranslations('today');
  // Who may not see webhooks has nothing to do about them.
  const webhooks = useQuery({ queryKey: ['webhook-troubles'], queryFn: countWebhookTroubles, retry: false });
  const all: readonly Work[] = [
    {
      key: 'ship',
      count: data.openOrders,
      label: t('toShip'),
      href: '/orders?status=placed',
      icon: PackageSearch,
      tone: 'brand',
    },
    {
      key: 'backorders',
      count: data.backorders,
      label: t('backorders'),
      href: '/stock?low=true',
      icon: Hourglass,
      tone: 'warn',
    },
    {
      key: 'shortfalls',
      count: data.shortfalls,
      label: t('shortfalls'),
      href: '/stock/adjust',
      icon: ClipboardCheck,
      tone: 'bad',
    },
    {
      key: 'quarantine',
      count: data.quarantine,
      label: t('inQuarantine'),
      href: '/quarantine',
      icon: ShieldAlert,
      tone: 'bad',
    },
    {
      key: 'webhooks',
      count: webhooks.data?.troubled ?? 0,
      label: t('webhookTroubles'),
      href: '/webhooks',
      icon: Webhook,
      tone: 'bad',
    },
  ];
  const work = all.filter(({ count }) => count > 0);
  return (
    <Card title={t('needsPerson')} flush>
      {work.length === 0 ? (
        <p className="os-card-body os-row os-soft">
          <CircleCheck size={18} aria-hidden="true" style={{ color: 'var(--os-positive)' }} /> {t('nothingToDo')}
        </p>
      ) : (
        <ul className="os-worklist">
          {work.map(({ key, count, label, href, icon: Icon, tone }) => (
            <li key={key}>
              <a href={href}>
                <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
                {label}
                <Changing value={count}>
                  <Pill tone={tone}>
                    <Quantity value={count} />
                  </Pill>
                </Changing>
              </a>
            </li>
          ))}
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
          {data.low.slice(0, 6).map((row) => (
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
  const locations = useLocations();
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
                  <span style={{ display: 'block', fontWeight: 550 }} className="os-num os-cut">
                    {order.number}
                  </span>
                  <span className="os-soft os-small os-cut" style={{ display: 'block' }}>
                    {channels.find(({ id }) => id === order.channelId)?.name} ·{' '}
                    {locations.find(({ id }) => id === order.sellingLocationId)?.name} ·{' '}
                    <Instant value={order.placedAt} />
                  </span>
                </span>
                <span>
                  <StatusPill order={order} />
                </span>
                <Money value={{ amount: order.grossMinor, currency: order.currency }} />
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
