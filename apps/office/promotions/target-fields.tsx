import { MultiSelect, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PromotionTarget } from '../../client/promotions.ts';
import { useCategories } from '../shared/reference.ts';
import { SkuSearch } from '../shared/sku-search.tsx';

const KINDS = ['order', 'category', 'sku', 'attribute', 'shipping'] as const;

/** On which goods a promotion looks. */
export function TargetFields({
  label,
  target,
  onTarget,
}: {
  label: string;
  target: PromotionTarget;
  onTarget: (target: PromotionTarget) => void;
}) {
  const t = useTranslations('promotions');
  const categories = useCategories();
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const kinds = target.kind === 'product' ? [...KINDS, 'product' as const] : KINDS;
  const skuIds = target.skuIds ?? [];
  return (
    <>
      <Select
        label={label}
        data={kinds.map((kind) => ({ value: kind, label: t(`targets.${kind}`) }))}
        value={target.kind}
        allowDeselect={false}
        onChange={(kind) => onTarget({ kind: kind ?? 'order' })}
      />
      {target.kind === 'category' && (
        <MultiSelect
          searchable
          label={t('categories')}
          data={categories.map(({ id, name }) => ({ value: id, label: name }))}
          value={[...(target.categoryIds ?? [])]}
          onChange={(categoryIds) => onTarget({ kind: 'category', categoryIds })}
        />
      )}
      {target.kind === 'sku' && (
        <>
          <SkuSearch
            label={t('goods')}
            onPick={(sku) => {
              setNames((before) => ({ ...before, [sku.id]: sku.name }));
              onTarget({ kind: 'sku', skuIds: [...new Set([...skuIds, sku.id])] });
            }}
          />
          <ul className="os-list">
            {skuIds.map((id) => (
              <li key={id}>
                {names[id] ?? id}{' '}
                <button
                  type="button"
                  className="os-link"
                  onClick={() => onTarget({ kind: 'sku', skuIds: skuIds.filter((one) => one !== id) })}
                >
                  {t('takeOut', { name: names[id] ?? '' })}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {target.kind === 'attribute' && (
        <div className="os-fields-2">
          <TextInput
            label={t('attribute')}
            value={target.name ?? ''}
            onChange={(event) => onTarget({ ...target, name: event.currentTarget.value })}
          />
          <TextInput
            label={t('values')}
            defaultValue={(target.values ?? []).join(', ')}
            onChange={(event) => onTarget({ ...target, values: wordsOf(event.currentTarget.value) })}
          />
        </div>
      )}
    </>
  );
}

/** Words with commas between them. */
export function wordsOf(text: string): string[] {
  return text.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
}
