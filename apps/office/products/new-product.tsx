import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { readGtin } from '../../../src/catalog/gtin.ts';
import { createCategory, createProduct, setPrices } from '../../client/api.ts';
import type { Intent } from '../../client/http.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useCategories, useOpenChannels } from '../shared/reference.ts';

type Variant = { readonly name: string; readonly code: string; readonly gtin: string };
const EMPTY: Variant = { name: '', code: '', gtin: '' };

/** What is sent: a category of its own name is made first, prices are set last. */
type Wanted = {
  readonly newCategory: string | undefined;
  readonly product: Parameters<typeof createProduct>[0];
  readonly prices: readonly { readonly channelId: string; readonly amount: number }[];
};

/** The value of the choice "another category" in the list of categories. */
const ANOTHER = 'another';

/** Something new to sell: what it is, its variants with code and GTIN, and what it costs on each channel. */
export function NewProduct() {
  const t = useTranslations('product');
  const router = useRouter();
  const categories = useCategories();
  const channels = useOpenChannels();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [categoryName, setCategoryName] = useState('');
  const [option, setOption] = useState('');
  const [variants, setVariants] = useState<readonly Variant[]>([EMPTY]);
  const [amounts, setAmounts] = useState<Readonly<Record<string, number | undefined>>>({});
  // Before there is any category there is nothing to choose from.
  const category = chosen ?? (categories.length === 0 ? ANOTHER : null);
  const several = variants.length > 1;

  const creating = useAct(create, {
    touches: ['products', 'skus', 'stock', 'catalog'],
    onDone: ({ id }) => {
      toast(t('created', { name: name.trim() }));
      void router.navigate({ to: '/products/$productId', params: { productId: id } });
    },
  });

  const reason =
    name.trim() === ''
      ? t('needsName')
      : category === null || (category === ANOTHER && categoryName.trim() === '')
        ? t('needsCategory')
        : several && option.trim() === ''
          ? t('needsOption')
          : (variants.map((variant) => missingIn(variant, several)).find((missing) => missing !== undefined) ??
            (new Set(variants.map(({ code }) => code.trim().toLowerCase())).size < variants.length
              ? t('sameCode')
              : undefined));

  function missingIn(variant: Variant, named: boolean): string | undefined {
    if (named && variant.name.trim() === '') return t('needsVariantName');
    if (variant.code.trim() === '') return t('needsCode');
    return variant.gtin.trim() !== '' && !readGtin(variant.gtin.trim()).ok ? t('badGtin') : undefined;
  }

  const change = (at: number, part: Partial<Variant>): void =>
    setVariants((now) => now.map((variant, place) => (place === at ? { ...variant, ...part } : variant)));

  const wanted = (): Wanted => ({
    newCategory: category === ANOTHER ? categoryName.trim() : undefined,
    product: {
      name: name.trim(),
      ...(description.trim() === '' ? {} : { description: description.trim() }),
      categoryId: category ?? '',
      variants: variants.map((variant) => ({
        name: several ? variant.name.trim() : '',
        ...(several ? { options: { [option.trim()]: variant.name.trim() } } : {}),
        skus: [{ code: variant.code.trim(), ...(variant.gtin.trim() === '' ? {} : { gtin: variant.gtin.trim() }) }],
      })),
    },
    prices: Object.entries(amounts).flatMap(([channelId, amount]) =>
      amount === undefined ? [] : [{ channelId, amount }],
    ),
  });

  return (
    <>
      <PageHead title={t('newTitle')} back={{ href: '/products', label: t('back') }} />
      <div className="os-stack">
        <Card title={t('description')}>
          <div className="os-fields">
            <TextInput
              label={t('name')}
              required
              autoFocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              maxLength={200}
            />
            <Textarea
              label={t('text')}
              autosize
              minRows={2}
              maxRows={12}
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
            <div className="os-fields-2">
              <Select
                label={t('category')}
                required
                searchable
                allowDeselect={false}
                data={[
                  ...categories.map((one) => ({ value: one.id, label: one.name })),
                  { value: ANOTHER, label: t('anotherCategory') },
                ]}
                value={category}
                onChange={setChosen}
              />
              {category === ANOTHER && (
                <TextInput
                  label={t('categoryName')}
                  required
                  value={categoryName}
                  onChange={(event) => setCategoryName(event.currentTarget.value)}
                  maxLength={200}
                />
              )}
            </div>
          </div>
        </Card>
        <Card
          title={t('variantsOnly')}
          side={
            <Button variant="default" size="compact-sm" onClick={() => setVariants((now) => [...now, EMPTY])}>
              {t('addVariant')}
            </Button>
          }
        >
          <div className="os-fields">
            {several && (
              <TextInput
                label={t('option')}
                description={t('optionHint')}
                value={option}
                onChange={(event) => setOption(event.currentTarget.value)}
                maxLength={40}
              />
            )}
            {variants.map((variant, at) => (
              <div
                // Rows have no name of their own until they are typed; they are only ever added at the end.
                key={at}
                role="group"
                aria-label={t('variantNumber', { number: at + 1 })}
                className="os-fields-2"
              >
                {several && (
                  <TextInput
                    label={t('variant')}
                    value={variant.name}
                    onChange={(event) => change(at, { name: event.currentTarget.value })}
                  />
                )}
                <TextInput
                  label={t('code')}
                  required
                  value={variant.code}
                  onChange={(event) => change(at, { code: event.currentTarget.value })}
                />
                <TextInput
                  label={t('gtin')}
                  inputMode="numeric"
                  value={variant.gtin}
                  onChange={(event) => change(at, { gtin: event.currentTarget.value })}
                  error={variant.gtin.trim() === '' || readGtin(variant.gtin.trim()).ok ? undefined : t('badGtin')}
                />
              </div>
            ))}
          </div>
        </Card>
        <Card title={t('prices')}>
          <div className="os-fields">
            <p className="os-soft">{t('pricesHint')}</p>
            <div className="os-fields-2">
              {channels.map((channel) => (
                <MoneyField
                  key={channel.id}
                  label={t('priceIn', { channel: channel.name })}
                  currency={channel.currency}
                  value={amounts[channel.id]}
                  onValue={(amount) => setAmounts((now) => ({ ...now, [channel.id]: amount }))}
                />
              ))}
            </div>
          </div>
        </Card>
        {creating.error !== null && <ProblemView problem={creating.error} while="acting" />}
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <ReasonButton reason={reason} loading={creating.isPending} onClick={() => creating.mutate(wanted())}>
            {t('create')}
          </ReasonButton>
        </div>
      </div>
    </>
  );
}

/** Three acts, each with a key of its own made from the intent, so that trying again repeats none of them. */
async function create({ newCategory, product, prices }: Wanted, intent: Intent): Promise<{ id: string }> {
  const categoryId =
    newCategory === undefined
      ? product.categoryId
      : (await createCategory({ name: newCategory }, { key: `${intent.key}-category` })).id;
  const made = await createProduct({ ...product, categoryId }, intent);
  const all = made.variants.flatMap(({ skus }) =>
    skus.flatMap(({ id }) => prices.map((price) => ({ ...price, skuId: id }))),
  );
  if (all.length > 0) await setPrices(all, { key: `${intent.key}-prices` });
  return { id: made.id };
}
