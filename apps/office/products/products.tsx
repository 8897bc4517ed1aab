import { Button, Select, TextInput } from '@mantine/core';
import { PackagePlus, Search } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { listProducts } from '../../client/api.ts';
import type { Product } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import type { Column } from '../../kit/data-list.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead, Pill } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { usePages } from '../shared/paging.ts';
import { Picture } from '../shared/picture.tsx';
import { PriceRange } from '../shared/price.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useCategories, useChannels } from '../shared/reference.ts';
import { useSearchText } from '../shared/search-text.ts';

/** The range, with pictures. */
export function Products() {
  const t = useTranslations('products');
  const [filters, setFilters] = useFilters<{ search?: string | undefined; category?: string | undefined }>();
  const { search, category } = filters;
  const [text, setText] = useSearchText(search, (value) => setFilters({ search: value }));
  const categories = useCategories();
  const channels = useChannels();
  const { error, retry, ...list } = usePages(['products', 'list', { search, category }], (after, signal) =>
    listProducts({ search, category, after, limit: 50 }, signal),
  );
  const skusOf = (product: Product): Product['variants'][number]['skus'] =>
    product.variants.flatMap(({ skus }) => skus);
  const columns: Column<Product>[] = [
    {
      key: 'name',
      header: t('product'),
      csv: (product) => product.name,
      cell: (product) => (
        <span style={{ display: 'flex', alignItems: 'center', gap: 12 }}>
          <Picture product={product} />
          {product.name}
          {product.archivedAt !== null && <Pill>{t('archived')}</Pill>}
        </span>
      ),
    },
    {
      key: 'category',
      header: t('category'),
      cell: (product) => product.category.join(' › '),
      csv: (product) => product.category.join(' / '),
    },
    {
      key: 'variants',
      header: t('variants'),
      numeric: true,
      cell: (product) => product.variants.length,
      csv: (product) => product.variants.length,
    },
    ...channels.slice(0, 3).map((channel) => ({
      key: channel.id,
      header: channel.name,
      numeric: true,
      phone: 'hidden' as const,
      cell: (product: Product) => (
        <PriceRange
          prices={skusOf(product).flatMap(({ prices }) => prices.filter(({ channelId }) => channelId === channel.id))}
        />
      ),
    })),
  ];
  const create = (
    <Button component="a" href="/products/new" leftSection={<PackagePlus size={16} aria-hidden="true" />}>
      {t('new')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('title')} actions={create} />
      <DataList
        label={t('title')}
        columns={columns}
        rowKey={(product) => product.id}
        href={(product) => `/products/${product.id}`}
        csvName="products"
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={
          search !== undefined || category !== undefined ? (
            <EmptyState
              title={t('nothingFound')}
              text={t('nothingFoundText')}
              action={
                <Button
                  variant="default"
                  onClick={() => {
                    setText('');
                    setFilters({ search: undefined, category: undefined });
                  }}
                >
                  {t('clearFilters')}
                </Button>
              }
            />
          ) : (
            <EmptyState title={t('empty')} text={t('emptyText')} action={create} />
          )
        }
        filters={
          <>
            <TextInput
              className="os-grow"
              type="search"
              aria-label={t('search')}
              placeholder={t('search')}
              leftSection={<Search size={16} aria-hidden="true" />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Select
              aria-label={t('category')}
              placeholder={t('allCategories')}
              clearable
              searchable
              w={220}
              data={categories.map(({ id, name }) => ({ value: id, label: name }))}
              value={category ?? null}
              onChange={(value) => setFilters({ category: value ?? undefined })}
            />
          </>
        }
      />
    </>
  );
}
