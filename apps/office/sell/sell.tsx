import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Banknote, CreditCard, ShoppingBasket } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { listProducts, previewSale, sell } from '../../client/api.ts';
import type { OrderAct } from '../../client/api.ts';
import type { Channel, Product, ShownPrice } from '../../client/types.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { Money, moneyText } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { useAct } from '../shared/act.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { amountOf, Price } from '../shared/price.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useCategories, useOpenChannels, useOpenLocations } from '../shared/reference.ts';
import { useRemembered } from '../shared/remembered.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { cashSuggestions } from './cash.ts';
import { Receipt } from './receipt.tsx';

type Good = { readonly id: string; readonly name: string; readonly code: string; readonly price: ShownPrice };
/** A line of the basket. */
export type BasketLine = Good & { readonly quantity: number };
/** A sale that is done, as the receipt shows it. */
export type DoneSale = {
  readonly sold: OrderAct;
  readonly lines: readonly BasketLine[];
  readonly method: 'cash' | 'card';
  readonly givenMinor: number;
  readonly at: string;
};

/** What stands on a counter's shelf; delivery and corrections do not. */
const SOLD_HERE: ReadonlySet<string> = new Set(['goods', 'bundle', 'voucher', 'service']);
const NOTHING: readonly BasketLine[] = [];

/** A plain counter: what, how many, cash or card, receipt. Everything works by keyboard and by scanner. */
export function Sell() {
  const t = useTranslations('sell');
  const locations = useOpenLocations();
  const stores = useOpenChannels().filter(({ kind }) => kind === 'store');
  const [rememberedPlace, rememberPlace] = useRemembered('sell.location');
  const location =
    locations.find(({ id }) => id === rememberedPlace) ??
    locations.find(({ kind, entityId }) => kind === 'store' && stores.some((store) => store.entityId === entityId)) ??
    locations.find(({ kind }) => kind === 'store') ??
    locations[0];
  const channel =
    stores.find(
      ({ entityId, defaultLocationId }) => entityId === location?.entityId && defaultLocationId === location.id,
    ) ?? stores.find(({ entityId }) => entityId === location?.entityId);
  const [lines, setLines] = useState(NOTHING);
  const [done, setDone] = useState<DoneSale>();

  const add = (good: Good): void => {
    setDone(undefined);
    setLines((now) =>
      now.some(({ id }) => id === good.id)
        ? now.map((line) => (line.id === good.id ? { ...line, quantity: line.quantity + 1 } : line))
        : [...now, { ...good, quantity: 1 }],
    );
  };
  const change = (id: string, by: number): void =>
    setLines((now) =>
      now.flatMap((line) =>
        line.id !== id ? [line] : line.quantity + by <= 0 ? [] : [{ ...line, quantity: line.quantity + by }],
      ),
    );

  return (
    <>
      <PageHead
        title={t('title')}
        actions={
          <LocationSelect
            aria-label={t('location')}
            kinds={['store', 'warehouse']}
            allowDeselect={false}
            value={location?.id ?? null}
            onChange={(value) => value !== null && rememberPlace(value)}
            w={220}
          />
        }
      />
      <div className="os-sell">
        <div className="os-stack os-noprint">
          <SkuSearch
            label={t('find')}
            channel={channel?.id}
            autoFocus
            onPick={(sku) => {
              const price = sku.prices.find(({ channelId }) => channelId === channel?.id);
              if (price !== undefined) add({ id: sku.id, name: sku.name, code: sku.code, price });
            }}
            side={(sku) => {
              const price = sku.prices.find(({ channelId }) => channelId === channel?.id);
              return price === undefined ? (
                <span className="os-soft os-small">{t('noPrice')}</span>
              ) : (
                <Price price={price} />
              );
            }}
          />
          {channel !== undefined && <Shelf channel={channel} onPick={add} />}
        </div>
        <section className="os-card os-basket" aria-label={t('basket')}>
          {done === undefined ? (
            <Basket
              key={location?.id}
              lines={lines}
              onChange={change}
              channelId={channel?.id}
              locationId={location?.id}
              onDone={(sale) => {
                setDone(sale);
                setLines(NOTHING);
              }}
            />
          ) : (
            <Receipt sale={done} locationName={location?.name ?? ''} onNext={() => setDone(undefined)} />
          )}
        </section>
      </div>
    </>
  );
}

/** What one can reach without typing. */
function Shelf({ channel, onPick }: { channel: Channel; onPick: (good: Good) => void }) {
  const t = useTranslations('sell');
  const categories = useCategories().filter(({ parentId }) => parentId === null);
  const [category, setCategory] = useState<string>();
  const products = useQuery({
    queryKey: ['products', 'shelf', channel.id, category],
    placeholderData: (before) => before,
    queryFn: () => listProducts({ channel: channel.id, category, limit: category === undefined ? 24 : 100 }),
  });
  const [open, setOpen] = useState<Product>();
  if (products.error !== null)
    return <ProblemView problem={products.error} while="reading" retry={() => void products.refetch()} />;
  if (category === undefined && products.data?.items.length === 0)
    return (
      <EmptyState
        title={t('noGoods')}
        text={t('noGoodsText')}
        action={
          <Button component="a" href="/products">
            {t('toProducts')}
          </Button>
        }
      />
    );
  const goodsOf = (product: Product): Good[] =>
    product.variants.flatMap((variant) =>
      variant.skus.flatMap((sku) => {
        const price = sku.prices.find(({ channelId }) => channelId === channel.id);
        return price === undefined || !SOLD_HERE.has(sku.kind)
          ? []
          : [{ id: sku.id, name: sku.name, code: sku.code, price }];
      }),
    );
  const shown = open === undefined ? [] : goodsOf(open);
  return (
    <div className="os-stack" style={{ gap: 8 }}>
      {categories.length > 1 && (
        <div className="os-chips" role="group" aria-label={t('categories')}>
          {[undefined, ...categories].map((one) => (
            <Button
              key={one?.id ?? ''}
              size="compact-md"
              radius="xl"
              variant={category === one?.id ? 'light' : 'default'}
              aria-pressed={category === one?.id}
              onClick={() => setCategory(one?.id)}
            >
              {one?.name ?? t('all')}
            </Button>
          ))}
        </div>
      )}
      {open !== undefined && (
        <div className="os-card" role="group" aria-label={t('variantsOf', { name: open.name })} style={{ padding: 12 }}>
          <div className="os-row" style={{ marginBottom: 8 }}>
            <strong className="os-grow">{open.name}</strong>
            <Button variant="subtle" size="compact-sm" onClick={() => setOpen(undefined)}>
              {t('closeVariants')}
            </Button>
          </div>
          <div className="os-row">
            {shown.map((good) => (
              <Button key={good.id} variant="default" size="md" onClick={() => onPick(good)}>
                {good.name.startsWith(open.name) && good.name.length > open.name.length
                  ? good.name.slice(open.name.length).replace(/^[\s,·–-]+/, '')
                  : good.name}
              </Button>
            ))}
          </div>
        </div>
      )}
      <ul className="os-sell-goods" aria-label={t('goods')}>
        {(products.data?.items ?? []).map((product) => {
          const goods = goodsOf(product);
          const [only] = goods;
          if (only === undefined) return null;
          const [picture] = product.pictures;
          return (
            <li key={product.id}>
              <button
                type="button"
                className="os-sell-good"
                onClick={() => (goods.length === 1 ? onPick(only) : setOpen(product))}
              >
                {picture === undefined ? (
                  <span className="os-noimage" />
                ) : (
                  <img src={picture.url} alt="" loading="lazy" />
                )}
                <strong>{product.name}</strong>
                <span className="os-soft">
                  <Price price={only.price} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Basket({
  lines,
  onChange,
  channelId,
  locationId,
  onDone,
}: {
  lines: readonly BasketLine[];
  onChange: (id: string, by: number) => void;
  channelId: string | undefined;
  locationId: string | undefined;
  onDone: (sale: DoneSale) => void;
}) {
  const t = useTranslations('sell');
  const locale = useLocale();
  const currency = lines[0]?.price.currency ?? 'EUR';
  const [method, setMethod] = useState<'cash' | 'card'>('cash');
  const [given, setGiven] = useState<number>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const goods = useMemo(() => lines.map(({ id, quantity }) => ({ skuId: id, quantity })), [lines]);
  const inclusive = lines.every(({ price }) => price.taxInclusive);
  const shelfTotal = lines.reduce((sum, line) => sum + amountOf(line.price, line.quantity), 0);
  // With tax in the price the sum is known here; without it the server says it, which also holds for everything that is refused.
  const told = useQuery({
    queryKey: ['preview', 'sale', channelId, locationId, goods, codes],
    queryFn: () =>
      previewSale(
        { channelId: channelId ?? '', locationId: locationId ?? '', lines: goods, couponCodes: codes },
        shelfTotal,
      ),
    enabled: goods.length > 0 && channelId !== undefined && locationId !== undefined,
    retry: false,
    placeholderData: (before) => (goods.length === 0 ? undefined : before),
  });
  const total =
    told.data !== undefined && !told.isPlaceholderData
      ? told.data.grossMinor
      : inclusive
        ? shelfTotal
        : (told.data?.grossMinor ?? shelfTotal);
  const saved = (told.data?.discounts ?? []).reduce((sum, one) => sum + one.amountMinor, 0);
  const selling = useAct(sell, {
    touches: ['orders', 'stock', 'today', 'books'],
    onDone: (sold) => {
      onDone({
        sold,
        lines,
        method,
        givenMinor: method === 'cash' ? (given ?? sold.grossMinor) : sold.grossMinor,
        at: new Date().toISOString(),
      });
      setGiven(undefined);
      setCodes([]);
    },
  });
  const reason =
    channelId === undefined
      ? t('needsChannel')
      : lines.length === 0
        ? t('needsLines')
        : method === 'cash' && given !== undefined && given < total
          ? t('tooLittle', { missing: moneyText(locale, { amount: total - given, currency }) })
          : undefined;
  const pay = (): void => {
    if (reason !== undefined || channelId === undefined || locationId === undefined) return;
    selling.mutate({
      channelId,
      locationId,
      lines: goods,
      couponCodes: codes,
      tenders: total > 0 ? [{ method, amountMinor: total }] : [],
    });
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
          <li key={line.id}>
            <span>{line.name}</span>
            <Money value={{ amount: amountOf(line.price, line.quantity), currency: line.price.currency }} />
            <span className="os-soft os-small">
              <Price price={line.price} />
            </span>
            <span className="os-step" role="group" aria-label={t('quantityOf', { name: line.name })}>
              <button
                type="button"
                aria-label={t('oneLess', { name: line.name })}
                onClick={() => onChange(line.id, -1)}
              >
                −
              </button>
              <output>{line.quantity}</output>
              <button type="button" aria-label={t('oneMore', { name: line.name })} onClick={() => onChange(line.id, 1)}>
                +
              </button>
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
      {told.data !== undefined && (
        <div className="os-total os-soft" style={{ paddingTop: 0 }}>
          <span>{t('tax')}</span>
          <Money value={{ amount: told.data.taxMinor, currency }} />
        </div>
      )}
      <div className="os-card-body os-fields">
        <CouponField
          onCodes={setCodes}
          opensNothing={codes.length > 0 && told.isSuccess && !told.isPlaceholderData && saved === 0}
        />
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
        {method === 'cash' && (
          <>
            <div className="os-row" role="group" aria-label={t('suggestions')}>
              {cashSuggestions(total, currency).map((amount) => (
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
            {given !== undefined && given > total && (
              <div className="os-total" style={{ padding: 0 }} role="status">
                <span>{t('change')}</span>
                <strong>
                  <Money value={{ amount: given - total, currency }} />
                </strong>
              </div>
            )}
          </>
        )}
        {told.error !== null && selling.error === null && <ProblemView problem={told.error} while="acting" />}
        {selling.error !== null && <ProblemView problem={selling.error} while="acting" />}
        <ReasonButton type="submit" size="lg" fullWidth reason={reason} loading={selling.isPending}>
          {t(method === 'cash' ? 'takeCash' : 'takeCard', { total: moneyText(locale, { amount: total, currency }) })}
        </ReasonButton>
      </div>
    </form>
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
