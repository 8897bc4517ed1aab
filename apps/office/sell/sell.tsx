import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { normaliseGiftCardCode } from '../../../src/rewards/gift-card-code.ts';
import { listProducts } from '../../client/api.ts';
import type { Channel, Product, ShownPrice } from '../../client/types.ts';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { LocationSelect } from '../shared/location-select.tsx';
import { amountOf, Price } from '../shared/price.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useCategories, useOpenChannels, useOpenLocations } from '../shared/reference.ts';
import { useRemembered } from '../shared/remembered.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { Basket, type BasketLine, type DoneSale } from './basket.tsx';
import { GiftCardSale, type CardToSell } from './gift-card-sale.tsx';
import { cardTender, useCardProblem } from './pay-with.tsx';
import { Receipt } from './receipt.tsx';
import type { KeptTender } from './tenders.ts';

type Good = {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly kind: string;
  readonly price: ShownPrice;
};

/** What stands on a counter's shelf; delivery and corrections do not. */
const SOLD_HERE: ReadonlySet<string> = new Set(['goods', 'bundle', 'voucher', 'service']);
const NOTHING: readonly BasketLine[] = [];
const NO_TENDERS: readonly KeptTender[] = [];

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
  const [tenders, setTenders] = useState(NO_TENDERS);
  const [voucher, setVoucher] = useState<Good>();
  const [done, setDone] = useState<DoneSale>();
  const say = useCardProblem();

  const put = (good: Good): void => {
    setDone(undefined);
    setLines((now) =>
      now.some(({ key }) => key === good.id)
        ? now.map((line) => (line.key === good.id ? { ...line, quantity: line.quantity + 1 } : line))
        : [...now, { ...good, key: good.id, quantity: 1 }],
    );
  };
  const add = (good: Good): void => (good.kind === 'voucher' ? setVoucher(good) : put(good));
  const putCard = (good: Good, card: CardToSell): void => {
    setVoucher(undefined);
    setDone(undefined);
    setLines((now) => [
      ...now.filter(({ key }) => key !== card.code),
      { ...good, key: card.code, quantity: 1, card, price: { ...good.price, amount: card.amountMinor, scale: 0 } },
    ]);
  };
  const change = (key: string, by: number): void =>
    setLines((now) =>
      now.flatMap((line) =>
        line.key !== key ? [line] : line.quantity + by <= 0 ? [] : [{ ...line, quantity: line.quantity + by }],
      ),
    );
  /** A gift card that is scanned pays, wherever on the page one is. */
  const takeCard = (text: string): boolean => {
    const isCard = normaliseGiftCardCode(text) !== undefined && lines.length > 0;
    const currency = lines[0]?.price.currency ?? '';
    if (isCard)
      void cardTender(text, { currency, tenders }).then(
        (found) => ('why' in found ? toast(say(found)) : setTenders((now) => [...now, found])),
        (problem: unknown) => toast(problem instanceof Error ? problem.message : String(problem)),
      );
    return isCard;
  };

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
            takesFirst={takeCard}
            onPick={(sku) => {
              const price = sku.prices.find(({ channelId }) => channelId === channel?.id);
              if (price !== undefined) add({ id: sku.id, name: sku.name, code: sku.code, kind: sku.kind, price });
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
              location={location}
              tenders={tenders}
              onTenders={setTenders}
              onDone={(sale) => {
                setDone(sale);
                setLines(NOTHING);
                setTenders(NO_TENDERS);
              }}
            />
          ) : (
            <Receipt sale={done} locationName={location?.name ?? ''} onNext={() => setDone(undefined)} />
          )}
        </section>
      </div>
      {voucher !== undefined && location !== undefined && (
        <GiftCardSale
          good={{ name: voucher.name, amountMinor: amountOf(voucher.price, 1) }}
          currency={voucher.price.currency}
          locationId={location.id}
          onCard={(card) => putCard(voucher, card)}
          onPaper={() => {
            put(voucher);
            setVoucher(undefined);
          }}
          onClose={() => setVoucher(undefined)}
        />
      )}
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
          : [{ id: sku.id, name: sku.name, code: sku.code, kind: sku.kind, price }];
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
