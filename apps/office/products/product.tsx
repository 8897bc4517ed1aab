import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { readGtin } from '../../../src/catalog/gtin.ts';
import { addVariants, editProduct, editSku, getProduct, setPrices } from '../../client/api.ts';
import type { Intent } from '../../client/http.ts';
import type { Product, ShownPrice, Sku } from '../../client/types.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { Picture } from '../shared/picture.tsx';
import { priceText } from '../shared/price.tsx';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useCategories, useChannels } from '../shared/reference.ts';

const touches = ['products', 'skus', 'stock'];

/** One product: what it is, what it looks like, its variants with code, GTIN and a price per channel. */
export function ProductPage() {
  const t = useTranslations('product');
  const productId = useParam('productId');
  const product = useQuery({ queryKey: ['products', productId], queryFn: () => getProduct(productId) });
  const back = { href: '/products', label: t('back') };
  if (product.data === undefined) {
    return (
      <>
        <PageHead title={t('product')} back={back} />
        {product.error !== null && (
          <ProblemView problem={product.error} while="reading" retry={() => void product.refetch()} />
        )}
      </>
    );
  }
  const shown = product.data;
  return (
    <>
      <PageHead title={shown.name} back={back} badge={shown.archivedAt !== null && <Pill>{t('archived')}</Pill>} />
      <div className="os-stack">
        <div className="os-split">
          <Description key={shown.version} product={shown} />
          <Card title={t('pictures')}>
            {shown.pictures.length === 0 ? (
              <p className="os-soft">{t('noPictures')}</p>
            ) : (
              <img
                src={shown.pictures[0]?.url}
                alt={shown.pictures[0]?.alt ?? ''}
                style={{ width: '100%', borderRadius: 8, display: 'block', background: 'var(--os-sunken)' }}
              />
            )}
          </Card>
        </div>
        <Variants product={shown} />
      </div>
    </>
  );
}

function Description({ product }: { product: Product }) {
  const t = useTranslations('product');
  const categories = useCategories();
  const [name, setName] = useState(product.name);
  const [description, setDescription] = useState(product.description);
  const [categoryId, setCategoryId] = useState(product.categoryId);
  const saving = useAct(
    (body: Parameters<typeof editProduct>[1], intent: Intent) => editProduct(product.id, body, intent),
    {
      touches,
      onDone: () => toast(t('saved')),
    },
  );
  const same = name === product.name && description === product.description && categoryId === product.categoryId;
  const reason = name.trim() === '' ? t('needsName') : same ? t('nothingChanged') : undefined;
  const save = (): void =>
    saving.mutate({
      version: product.version,
      ...(name === product.name ? {} : { name: name.trim() }),
      ...(description === product.description ? {} : { description }),
      ...(categoryId === product.categoryId ? {} : { categoryId }),
    });
  return (
    <Card title={t('description')}>
      <div className="os-fields">
        <TextInput
          label={t('name')}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
        />
        <Textarea
          label={t('text')}
          autosize
          minRows={3}
          maxRows={12}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Select
          label={t('category')}
          searchable
          allowDeselect={false}
          data={categories.map((one) => ({ value: one.id, label: one.name }))}
          value={categoryId}
          onChange={(value) => value !== null && setCategoryId(value)}
        />
        {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <ReasonButton reason={reason} loading={saving.isPending} onClick={save}>
            {t('save')}
          </ReasonButton>
        </div>
      </div>
    </Card>
  );
}

function Variants({ product }: { product: Product }) {
  const t = useTranslations('product');
  const [editing, setEditing] = useState<string>();
  const [adding, setAdding] = useState(false);
  const channels = useChannels();
  const rows = product.variants.flatMap((variant) => variant.skus.map((sku) => ({ variant, sku })));
  return (
    <Card
      title={t('variants')}
      side={
        <Button variant="default" size="compact-sm" onClick={() => setAdding(true)}>
          {t('addVariant')}
        </Button>
      }
      flush
    >
      <div className="os-list-scroll">
        <table className="os-table os-cards" aria-label={t('variants')}>
          <thead>
            <tr>
              <th scope="col">{t('variant')}</th>
              <th scope="col">{t('code')}</th>
              <th scope="col">{t('gtin')}</th>
              {channels.map((channel) => (
                <th scope="col" className="os-end" key={channel.id}>
                  {channel.name}
                </th>
              ))}
              <th>
                <span className="os-hidden">{t('edit')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ variant, sku }) =>
              editing === sku.id ? (
                <tr key={sku.id}>
                  <td colSpan={4 + channels.length}>
                    <EditSku key={sku.version} sku={sku} onDone={() => setEditing(undefined)} />
                  </td>
                </tr>
              ) : (
                <tr key={sku.id}>
                  <td data-primary="">
                    <span style={{ display: 'flex', alignItems: 'center', gap: 12 }}>
                      <Picture product={product} />
                      {variant.name === '' ? sku.name : variant.name}
                    </span>
                  </td>
                  <td data-label={t('code')}>
                    <span className="os-code">{sku.code}</span>
                  </td>
                  <td data-label={t('gtin')}>
                    <span className="os-code">{sku.gtin ?? ''}</span>
                  </td>
                  {channels.map((channel) => (
                    <td key={channel.id} className="os-end" data-label={channel.name}>
                      <ChannelPrice price={sku.prices.find(({ channelId }) => channelId === channel.id)} />
                    </td>
                  ))}
                  <td className="os-end" data-corner="">
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={t('editSku', { code: sku.code })}
                      onClick={() => setEditing(sku.id)}
                    >
                      {t('edit')}
                    </Button>
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
      {adding && <AddVariant product={product} onDone={() => setAdding(false)} />}
    </Card>
  );
}

function ChannelPrice({ price }: { price: ShownPrice | undefined }) {
  const t = useTranslations('product');
  const locale = useLocale();
  if (price === undefined) return <span className="os-soft">–</span>;
  return (
    <span className="os-num" title={t(price.taxInclusive ? 'withTax' : 'withoutTax')}>
      {priceText(locale, price)}
    </span>
  );
}

/** GTIN and prices of one SKU. Prices finer than a cent are left as they are unless they are typed anew. */
function EditSku({ sku, onDone }: { sku: Sku; onDone: () => void }) {
  const t = useTranslations('product');
  const channels = useChannels();
  const [gtin, setGtin] = useState(sku.gtin ?? '');
  const [amounts, setAmounts] = useState<Readonly<Record<string, number | undefined>>>({});
  const gtinOk = gtin.trim() === '' || readGtin(gtin.trim()).ok;
  const gtinChanged = gtin.trim() !== (sku.gtin ?? '');
  const changed = Object.entries(amounts).filter(([channelId, amount]) => {
    const before = sku.prices.find((price) => price.channelId === channelId);
    return before === undefined || before.scale !== 0 || before.amount !== amount;
  });
  const saving = useAct(
    async (
      input: { gtin: string | null | undefined; prices: { channelId: string; skuId: string; amount: number }[] },
      intent: Intent,
    ) => {
      // Two acts, each with a key of its own made from the intent, so that trying again repeats neither.
      if (input.gtin !== undefined)
        await editSku(sku.id, { version: sku.version, gtin: input.gtin }, { key: `${intent.key}-gtin` });
      if (input.prices.length > 0) await setPrices(input.prices, { key: `${intent.key}-prices` });
    },
    {
      touches,
      onDone: () => {
        toast(t('saved'));
        onDone();
      },
    },
  );
  const reason = !gtinOk
    ? t('badGtin')
    : changed.some(([, amount]) => amount === undefined)
      ? t('needsPrice')
      : !gtinChanged && changed.length === 0
        ? t('nothingChanged')
        : undefined;
  return (
    <div
      className="os-fields"
      role="group"
      aria-label={t('editSku', { code: sku.code })}
      style={{ width: '100%', padding: '8px 0' }}
    >
      <div className="os-row">
        <strong>{sku.name}</strong> <span className="os-code">{sku.code}</span>
      </div>
      <div className="os-fields-2">
        <TextInput
          label={t('gtin')}
          value={gtin}
          onChange={(event) => setGtin(event.currentTarget.value)}
          inputMode="numeric"
          error={gtinOk ? undefined : t('badGtin')}
        />
        {channels.map((channel) => {
          const price = sku.prices.find(({ channelId }) => channelId === channel.id);
          const shown = channel.id in amounts ? amounts[channel.id] : price?.scale === 0 ? price.amount : undefined;
          return (
            <MoneyField
              key={channel.id}
              label={t('priceIn', { channel: channel.name })}
              currency={price?.currency ?? channel.currency}
              value={shown}
              onValue={(amount) => setAmounts((now) => ({ ...now, [channel.id]: amount }))}
            />
          );
        })}
      </div>
      {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <ReasonButton
          reason={reason}
          loading={saving.isPending}
          onClick={() =>
            saving.mutate({
              gtin: gtinChanged ? (gtin.trim() === '' ? null : gtin.trim()) : undefined,
              prices: changed.map(([channelId, amount]) => ({ channelId, skuId: sku.id, amount: amount ?? 0 })),
            })
          }
        >
          {t('saveSku')}
        </ReasonButton>
      </div>
    </div>
  );
}

function AddVariant({ product, onDone }: { product: Product; onDone: () => void }) {
  const t = useTranslations('product');
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  const [gtin, setGtin] = useState('');
  const option = Object.keys(product.variants[0]?.options ?? {})[0];
  const adding = useAct(
    (variants: Parameters<typeof addVariants>[1], intent: Intent) => addVariants(product.id, variants, intent),
    {
      touches,
      onDone: () => {
        toast(t('variantAdded', { name }));
        onDone();
      },
    },
  );
  const reason =
    name.trim() === ''
      ? t('needsName')
      : code.trim() === ''
        ? t('needsCode')
        : gtin.trim() !== '' && !readGtin(gtin.trim()).ok
          ? t('badGtin')
          : undefined;
  return (
    <div
      className="os-card-body os-fields"
      role="group"
      aria-label={t('addVariant')}
      style={{ borderTop: '1px solid var(--os-line)', paddingTop: 16 }}
    >
      <div className="os-fields-2">
        <TextInput
          label={t('variant')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
        />
        <TextInput label={t('code')} value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        <TextInput
          label={t('gtin')}
          value={gtin}
          onChange={(event) => setGtin(event.currentTarget.value)}
          inputMode="numeric"
        />
      </div>
      {adding.error !== null && <ProblemView problem={adding.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <ReasonButton
          reason={reason}
          loading={adding.isPending}
          onClick={() =>
            adding.mutate([
              {
                name: name.trim(),
                ...(option === undefined ? {} : { options: { [option]: name.trim() } }),
                skus: [{ code: code.trim(), ...(gtin.trim() === '' ? {} : { gtin: gtin.trim() }) }],
              },
            ])
          }
        >
          {t('add')}
        </ReasonButton>
      </div>
    </div>
  );
}
