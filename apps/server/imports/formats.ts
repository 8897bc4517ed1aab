import type { ColumnSpec } from '../../../connectors/product-file/columns.ts';
import { magentoProducts } from '../../../connectors/magento/product-csv.ts';
import { ownProducts } from '../../../connectors/oneshelf-csv/product-csv.ts';
import type { ProductFormat } from '../../../connectors/product-file/product-format.ts';
import { shopifyProducts } from '../../../connectors/shopify/product-csv.ts';
import { wooCommerceProducts } from '../../../connectors/woocommerce/product-csv.ts';
import { IMPORT_FORMATS, type ImportFormat, type ImportKind } from './import-store.ts';

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
}[] = IMPORT_FORMATS.map((format) => ({ kind: 'products', format, columns: PRODUCT_FORMATS[format].columns }));
