import type { Operations } from '../../client/operations.ts';
import { act, get } from './http.ts';
import type { Intent } from './http.ts';
import type { Channel, LegalEntity, Location } from './types.ts';

type Given<O extends keyof Operations> = Operations[O]['answer'];

/** A step on the way to the first sale, and how far it is. */
export type SetupStep = Given<'getGettingStarted'>['steps'][number];
/** Something to look at before the doors are opened. */
export type ReadinessItem = Given<'getReadiness'>['items'][number];
/** A rate of tax. */
export type TaxRate = Given<'listTaxRates'>['items'][number];
/** The number under which a company pays tax. */
export type TaxRegistration = Given<'listTaxRegistrations'>['items'][number];

/** What is asked for when a company is founded. */
export type EntityWish = Operations['foundEntity']['body'];
/** A location as it is asked for. */
export type LocationWish = Operations['openLocation']['body'];
/** A way to sell as it is asked for. */
export type ChannelWish = Operations['openChannel']['body'];

/** How far each step is. */
export const getGettingStarted = async (): Promise<readonly SetupStep[]> =>
  (await get<Given<'getGettingStarted'>>('/getting-started')).steps;
/** Skips a step, or takes it up again. */
export const skipStep = ({ step, skipped }: { step: string; skipped: boolean }, intent: Intent): Promise<unknown> =>
  act('PUT', `/getting-started/${step}`, { skipped }, intent);
/** What is still to do before the doors are opened. */
export const getReadiness = async (): Promise<readonly ReadinessItem[]> =>
  (await get<Given<'getReadiness'>>('/readiness')).items;

/** Rates by country and class. */
export const listTaxRates = async (): Promise<readonly TaxRate[]> =>
  (await get<Given<'listTaxRates'>>('/tax-rates')).items;
/** Sets a rate from a day on. */
export const setTaxRate = (rate: Operations['setTaxRate']['body'], intent: Intent): Promise<TaxRate> =>
  act('PUT', '/tax-rates', rate, intent);
/** Under which numbers the companies pay tax. */
export const listTaxRegistrations = async (): Promise<readonly TaxRegistration[]> =>
  (await get<Given<'listTaxRegistrations'>>('/tax-registrations')).items;
/** Keeps the number under which a company pays tax. */
export const registerForTax = (wish: Operations['registerForTax']['body'], intent: Intent): Promise<TaxRegistration> =>
  act('POST', '/tax-registrations', wish, intent);
/** Founds a company. */
export const foundEntity = (wish: EntityWish, intent: Intent): Promise<LegalEntity> =>
  act('POST', '/entities', wish, intent);
/** Opens a location. */
export const openLocation = (wish: LocationWish, intent: Intent): Promise<Location> =>
  act('POST', '/locations', wish, intent);
/** Opens a way to sell with its price list. */
export const openChannel = (wish: ChannelWish, intent: Intent): Promise<Channel> =>
  act('POST', '/channels', wish, intent);
/** Changes a company, archives or restores it. */
export const editEntity = (
  { id, ...change }: Operations['editEntity']['body'] & { readonly id: string },
  intent: Intent,
): Promise<LegalEntity> => act('PATCH', `/entities/${id}`, change, intent);
/** Changes a location, closes or opens it again. */
export const editLocation = (
  { id, ...change }: Operations['editLocation']['body'] & { readonly id: string },
  intent: Intent,
): Promise<Location> => act('PATCH', `/locations/${id}`, change, intent);
/** Changes a way to sell, closes or opens it again. */
export const editChannel = (
  { id, ...change }: Operations['editChannel']['body'] & { readonly id: string },
  intent: Intent,
): Promise<Channel> => act('PATCH', `/channels/${id}`, change, intent);
/** Opens a register. */
export const openRegister = (wish: Operations['openRegister']['body'], intent: Intent): Promise<unknown> =>
  act('POST', '/registers', wish, intent);
