import type { ColumnSpec } from '../../../connectors/product-file/columns.ts';
import { magentoProducts } from '../../../connectors/magento/product-csv.ts';
import { ownProducts } from '../../../connectors/oneshelf-csv/product-csv.ts';
import type { ProductFormat } from '../../../connectors/product-file/product-format.ts';
import { shopifyProducts } from '../../../connectors/shopify/product-csv.ts';
import { wooCommerceProducts } from '../../../connectors/woocommerce/product-csv.ts';
import { IMPORT_FORMATS, type ImportFormat, type ImportKind } from './import-store.ts';
import { ROW_KINDS, type RowImportKind } from './row-kinds.ts';

/** The kinds of files with products. */
export const PRODUCT_FORMATS: Readonly<Record<ImportFormat, ProductFormat>> = {
  shopify: shopifyProducts,
  woocommerce: wooCommerceProducts,
  magento: magentoProducts,
  oneshelf: ownProducts,
};

/** Every kind of file that is taken in, with the columns that are understood. */
export const FORMATS: readonly {
  readonly kind: ImportKind;
  readonly format: ImportFormat;
  readonly columns: readonly ColumnSpec[];
}[] = [
  ...IMPORT_FORMATS.map((format) => ({ kind: 'products' as const, format, columns: PRODUCT_FORMATS[format].columns })),
  ...(Object.keys(ROW_KINDS) as RowImportKind[]).map((kind) => ({
    kind,
    format: 'oneshelf' as const,
    columns: ROW_KINDS[kind].file.columns,
  })),
];
