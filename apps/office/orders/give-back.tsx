import { Button, Radio, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { previewReturn, returnGoods, type NewReturn, type OrderAct } from '../../client/api.ts';
import { ApiProblem } from '../../client/problem.ts';
import type { Order } from '../../client/types.ts';
import { QuantityField } from '../../kit/fields.tsx';
import { Money } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { ScanField } from '../../kit/scan.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';

const REASONS = ['customer_request', 'damaged', 'wrong_goods', 'error'] as const;
const CONDITIONS = ['sellable', 'inspection', 'damaged'] as const;
const TARGETS = ['payments', 'store_credit', 'gift_card', 'cash'] as const;
type Target = (typeof TARGETS)[number];
type Told = { readonly act: OrderAct; readonly body: NewReturn; readonly backMinor: number };

/**
 * What the return comes to with the money going where it is asked to. Without a target it goes back the way it was paid. Else the API wants the amount named,
 * and what is kept for spent points and vouchers and what cash is rounded by is known only when it was asked: it says what is due.
 */
async function told(plain: NewReturn, target: Target, code: string): Promise<Told> {
  if (target === 'payments') return read(await previewReturn(plain), plain);
  const to = (amountMinor: number): NewReturn => ({
    ...plain,
    refunds: [{ method: target, amountMinor, ...(target === 'gift_card' ? { giftCardCode: code } : {}) }],
  });
  const whole = await previewReturn(plain);
  const wanted = to(Math.max(1, whole.grossMinor - whole.withheldMinor - whole.vouchers.withheldMinor));
  try {
    return read(await previewReturn(wanted), wanted);
  } catch (problem) {
    const due =
      problem instanceof ApiProblem && problem.reason === 'tenders_do_not_cover'
        ? problem.numbers['dueMinor']
        : undefined;
    if (typeof due !== 'number' || due <= 0) throw problem;
    return read(await previewReturn(to(due)), to(due));
  }
}

function read(act: OrderAct, body: NewReturn): Told {
  return {
    act,
    body,
    backMinor: act.grossMinor + act.cashRoundingMinor - act.withheldMinor - act.vouchers.withheldMinor,
  };
}

/** Goods come back: which, why, where the money goes, and first of all what is kept of it. */
export function GiveBack({ order, onDone }: { order: Order; onDone: () => void }) {
  const t = useTranslations('pay');
  const out = order.lines.filter((line) => line.shipped - line.returned > 0);
  const [quantities, setQuantities] = useState<Readonly<Record<number, number | undefined>>>({});
  const [why, setWhy] = useState<string>('customer_request');
  const [condition, setCondition] = useState<(typeof CONDITIONS)[number]>('sellable');
  const [target, setTarget] = useState<Target>('payments');
  const [code, setCode] = useState('');
  const lines = out.flatMap(({ line }) => {
    const quantity = quantities[line] ?? 0;
    return quantity === 0 ? [] : [{ line, quantity, condition }];
  });
  const reason =
    lines.length === 0
      ? t('needsQuantity')
      : target === 'store_credit' && order.customerId === null
        ? t('needsCustomerForCredit')
        : target === 'gift_card' && code.trim() === ''
          ? t('needsCode')
          : undefined;
  const plain: NewReturn = { originalOrderId: order.id, lines, reason: why };
  const preview = useQuery({
    queryKey: ['preview', 'return', plain, target, code, order.lines],
    queryFn: () => told(plain, target, code.trim()),
    enabled: reason === undefined,
    retry: false,
  });
  const returning = useAct(returnGoods, {
    touches: ['orders', 'stock', 'today', 'books', 'rewards'],
    onDone: ({ document, number }) => {
      toast(t('givenBack', { document: document ?? number }));
      onDone();
    },
  });
  const error = returning.error ?? preview.error;
  return (
    <div className="os-fields">
      {out.map((line) => (
        <QuantityField
          key={line.line}
          label={line.description}
          description={t('comesBack', { count: line.shipped - line.returned })}
          min={0}
          max={line.shipped - line.returned}
          value={line.line in quantities ? quantities[line.line] : 0}
          onValue={(quantity) => setQuantities((now) => ({ ...now, [line.line]: quantity }))}
        />
      ))}
      <div className="os-fields-2" data-even="">
        <Select
          label={t('why')}
          allowDeselect={false}
          data={REASONS.map((value) => ({ value, label: t(`reasons.${value}`) }))}
          value={why}
          onChange={(value) => value !== null && setWhy(value)}
        />
        <Select
          label={t('condition')}
          allowDeselect={false}
          data={CONDITIONS.map((value) => ({ value, label: t(`conditions.${value}`) }))}
          value={condition}
          onChange={(value) => value !== null && setCondition(value)}
        />
      </div>
      <Radio.Group label={t('to')} value={target} onChange={(value) => setTarget(value)}>
        <div className="os-stack" style={{ gap: 8, paddingTop: 4 }}>
          {TARGETS.map((one) => (
            <Radio key={one} value={one} label={t(`targets.${one}`)} />
          ))}
        </div>
      </Radio.Group>
      {target === 'gift_card' && (
        <ScanField
          label={t('code')}
          placeholder={t('codeHint')}
          value={code}
          maxLength={100}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      {preview.data !== undefined && reason === undefined && <Comes told={preview.data} />}
      {error !== null && <ProblemView problem={error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onDone}>
          {t('notNow')}
        </Button>
        <ReasonButton
          reason={reason}
          loading={returning.isPending || (reason === undefined && preview.isLoading)}
          disabled={preview.data === undefined}
          onClick={() => preview.data !== undefined && returning.mutate(preview.data.body)}
        >
          {t('giveBackNow')}
        </ReasonButton>
      </div>
    </div>
  );
}

/** What goes back and what is kept, before anybody says yes. */
function Comes({ told: { act, backMinor } }: { told: Told }) {
  const t = useTranslations('pay');
  const locale = useLocale();
  const { currency, points, withheldMinor, vouchers, cashRoundingMinor } = act;
  const count = (value: number): string => new Intl.NumberFormat(locale).format(value);
  const rows: readonly (readonly [string, number])[] = [
    [t('withheld', { count: points.withheld }), 0 - withheldMinor],
    [t('vouchersKept'), 0 - vouchers.withheldMinor],
    [t('rounding'), cashRoundingMinor],
  ];
  const moved: readonly (readonly [string, number])[] = [
    [t('pointsBack'), points.givenBack],
    [t('pointsTaken'), points.takenBack],
    [t('pointsOwed'), points.owed],
  ];
  return (
    <section aria-label={t('goesBack')}>
      <dl className="os-facts">
        <dt>{t('worth')}</dt>
        <dd>
          <Money value={{ amount: act.grossMinor, currency }} />
        </dd>
        {rows.map(([label, amount]) =>
          amount === 0 ? null : (
            <Row key={label} label={label}>
              <Money value={{ amount, currency }} />
            </Row>
          ),
        )}
        {moved.map(([label, amount]) =>
          amount === 0 ? null : (
            <Row key={label} label={label}>
              {count(amount)}
            </Row>
          ),
        )}
        <dt>{t('goesBack')}</dt>
        <dd>
          <strong>
            <Money value={{ amount: backMinor, currency }} />
          </strong>
        </dd>
      </dl>
    </section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
