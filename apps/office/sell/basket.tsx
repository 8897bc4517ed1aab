import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Banknote, CreditCard, ShoppingBasket, UserRound } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { previewSale, sell, type NewSale, type OrderAct } from '../../client/api.ts';
import type { Customer, Location, ShownPrice } from '../../client/types.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { Money, moneyText } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { ChooseCustomer, Chosen } from '../shared/choose-customer.tsx';
import { amountOf, Price } from '../shared/price.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { cashSuggestions } from './cash.ts';
import type { CardToSell } from './gift-card-sale.tsx';
import { PayWith } from './pay-with.tsx';
import { namedTenders, shareOut, type KeptTender } from './tenders.ts';

/** A line of the basket. Goods of one SKU are one line; each gift card is one of its own, named by its code. */
export type BasketLine = {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly price: ShownPrice;
  readonly quantity: number;
  readonly card?: CardToSell;
};
/** A sale that is done, as the receipt shows it. `restMinor` is what was paid by `method`. */
export type DoneSale = {
  readonly sold: OrderAct;
  readonly lines: readonly BasketLine[];
  readonly tenders: readonly KeptTender[];
  readonly customer: Pick<Customer, 'id' | 'name'> | undefined;
  readonly method: 'cash' | 'card';
  readonly restMinor: number;
  readonly givenMinor: number;
  readonly at: string;
};

type Sold = Omit<NewSale, 'tenders'>;

/** What it comes to: first as a whole, then with what gift cards, credit and points pay of it, so that what cash pays is rounded as it will be. */
async function told(sale: Sold, tenders: readonly KeptTender[], method: 'cash' | 'card'): Promise<OrderAct> {
  const whole = await previewSale({ ...sale, tenders: [{ method }] });
  return tenders.length === 0
    ? whole
    : previewSale({ ...sale, tenders: [...namedTenders(whole.grossMinor, tenders), { method }] });
}

function soldOf(
  lines: readonly BasketLine[],
  of: { channelId: string; locationId: string; codes: readonly string[]; customerId: string | undefined },
): Sold {
  const giftCards = lines.flatMap(({ card }, at) =>
    card === undefined ? [] : [{ line: at + 1, giftCardCode: card.code }],
  );
  return {
    channelId: of.channelId,
    locationId: of.locationId,
    lines: lines.map(({ id, quantity, card }) => ({
      skuId: id,
      quantity,
      ...(card === undefined ? {} : { unitPrice: { amount: card.amountMinor } }),
    })),
    ...(of.codes.length === 0 ? {} : { couponCodes: of.codes }),
    ...(of.customerId === undefined ? {} : { customerId: of.customerId }),
    ...(giftCards.length === 0 ? {} : { giftCards }),
  };
}

/** What is being sold, who buys, and how it is paid: gift cards, credit and points first, the rest in cash or by card. */
export function Basket({
  lines,
  onChange,
  channelId,
  location,
  tenders,
  onTenders,
  onDone,
}: {
  lines: readonly BasketLine[];
  onChange: (key: string, by: number) => void;
  channelId: string | undefined;
  location: Location | undefined;
  tenders: readonly KeptTender[];
  onTenders: (change: (now: readonly KeptTender[]) => readonly KeptTender[]) => void;
  onDone: (sale: DoneSale) => void;
}) {
  const t = useTranslations('sell');
  const p = useTranslations('pay');
  const locale = useLocale();
  const currency = lines[0]?.price.currency ?? 'EUR';
  const [method, setMethod] = useState<'cash' | 'card'>('cash');
  const [given, setGiven] = useState<number>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [customer, setCustomer] = useState<Pick<Customer, 'id' | 'name' | 'number'>>();
  const locationId = location?.id;
  const sale = useMemo(
    () => soldOf(lines, { channelId: channelId ?? '', locationId: locationId ?? '', codes, customerId: customer?.id }),
    [lines, channelId, locationId, codes, customer],
  );
  const inclusive = lines.every(({ price }) => price.taxInclusive);
  const shelfTotal = lines.reduce((sum, line) => sum + amountOf(line.price, line.quantity), 0);
  // With tax in the price the sum is known here; without it the server says it, which also holds for everything that is refused.
  const preview = useQuery({
    queryKey: ['preview', 'sale', sale, tenders, method],
    queryFn: () => told(sale, tenders, method),
    enabled: lines.length > 0 && channelId !== undefined && locationId !== undefined,
    retry: false,
    placeholderData: (before) => (lines.length === 0 ? undefined : before),
  });
  const shown = preview.data !== undefined && !preview.isPlaceholderData ? preview.data : undefined;
  const total = shown?.grossMinor ?? (inclusive ? shelfTotal : (preview.data?.grossMinor ?? shelfTotal));
  const rounding = method === 'cash' ? (shown?.cashRoundingMinor ?? 0) : 0;
  const open = shareOut(total, tenders).restMinor;
  const rest = open === 0 ? 0 : open + rounding;
  const saved = (preview.data?.discounts ?? []).reduce((sum, one) => sum + one.amountMinor, 0);
  const selling = useAct(sell, {
    touches: ['orders', 'stock', 'today', 'books', 'rewards'],
    onDone: (sold) => {
      onDone({
        sold,
        lines,
        tenders: withPaid(tenders, sold.grossMinor),
        customer,
        method,
        restMinor: rest,
        givenMinor: method === 'cash' ? (given ?? rest) : rest,
        at: new Date().toISOString(),
      });
      setGiven(undefined);
      setCodes([]);
      setCustomer(undefined);
    },
  });
  const reason =
    channelId === undefined
      ? t('needsChannel')
      : lines.length === 0
        ? t('needsLines')
        : method === 'cash' && given !== undefined && given < rest
          ? t('tooLittle', { missing: moneyText(locale, { amount: rest - given, currency }) })
          : undefined;
  const pay = (): void => {
    if (reason !== undefined || channelId === undefined || locationId === undefined) return;
    // Cash that is rounded to nothing is still how it is paid.
    const last = open === 0 ? [] : rest > 0 ? [{ method, amountMinor: rest }] : [{ method }];
    selling.mutate({ ...sale, tenders: [...namedTenders(total, tenders), ...last] });
  };
  if (lines.length === 0)
    return (
      <EmptyState
        icon={<ShoppingBasket size={40} strokeWidth={1.25} aria-hidden="true" />}
        title={t('emptyBasket')}
        text={t('emptyBasketText')}
      />
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        pay();
      }}
    >
      <ul aria-label={t('lines')}>
        {lines.map((line) => (
          <li key={line.key}>
            <span>{line.name}</span>
            <Money value={{ amount: amountOf(line.price, line.quantity), currency: line.price.currency }} />
            <span className="os-soft os-small">
              <Price price={line.price} />
            </span>
            <span className="os-step" role="group" aria-label={t('quantityOf', { name: line.name })}>
              <button
                type="button"
                aria-label={
                  line.card === undefined ? t('oneLess', { name: line.name }) : p('removeCard', { name: line.name })
                }
                onClick={() => onChange(line.key, -1)}
              >
                −
              </button>
              <output>{line.quantity}</output>
              {line.card === undefined && (
                <button
                  type="button"
                  aria-label={t('oneMore', { name: line.name })}
                  onClick={() => onChange(line.key, 1)}
                >
                  +
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      <div className="os-total" role="group" aria-label={t('total')}>
        <span>{t('total')}</span>
        <strong>
          <Money value={{ amount: total, currency }} />
        </strong>
      </div>
      {saved > 0 && (
        <div className="os-total os-soft" style={{ paddingTop: 0 }} role="status">
          <span>{t('saved')}</span>
          <Money value={{ amount: 0 - saved, currency }} />
        </div>
      )}
      {preview.data !== undefined && (
        <div className="os-total os-soft" style={{ paddingTop: 0 }}>
          <span>{t('tax')}</span>
          <Money value={{ amount: preview.data.taxMinor, currency }} />
        </div>
      )}
      {rounding !== 0 && open > 0 && (
        <div className="os-total os-soft" style={{ paddingTop: 0 }} role="status">
          <span>{p('rounding')}</span>
          <Money value={{ amount: rounding, currency }} />
        </div>
      )}
      <div className="os-card-body os-fields">
        <BuyerField customer={customer} onCustomer={setCustomer} onTenders={onTenders} />
        <CouponField
          onCodes={setCodes}
          opensNothing={codes.length > 0 && preview.isSuccess && !preview.isPlaceholderData && saved === 0}
        />
        <PayWith
          totalMinor={total}
          currency={currency}
          entityId={location?.entityId}
          customerId={customer?.id}
          tenders={tenders}
          onTenders={onTenders}
        />
        {tenders.length > 0 && (
          <div className="os-total" style={{ padding: 0 }} role="group" aria-label={p('rest')}>
            <span>{p('rest')}</span>
            <strong>
              <Money value={{ amount: rest, currency }} />
            </strong>
          </div>
        )}
        <div className="os-row" role="radiogroup" aria-label={t('payment')} style={{ flexWrap: 'nowrap' }}>
          {(['cash', 'card'] as const).map((one) => (
            <Button
              key={one}
              fullWidth
              size="md"
              role="radio"
              aria-checked={method === one}
              variant={method === one ? 'light' : 'default'}
              leftSection={
                one === 'cash' ? <Banknote size={18} aria-hidden="true" /> : <CreditCard size={18} aria-hidden="true" />
              }
              onClick={() => setMethod(one)}
            >
              {t(one)}
            </Button>
          ))}
        </div>
        {method === 'cash' && open > 0 && (
          <>
            <div className="os-row" role="group" aria-label={t('suggestions')}>
              {cashSuggestions(rest, currency).map((amount) => (
                <Button
                  key={amount}
                  variant={given === amount ? 'light' : 'default'}
                  size="sm"
                  aria-pressed={given === amount}
                  onClick={() => setGiven(amount)}
                >
                  {moneyText(locale, { amount, currency })}
                </Button>
              ))}
            </div>
            <MoneyField
              label={t('given')}
              placeholder={t('exact')}
              currency={currency}
              value={given}
              onValue={setGiven}
              size="md"
            />
            {given !== undefined && given > rest && (
              <div className="os-total" style={{ padding: 0 }} role="status">
                <span>{t('change')}</span>
                <strong>
                  <Money value={{ amount: given - rest, currency }} />
                </strong>
              </div>
            )}
          </>
        )}
        {preview.error !== null && selling.error === null && <ProblemView problem={preview.error} while="acting" />}
        {selling.error !== null && <ProblemView problem={selling.error} while="acting" />}
        <ReasonButton type="submit" size="lg" fullWidth reason={reason} loading={selling.isPending}>
          {open === 0
            ? p('paid')
            : t(method === 'cash' ? 'takeCash' : 'takeCard', { total: moneyText(locale, { amount: rest, currency }) })}
        </ReasonButton>
      </div>
    </form>
  );
}

/** Tenders with what they paid, for the receipt: what is left is told after them. */
function withPaid(tenders: readonly KeptTender[], grossMinor: number): KeptTender[] {
  const { paid } = shareOut(grossMinor, tenders);
  return tenders.map((tender, at) => ({ ...tender, wantedMinor: paid[at] ?? 0 }));
}

/** Who buys, if they say so. Another customer takes their credit and points with them. */
function BuyerField({
  customer,
  onCustomer,
  onTenders,
}: {
  customer: Pick<Customer, 'id' | 'name' | 'number'> | undefined;
  onCustomer: (customer: Pick<Customer, 'id' | 'name' | 'number'> | undefined) => void;
  onTenders: (change: (now: readonly KeptTender[]) => readonly KeptTender[]) => void;
}) {
  const p = useTranslations('pay');
  const [choosing, setChoosing] = useState(false);
  if (customer !== undefined)
    return (
      <Chosen
        customer={customer}
        onChange={() => {
          onCustomer(undefined);
          onTenders((now) => now.filter(({ method }) => method === 'gift_card'));
        }}
      />
    );
  return choosing ? (
    <ChooseCustomer
      onChoose={(chosen) => {
        onCustomer(chosen);
        setChoosing(false);
      }}
    />
  ) : (
    <div className="os-row" style={{ flexWrap: 'nowrap' }}>
      <Button
        variant="default"
        size="sm"
        leftSection={<UserRound size={16} aria-hidden="true" />}
        onClick={() => setChoosing(true)}
        style={{ flexShrink: 0 }}
      >
        {p('addCustomer')}
      </Button>
      <span className="os-soft os-small">{p('noCustomer')}</span>
    </div>
  );
}

/** Codes that open promotions, typed or scanned, taken at Enter or when one goes on. */
function CouponField({
  onCodes,
  opensNothing,
}: {
  onCodes: (codes: readonly string[]) => void;
  opensNothing: boolean;
}) {
  const t = useTranslations('sell');
  const [text, setText] = useState('');
  // An empty basket takes its field with it, and the codes that stood there.
  useEffect(() => () => onCodes([]), [onCodes]);
  const take = (): void => onCodes(text.split(/[\s,;]+/).filter((code) => code !== ''));
  return (
    <TextInput
      label={t('coupon')}
      value={text}
      maxLength={200}
      autoComplete="off"
      error={opensNothing ? t('couponNothing') : undefined}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        // A scanner ends with Enter, which must not pay.
        event.preventDefault();
        take();
      }}
    />
  );
}
