import { Button, Checkbox, Modal, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Truck, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { cancelOrder, getCustomer, getOrder, previewCancel } from '../../client/api.ts';
import type { Intent } from '../../client/http.ts';
import type { Order } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Changing, Instant, Money, moneyText, Quantity } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { EventName } from '../shared/event-name.tsx';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useLocations } from '../shared/reference.ts';
import { GiveBack } from './give-back.tsx';
import { Ship } from './ship.tsx';
import { StatusPill } from './status.tsx';

const touches = ['orders', 'stock', 'today', 'books'];

/** One order: what was wanted, what was paid, what has left, and everything that happened to it. */
export function OrderPage() {
  const t = useTranslations('order');
  const p = useTranslations('pay');
  const orderId = useParam('orderId');
  const order = useQuery({ queryKey: ['orders', orderId], queryFn: () => getOrder(orderId) });
  const [asking, setAsking] = useState<'ship' | 'cancel' | 'return'>();
  const back = { href: '/orders', label: t('back') };
  if (order.data === undefined) {
    return (
      <>
        <PageHead title={t('order')} back={back} />
        {order.error !== null && (
          <ProblemView problem={order.error} while="reading" retry={() => void order.refetch()} />
        )}
      </>
    );
  }
  const shown = order.data;
  const open = shown.lines.some((line) => line.quantity - line.shipped - line.cancelled > 0);
  const isOut = shown.lines.some((line) => line.shipped - line.returned > 0);
  const closedReason = open && shown.kind !== 'return' ? undefined : t(`closed.${shown.status}`);
  return (
    <>
      <PageHead
        title={shown.number}
        back={back}
        badge={
          <Changing value={shown.status}>
            <StatusPill order={shown} />
          </Changing>
        }
        actions={
          <>
            <ReasonButton
              variant="default"
              reason={isOut && shown.kind !== 'return' ? undefined : p('nothingBack')}
              leftSection={<Undo2 size={16} aria-hidden="true" />}
              onClick={() => setAsking('return')}
            >
              {p('giveBack')}
            </ReasonButton>
            <ReasonButton variant="default" reason={closedReason} onClick={() => setAsking('cancel')}>
              {t('cancel')}
            </ReasonButton>
            <ReasonButton
              reason={closedReason}
              leftSection={<Truck size={16} aria-hidden="true" />}
              onClick={() => setAsking('ship')}
            >
              {t('ship')}
            </ReasonButton>
          </>
        }
      />
      <div className="os-split">
        <div className="os-stack">
          <Goods order={shown} />
          <History order={shown} />
        </div>
        <div className="os-stack">
          <Facts order={shown} />
          <Payments order={shown} />
          <Documents order={shown} />
          {shown.returns.length > 0 && <Returns order={shown} />}
        </div>
      </div>
      <Modal
        opened={asking === 'ship'}
        onClose={() => setAsking(undefined)}
        closeOnClickOutside={false}
        title={t('shipTitle', { number: shown.number })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Ship order={shown} onDone={() => setAsking(undefined)} />
      </Modal>
      <Modal
        opened={asking === 'cancel'}
        onClose={() => setAsking(undefined)}
        title={t('cancelTitle', { number: shown.number })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Cancel order={shown} onDone={() => setAsking(undefined)} />
      </Modal>
      <Modal
        opened={asking === 'return'}
        onClose={() => setAsking(undefined)}
        title={p('giveBackTitle', { number: shown.number })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <GiveBack order={shown} onDone={() => setAsking(undefined)} />
      </Modal>
    </>
  );
}

function Goods({ order }: { order: Order }) {
  const t = useTranslations('order');
  const money = (amount: number) => <Money value={{ amount, currency: order.currency }} />;
  return (
    <section className="os-stack" style={{ gap: 0 }}>
      <DataList
        label={t('lines')}
        rows={order.lines}
        rowKey={(line) => String(line.line)}
        empty={null}
        columns={[
          {
            key: 'description',
            header: t('goods'),
            cell: (line) => (
              <>
                {line.description}
                <LineReasons line={line} currency={order.currency} />
              </>
            ),
          },
          { key: 'quantity', header: t('quantity'), numeric: true, cell: (line) => <Quantity value={line.quantity} /> },
          {
            key: 'shipped',
            header: t('shipped'),
            numeric: true,
            cell: (line) => <Quantity value={line.shipped} />,
            live: (line) => line.shipped,
          },
          {
            key: 'cancelled',
            header: t('cancelled'),
            numeric: true,
            cell: (line) => <Quantity value={line.cancelled} />,
            live: (line) => line.cancelled,
          },
          {
            key: 'net',
            header: t('net'),
            numeric: true,
            phone: 'hidden',
            cell: (line) => money(line.netMinor),
            foot: money(order.netMinor),
          },
          {
            key: 'tax',
            header: t('tax'),
            numeric: true,
            phone: 'hidden',
            cell: (line) => money(line.taxMinor),
            foot: money(order.taxMinor),
          },
          {
            key: 'gross',
            header: t('gross'),
            numeric: true,
            phone: 'corner',
            cell: (line) => money(line.grossMinor),
            foot: money(order.grossMinor),
          },
        ]}
      />
    </section>
  );
}

/** What made the line's price and tax other than the list's: promotions, and taxes of which there is more than one. */
function LineReasons({ line, currency }: { line: Order['lines'][number]; currency: string }) {
  const t = useTranslations('order');
  const locale = useLocale();
  const off = line.discounts.reduce((sum, one) => sum + one.amountMinor, 0);
  const told = [
    ...(off === 0 ? [] : [t('discount', { amount: moneyText(locale, { amount: 0 - off, currency }) })]),
    ...line.taxes.map(({ jurisdiction, code, ratePpm, taxMinor }) =>
      t('lineTax', {
        code,
        jurisdiction,
        rate: ratePpm / 10_000,
        amount: moneyText(locale, { amount: taxMinor, currency }),
      }),
    ),
  ];
  return told.map((text) => (
    <span key={text} className="os-soft os-small" style={{ display: 'block' }}>
      {text}
    </span>
  ));
}

function Facts({ order }: { order: Order }) {
  const t = useTranslations('order');
  const channel = useChannels().find(({ id }) => id === order.channelId);
  const locations = useLocations();
  const selling = locations.find(({ id }) => id === order.sellingLocationId);
  const fulfilling = [
    ...new Set(order.lines.map((line) => locations.find(({ id }) => id === line.fulfillingLocationId)?.name ?? '')),
  ].filter((name) => name !== '');
  return (
    <Card title={t('facts')}>
      <dl className="os-facts">
        <dt>{t('total')}</dt>
        <dd>
          <strong>
            <Money value={{ amount: order.grossMinor, currency: order.currency }} />
          </strong>
        </dd>
        <dt>{t('placed')}</dt>
        <dd>
          <Instant value={order.placedAt} />
        </dd>
        <dt>{t('channel')}</dt>
        <dd>{channel?.name}</dd>
        <dt>{t('sellingLocation')}</dt>
        <dd>{selling?.name}</dd>
        {fulfilling.length > 0 && (
          <>
            <dt>{t('fulfillingLocation')}</dt>
            <dd>{fulfilling.join(', ')}</dd>
          </>
        )}
        {order.customerId !== null && (
          <>
            <dt>{t('customer')}</dt>
            <dd>
              <CustomerName id={order.customerId} />
            </dd>
          </>
        )}
        {order.originalOrderId !== null && (
          <>
            <dt>{t('original')}</dt>
            <dd>
              <a href={`/orders/${order.originalOrderId}`}>{t('order')}</a>
            </dd>
          </>
        )}
        {order.externalRef !== '' && (
          <>
            <dt>{t('externalRef')}</dt>
            <dd className="os-num">{order.externalRef}</dd>
          </>
        )}
      </dl>
    </Card>
  );
}

/** The name is read apart from the order: whoever may not see customers sees the order without it. */
function CustomerName({ id }: { id: string }) {
  const customer = useQuery({ queryKey: ['customers', id], queryFn: () => getCustomer(id), retry: false }).data;
  return <>{customer?.name ?? '–'}</>;
}

function Payments({ order }: { order: Order }) {
  const t = useTranslations('order');
  return (
    <Card title={t('payments')}>
      {order.payments.length === 0 && <p className="os-soft">{t('noPayments')}</p>}
      {order.payments.map((payment) => (
        <dl className="os-facts" key={payment.id}>
          <dt>
            <strong style={{ color: 'var(--os-ink)' }}>{t(`methods.${payment.method as 'cash'}`)}</strong>
          </dt>
          <dd />
          {(['authorised', 'captured', 'voided', 'refunded', 'fee'] as const).map((name) =>
            payment[`${name}Minor`] === 0 ? null : (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{t(name)}</dt>
                <dd>
                  <Changing value={payment[`${name}Minor`]}>
                    <Money value={{ amount: payment[`${name}Minor`], currency: payment.currency }} />
                  </Changing>
                </dd>
              </div>
            ),
          )}
        </dl>
      ))}
    </Card>
  );
}

function Documents({ order }: { order: Order }) {
  const t = useTranslations('order');
  return (
    <Card title={t('documents')}>
      {order.documents.length === 0 ? (
        <p className="os-soft">{t('noDocuments')}</p>
      ) : (
        <dl className="os-facts">
          {order.documents.map((document) => (
            <div key={document.label} style={{ display: 'contents' }}>
              <dt>
                {t(`documentKinds.${document.kind as 'invoice'}`)} <span className="os-code">{document.label}</span>
              </dt>
              <dd>
                <Money value={{ amount: document.grossMinor, currency: order.currency }} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}

/** What came back of this order, each a page of its own. */
function Returns({ order }: { order: Order }) {
  const t = useTranslations('order');
  return (
    <Card title={t('returns')}>
      <dl className="os-facts">
        {order.returns.map((one) => (
          <div key={one.id} style={{ display: 'contents' }}>
            <dt>
              <a className="os-code" href={`/orders/${one.id}`}>
                {one.number}
              </a>{' '}
              <span className="os-soft os-small">
                <Instant value={one.placedAt} />
              </span>
            </dt>
            <dd>
              <Money value={{ amount: one.grossMinor, currency: order.currency }} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function History({ order }: { order: Order }) {
  const t = useTranslations('order');
  return (
    <Card title={t('history')}>
      <ol className="os-history">
        {order.events.map((event) => (
          <li key={event.number}>
            <div className="os-row">
              <strong style={{ fontWeight: 550 }}>
                <EventName type={event.type} />
              </strong>
              <span className="os-soft os-small">
                <Instant value={event.occurredAt} />
              </span>
              <a className="os-small" href={`/money/journal?event=${event.number}`}>
                {t('inJournal', { number: event.number })}
              </a>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

const CANCEL_REASONS = ['customer_request', 'not_deliverable', 'unpaid', 'error'] as const;

function Cancel({ order, onDone }: { order: Order; onDone: () => void }) {
  const t = useTranslations('order');
  const [why, setWhy] = useState<string>('customer_request');
  const [sure, setSure] = useState(false);
  const body = { reason: why };
  const told = useQuery({
    queryKey: ['preview', 'cancel', order.id, order.lines, body],
    queryFn: () => previewCancel(order.id, body),
    retry: false,
  });
  const cancelling = useAct((input: typeof body, intent: Intent) => cancelOrder(order.id, input, intent), {
    touches,
    onDone: () => {
      toast(t('cancelledToast', { number: order.number }));
      onDone();
    },
  });
  return (
    <div className="os-fields">
      <p>{t('cancelText')}</p>
      <Select
        label={t('why')}
        allowDeselect={false}
        data={CANCEL_REASONS.map((value) => ({ value, label: t(`cancelReasons.${value}`) }))}
        value={why}
        onChange={(value) => value !== null && setWhy(value)}
      />
      {told.data !== undefined && (
        <dl className="os-facts">
          <dt>{t('willCancel')}</dt>
          <dd>
            <strong>
              <Money value={told.data} />
            </strong>
          </dd>
        </dl>
      )}
      {told.error !== null && cancelling.error === null && <ProblemView problem={told.error} while="acting" />}
      <Checkbox label={t('sure')} checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} />
      {cancelling.error !== null && <ProblemView problem={cancelling.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onDone}>
          {t('keep')}
        </Button>
        <ReasonButton
          reason={sure ? undefined : t('needsSure')}
          color="red"
          loading={cancelling.isPending}
          onClick={() => cancelling.mutate(body)}
        >
          {t('cancelNow')}
        </ReasonButton>
      </div>
    </div>
  );
}
