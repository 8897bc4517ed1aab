import { Button, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { listProducts } from '../../client/api.ts';
import type { PromotionTarget } from '../../client/promotions.ts';
import { useCategories } from '../shared/reference.ts';
import { SkuSearch } from '../shared/sku-search.tsx';
import { useEditing } from './editing.tsx';

const KINDS = ['order', 'category', 'product', 'sku', 'attribute', 'shipping'] as const;

/** On which goods a promotion looks. `field` is where what is wrong with it is said. */
export function TargetFields({
  label,
  field,
  target,
  onTarget,
}: {
  label: string;
  field: string;
  target: PromotionTarget;
  onTarget: (target: PromotionTarget) => void;
}) {
  const t = useTranslations('promotions');
  const { errorAt } = useEditing();
  const categories = useCategories();
  const error = errorAt(field);
  return (
    <>
      <Select
        label={label}
        data={KINDS.map((kind) => ({ value: kind, label: t(`targets.${kind}`) }))}
        value={target.kind}
        allowDeselect={false}
        onChange={(kind) => onTarget({ kind: kind ?? 'order' })}
        error={target.kind === 'order' || target.kind === 'shipping' ? error : undefined}
      />
      {target.kind === 'category' && (
        <MultiSelect
          searchable
          label={t('categories')}
          data={categories.map(({ id, name }) => ({ value: id, label: name }))}
          value={[...(target.categoryIds ?? [])]}
          onChange={(categoryIds) => onTarget({ kind: 'category', categoryIds })}
          error={error}
        />
      )}
      {target.kind === 'sku' && <Skus target={target} onTarget={onTarget} error={error} />}
      {target.kind === 'product' && <Products target={target} onTarget={onTarget} error={error} />}
      {target.kind === 'attribute' && (
        <div className="os-fields-2">
          <TextInput
            label={t('attribute')}
            placeholder={t('attributeHint')}
            value={target.name ?? ''}
            maxLength={60}
            onChange={(event) => onTarget({ ...target, name: event.currentTarget.value })}
            error={error}
          />
          <TagsInput
            label={t('values')}
            value={[...(target.values ?? [])]}
            onChange={(values) => onTarget({ ...target, values })}
          />
        </div>
      )}
    </>
  );
}

type TargetOf = {
  readonly target: PromotionTarget;
  readonly onTarget: (target: PromotionTarget) => void;
  readonly error: string | undefined;
};

function Skus({ target, onTarget, error }: TargetOf) {
  const t = useTranslations('promotions');
  const { learn } = useEditing();
  const skuIds = target.skuIds ?? [];
  return (
    <>
      <SkuSearch
        label={t('goods')}
        scans={false}
        error={error}
        onPick={(sku) => {
          learn(sku.id, sku.name);
          onTarget({ kind: 'sku', skuIds: [...new Set([...skuIds, sku.id])] });
        }}
      />
      <Chosen ids={skuIds} onIds={(ids) => onTarget({ kind: 'sku', skuIds: ids })} />
    </>
  );
}

function Products({ target, onTarget, error }: TargetOf) {
  const t = useTranslations('promotions');
  const { learn } = useEditing();
  const [search, setSearch] = useState('');
  const productIds = target.productIds ?? [];
  const found = useQuery({
    queryKey: ['catalog', 'products', 'search', search],
    queryFn: ({ signal }) => listProducts({ search: search === '' ? undefined : search, limit: 10 }, signal),
    placeholderData: (before) => before,
  }).data?.items;
  return (
    <>
      <Select
        searchable
        clearable={false}
        label={t('findProduct')}
        data={(found ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        filter={({ options }) => options}
        value={null}
        searchValue={search}
        onSearchChange={setSearch}
        nothingFoundMessage={t('noProduct')}
        onChange={(id) => {
          const product = found?.find((one) => one.id === id);
          if (product === undefined) return;
          learn(product.id, product.name);
          onTarget({ kind: 'product', productIds: [...new Set([...productIds, product.id])] });
          setSearch('');
        }}
        error={error}
      />
      <Chosen ids={productIds} onIds={(ids) => onTarget({ kind: 'product', productIds: ids })} />
    </>
  );
}

/** What was chosen, each with a way out. */
function Chosen({ ids, onIds }: { ids: readonly string[]; onIds: (ids: string[]) => void }) {
  const t = useTranslations('promotions');
  const { nameOf } = useEditing();
  if (ids.length === 0) return null;
  return (
    <ul className="os-chosen">
      {ids.map((id) => {
        const name = nameOf(id) ?? id;
        return (
          <li key={id}>
            <span className="os-grow">{name}</span>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={t('takeOut', { name })}
              onClick={() => onIds(ids.filter((one) => one !== id))}
            >
              {t('out')}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
