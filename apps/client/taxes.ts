import type {
  JurisdictionTaxRate,
  ListedTaxExemption,
  LocationTaxPlace,
  Operations,
  PostalAreaImport,
  PostalRegion,
  StateTaxRegistration,
  TaxBuyer,
  TaxExemption,
  TaxJurisdiction,
  TaxRateImport,
  TaxReport,
} from '../../client/operations.ts';
import { act, get, getText, preview, queryText } from './http.ts';
import type { Intent, Page } from './http.ts';

export type {
  JurisdictionTaxRate,
  ListedTaxExemption,
  LocationTaxPlace,
  PostalAreaImport,
  PostalRegion,
  StateTaxRegistration,
  TaxJurisdiction,
  TaxRateImport,
  TaxReport,
} from '../../client/operations.ts';

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

// Who taxes how, and where one is ------------------------------------------------------------------------------------------------

/** Who taxes and how, those that the program knows by itself too. */
export const listTaxJurisdictions = async (): Promise<readonly TaxJurisdiction[]> =>
  (await get<{ items: readonly TaxJurisdiction[] }>('/taxes/jurisdictions')).items;
/** Says how a jurisdiction taxes. */
export const setTaxJurisdiction = ({ code, ...terms }: TaxJurisdiction, intent: Intent): Promise<TaxJurisdiction> =>
  act('PUT', `/taxes/jurisdictions/${encodeURIComponent(code)}`, terms, intent);
/** In which state, county, city and district locations are; those of which nothing was said are missing. */
export const listTaxPlaces = async (): Promise<readonly LocationTaxPlace[]> =>
  (await get<{ items: readonly LocationTaxPlace[] }>('/taxes/places')).items;
/** Says where a location is below its country. */
export const setTaxPlace = ({ locationId, ...place }: LocationTaxPlace, intent: Intent): Promise<LocationTaxPlace> =>
  act('PUT', `/taxes/places/${locationId}`, place, intent);
/** With which states and schemes entities are registered. */
export const listStateRegistrations = async (): Promise<readonly StateTaxRegistration[]> =>
  (await get<{ items: readonly StateTaxRegistration[] }>('/taxes/registrations')).items;
/** Keeps that an entity pays tax to a state or through a scheme. */
export const registerWithState = (
  wish: Operations['registerWithState']['body'],
  intent: Intent,
): Promise<StateTaxRegistration> => act('PUT', '/taxes/registrations', wish, intent);
/** What taxes ask of a customer. */
export const getTaxBuyer = (id: string): Promise<TaxBuyer> => get(`/customers/${id}/tax`);
/** Keeps whether a customer is a business, and its VAT number. */
export const setTaxBuyer = (
  { id, ...body }: Operations['setTaxBuyer']['body'] & { readonly id: string },
  intent: Intent,
): Promise<unknown> => act('PUT', `/customers/${id}/tax`, body, intent);
/** What a basket is taxed; nothing is kept. */
export const taxBasket = (
  wish: Operations['taxBasket']['body'],
  intent: Intent,
): Promise<Operations['taxBasket']['answer']> => act('POST', '/taxes/basket', wish, intent);

// Postcodes ----------------------------------------------------------------------------------------------------------------------

/** Of which states the postcodes are known. */
export const listPostalRegions = async (): Promise<readonly PostalRegion[]> =>
  (await get<Operations['listPostalRegions']['answer']>('/taxes/postal-areas/regions')).items;
/** The rows of a postcode, and what is taxed there today. */
export const findPostcode = (
  where: { readonly country: string; readonly postcode: string },
  signal?: AbortSignal,
): Promise<Operations['listPostalAreas']['answer']> => get('/taxes/postal-areas', { ...where, limit: 20 }, signal);
/** What taking a part of a file in would do. */
export const previewPostalAreas = (csv: string): Promise<PostalAreaImport> =>
  preview('/taxes/postal-areas/import', { csv });
/** Takes a part of a file in. */
export const importPostalAreas = (csv: string, intent: Intent): Promise<PostalAreaImport> =>
  act('POST', '/taxes/postal-areas/import', { csv }, intent);
/** Removes all rows of a state. */
export const removePostalAreas = (
  { country, region }: Pick<PostalRegion, 'country' | 'region'>,
  intent: Intent,
): Promise<{ removed: number }> => act('DELETE', `/taxes/postal-areas/${country}/${region}`, undefined, intent);
/** Where the rows of a state stand as CSV. */
export const postalAreasCsv = ({ country, region }: Pick<PostalRegion, 'country' | 'region'>): string =>
  `/api/v1/taxes/postal-areas/csv${queryText({ country, region })}`;
