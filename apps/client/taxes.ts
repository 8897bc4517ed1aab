import type {
  JurisdictionTaxRate,
  ListedTaxExemption,
  TaxExemption,
  TaxRateImport,
  TaxReport,
} from '../../client/operations.ts';
import { act, get, getText, preview, queryText } from './http.ts';
import type { Intent, Page } from './http.ts';

export type { JurisdictionTaxRate, ListedTaxExemption, TaxRateImport, TaxReport } from '../../client/operations.ts';

/** All rates of tax, also those that are over and those to come. */
export const listTaxRates = (): Promise<{ items: readonly JurisdictionTaxRate[] }> => get('/taxes/rates');
/** The rates that the program brings along, as CSV. */
export const getShippedTaxRates = (): Promise<string> => getText('/taxes/rates/shipped');
/** What taking rates in would do. */
export const previewTaxRates = (csv: string): Promise<TaxRateImport> => preview('/taxes/rates/import', { csv });
/** Takes rates in from CSV. */
export const importTaxRates = (csv: string, intent: Intent): Promise<TaxRateImport> =>
  act('POST', '/taxes/rates/import', { csv }, intent);

/** Which customers are not taxed where, newest first. */
export const listTaxExemptions = (after: string | undefined, signal?: AbortSignal): Promise<Page<ListedTaxExemption>> =>
  get('/taxes/exemptions', { after }, signal);
/** What one says of an exemption. */
export type TaxExemptionWish = {
  readonly customerId: string;
  readonly jurisdiction: string;
  readonly reason: string;
  readonly certificate?: string | undefined;
  readonly validFrom: string;
  readonly validUntil?: string | undefined;
};
/** Keeps why a customer is not taxed. */
export const exemptFromTax = (wish: TaxExemptionWish, intent: Intent): Promise<TaxExemption> =>
  act('POST', '/taxes/exemptions', wish, intent);
/** Sets the last day of an exemption; `version` is the one that was seen. */
export const endTaxExemption = (
  { id, ...body }: { id: string; validUntil: string; version: number },
  intent: Intent,
): Promise<unknown> => act('PUT', `/taxes/exemptions/${id}/end`, body, intent);

/** A legal entity and days, both included. */
export type TaxPeriod = { readonly entity: string; readonly from: string; readonly through: string };
/** Taxes of a period by jurisdiction. */
export const getTaxReport = (period: TaxPeriod): Promise<TaxReport> => get('/tax-report', period);
/** Where the same stands as CSV. */
export const taxReportCsv = (period: TaxPeriod): string => `/api/v1/tax-report/csv${queryText(period)}`;
