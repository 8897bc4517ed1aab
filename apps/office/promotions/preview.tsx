import { NumberInput, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { getProduct, listProducts, listSkus } from '../../client/api.ts';
import { newIntent } from '../../client/http.ts';
import { previewPromotion, tryPromotions } from '../../client/promotions.ts';
import type { PromotionTarget, PromotionWish, SavedPromotion, Tried } from '../../client/promotions.ts';
import { Money, moneyText } from '../../kit/numbers.tsx';
import { Problem } from '../../kit/problem.tsx';
import { Card, Pill } from '../../kit/stat-tile.tsx';
import { useProblemText } from '../shared/problem-view.tsx';
import { useChannels, useOpenChannels } from '../shared/reference.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { useEditing } from './editing.tsx';
import { exampleOf, withoutEmpty } from './wish.ts';
import { useReason, useSentence } from './words.ts';

type Row = { readonly skuId: string; readonly name: string; readonly quantity: number };

/** What is being written, in words and in money: the sentence, an example basket, and what would be sold below cost. `whole`: whether nothing is missing. */
export function PromotionPreview({ wish, whole, currency }: { wish: PromotionWish; whole: boolean; currency: string }) {
  const t = useTranslations('promotions');
  const sentence = useSentence();
  const { nameOf } = useEditing();
  const codes = (wish.codes ?? []).length > 0;
  return (
    <div className="os-stack os-beside">
      <Card title={t('preview')}>
        <p aria-live="polite" className="os-sentence">
          {sentence({ ...wish, when: codes ? { ...wish.when, coupon: true } : wish.when }, nameOf)}
        </p>
        {whole && <BelowCost wish={wish} currency={currency} />}
      </Card>
      <Example wish={wish} whole={whole} />
    </div>
  );
}

/** A basket that the promotion is tried on alone, as it stands now: first goods that it is for, then what one puts there. */
function Example({ wish, whole }: { wish: PromotionWish; whole: boolean }) {
  const t = useTranslations('promotions');
  const channels = useOpenChannels().filter(
    ({ currency, id }) =>
      (wish.currency === undefined || currency === wish.currency) && (wish.when?.channelIds?.includes(id) ?? true),
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const channelId = channels.find(({ id }) => id === chosen)?.id ?? channels[0]?.id;
  const [own, setOwn] = useState<readonly Row[]>();
  const { nameOf } = useEditing();
  const [needs] = useDebouncedValue(exampleOf(wish), 300);
  const [draft] = useDebouncedValue(wish, 300);
  const suggested = useQuery({
    queryKey: ['promotions', 'example', channelId, needs],
    queryFn: () => rowsFor(needs, channelId),
    enabled: own === undefined && whole && channelId !== undefined,
    placeholderData: (before) => before,
  }).data;
  const rows = (own ?? suggested ?? []).map((row) => ({ ...row, name: row.name || (nameOf(row.skuId) ?? '') }));
  const tried = useQuery({
    queryKey: ['promotions', 'draft', channelId, draft, rows],
    queryFn: () =>
      tryPromotions(
        {
          channelId: channelId ?? '',
          draft: { ...draft, name: draft.name.trim() === '' ? '–' : draft.name },
          firstOrder: true,
          employee: true,
          lines: rows.map(({ skuId, quantity }) => ({ skuId, quantity })),
        },
        newIntent(),
      ),
    enabled: whole && rows.length > 0 && channelId !== undefined,
    placeholderData: (before) => before,
    retry: false,
  });
  const put = (skuId: string, quantity: number): void =>
    setOwn(rows.flatMap((row) => (row.skuId !== skuId ? [row] : quantity > 0 ? [{ ...row, quantity }] : [])));
  return (
    <Card title={t('example')}>
      <div className="os-fields">
        {channels.length > 1 && (
          <Select
            label={t('try.channel')}
            data={channels.map(({ id, name }) => ({ value: id, label: name }))}
            value={channelId ?? null}
            allowDeselect={false}
            onChange={setChosen}
          />
        )}
        {rows.map(({ skuId, name, quantity }) => (
          <NumberInput
            key={skuId}
            label={name}
            aria-label={`${t('pieces')}: ${name}`}
            value={quantity}
            min={0}
            max={100_000}
            allowDecimal={false}
            onChange={(value) => put(skuId, Number(value))}
          />
        ))}
        <SkuSearch
          label={t('try.add')}
          channel={channelId}
          scans={false}
          onPick={(sku) => {
            const has = rows.find((row) => row.skuId === sku.id);
            setOwn(
              has === undefined
                ? [...rows, { skuId: sku.id, name: sku.name, quantity: 1 }]
                : rows.map((row) => (row === has ? { ...row, quantity: row.quantity + 1 } : row)),
            );
          }}
        />
        <div aria-live="polite">
          {!whole && <p className="os-soft">{t('exampleLater')}</p>}
          {whole && rows.length === 0 && <p className="os-soft">{t('exampleEmpty')}</p>}
          {whole && rows.length > 0 && <Outcome tried={tried.data} problem={tried.error} />}
        </div>
      </div>
    </Card>
  );
}

function Outcome({ tried, problem }: { tried: Tried | undefined; problem: Error | null }) {
  const t = useTranslations('promotions');
  const locale = useLocale();
  const reason = useReason();
  const problemText = useProblemText();
  const { nameOf } = useEditing();
  if (problem !== null) return <Problem what={problemText(problem)} />;
  if (tried === undefined) return null;
  const { currency } = tried;
  const money = (amount: number): string => moneyText(locale, { amount, currency });
  const [trace] = tried.trace;
  const below = tried.lines.filter(({ marginMinor }) => marginMinor !== null && marginMinor < 0);
  return (
    <div className="os-fields">
      <div className="os-example">
        {tried.discountMinor > 0 && <s className="os-soft os-num">{money(tried.listMinor)}</s>}
        <strong className="os-num">{money(tried.listMinor - tried.discountMinor)}</strong>
        {tried.discountMinor > 0 && <Pill tone="good">{t('saves', { amount: money(tried.discountMinor) })}</Pill>}
      </div>
      {tried.gifts.map(({ skuId, quantity }) => (
        <p key={skuId}>
          {t('try.gift', { name: nameOf(skuId) ?? '' })} × {quantity}
        </p>
      ))}
      {tried.earnedVouchers.map(({ amountMinor, promotionId }) => (
        <p key={promotionId}>{t('try.voucher', { amount: money(amountMinor) })}</p>
      ))}
      {trace !== undefined && !trace.applied && <p className="os-soft">{reason(trace, currency)}</p>}
      <ul className="os-example-lines">
        {tried.lines.map((line) => (
          <li key={line.skuId}>
            <span className="os-grow">
              {line.quantity} × {line.name}
            </span>
            <Money value={{ amount: line.amountMinor, currency }} />
            <span className="os-soft os-small os-example-margin">
              {line.marginMinor === null ? t('marginUnknown') : t('marginOf', { amount: money(line.marginMinor) })}
            </span>
          </li>
        ))}
      </ul>
      {below.length > 0 && (
        <div role="status">
          <Pill tone="bad">{t('belowCost')}</Pill>{' '}
          {below.map((line) => `${line.name}: ${money(line.marginMinor ?? 0)}`).join(', ')}
        </div>
      )}
    </div>
  );
}

/** What is told of every channel; only what names goods can be held against what they cost. */
function BelowCost({ wish, currency }: { wish: PromotionWish; currency: string }) {
  const t = useTranslations('promotions');
  const locale = useLocale();
  const channels = useChannels();
  const { nameOf } = useEditing();
  const [asked] = useDebouncedValue(
    { effect: wish.effect, currency: wish.currency, channelIds: wish.when?.channelIds, except: wish.except },
    300,
  );
  const saved: SavedPromotion | undefined = useQuery({
    queryKey: ['promotions', 'below-cost', asked],
    queryFn: () =>
      previewPromotion({
        name: '–',
        effect: asked.effect,
        ...withoutEmpty({ currency: asked.currency, except: asked.except }),
        when: withoutEmpty({ channelIds: asked.channelIds }),
      }),
    enabled: JSON.stringify(asked.effect).includes('skuIds'),
    retry: false,
  }).data;
  if (saved === undefined || saved.belowCost.length === 0) return null;
  const money = (amount: number): string => moneyText(locale, { amount, currency });
  return (
    <div role="status">
      <Pill tone="bad">{t('belowCost')}</Pill>
      <ul className="os-list">
        {saved.belowCost.map((one) => (
          <li key={`${one.skuId} ${one.channelId}`}>
            {t('belowCostRow', {
              what: nameOf(one.skuId) ?? '',
              where: channels.find((channel) => channel.id === one.channelId)?.name ?? '',
              net: money(one.netMinor),
              cost: money(one.costMinor),
              margin: money(one.marginMinor),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Goods for the parts of an example, as many as it needs; parts that nothing is known for are left to the person. */
async function rowsFor(needs: ReturnType<typeof exampleOf>, channel: string | undefined): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const { of, quantity } of needs) {
    const found = await skuFor(of, channel);
    if (found === undefined) continue;
    const has = rows.get(found.id)?.quantity ?? 0;
    rows.set(found.id, { skuId: found.id, name: found.name, quantity: has + quantity });
  }
  return [...rows.values()];
}

type Named = { readonly id: string; readonly name: string };

async function skuFor(of: PromotionTarget, channel: string | undefined): Promise<Named | undefined> {
  switch (of.kind) {
    case 'order': {
      const { items } = await listSkus({ channel, limit: 20 });
      return items.find(({ kind, prices }) => kind === 'goods' && prices.length > 0);
    }
    case 'category': {
      const { items } = await listProducts({ category: of.categoryIds?.[0], channel, limit: 1 });
      return items[0]?.variants[0]?.skus[0];
    }
    case 'product':
      return (await getProduct(of.productIds?.[0] ?? '')).variants[0]?.skus[0];
    case 'sku':
      return of.skuIds?.[0] === undefined ? undefined : { id: of.skuIds[0], name: '' };
    case 'attribute':
    case 'shipping':
      return undefined;
  }
}
