import type { Operations } from '../../client/operations.ts';
import { act, get } from './http.ts';
import type { Intent, Page } from './http.ts';

type Given<O extends keyof Operations> = Operations[O]['answer'];

/** A gift card, without its code, which nobody keeps. */
export type GiftCard = Given<'getGiftCard'>['card'];
/** A row of the history of a card, of store credit or of points. */
export type RewardEntry = Given<'getGiftCard'>['entries'][number];
/** A legal entity's loyalty programme. */
export type Programme = Given<'listLoyaltyProgrammes'>['items'][number];
/** A customer's points in a programme. */
export type CustomerPoints = Given<'listPoints'>['items'][number];
/** A customer's store credit in a currency. */
export type StoreCredit = Given<'listStoreCredit'>['items'][number];
/** A programme as it is asked for. */
export type ProgrammeWish = Operations['setLoyaltyProgramme']['body'];

/** Gift cards, newest first. */
export const listGiftCards = (
  asked: { readonly lastFour?: string | undefined; readonly state?: string | undefined },
  after?: string,
  signal?: AbortSignal,
): Promise<Page<GiftCard>> => get('/gift-cards', { ...asked, after }, signal);
/** A card and its history. */
export const getGiftCard = (id: string): Promise<Given<'getGiftCard'>> => get(`/gift-cards/${id}`);
/** The card of a code. */
export const lookUpGiftCard = ({ code }: { code: string }, intent: Intent): Promise<GiftCard> =>
  act('POST', '/gift-card-lookups', { code }, intent);
/** A currency that cards can be of. */
export type CardCurrency = NonNullable<Operations['issueGiftCards']['body']['currency']>;
/** Makes cards; their codes are told this once. */
export const issueGiftCards = (
  wish: Operations['issueGiftCards']['body'],
  intent: Intent,
): Promise<Given<'issueGiftCards'>> => act('POST', '/gift-cards', wish, intent);
/** Puts money on a card that nobody paid. */
export const creditGiftCard = (
  { id, ...wish }: Operations['creditGiftCard']['body'] & { readonly id: string },
  intent: Intent,
): Promise<unknown> => act('POST', `/gift-cards/${id}/credits`, wish, intent);
/** Stops a card or lets it go on. */
export const blockGiftCard = (
  { id, block, ...wish }: { id: string; block: boolean; locationId: string; reason: string },
  intent: Intent,
): Promise<unknown> => act('POST', `/gift-cards/${id}/${block ? 'block' : 'unblock'}`, wish, intent);
/** The loyalty programmes. */
export const listProgrammes = async (): Promise<readonly Programme[]> =>
  (await get<Given<'listLoyaltyProgrammes'>>('/loyalty-programmes')).items;
/** Sets a programme. */
export const setProgramme = (wish: ProgrammeWish, intent: Intent): Promise<unknown> =>
  act('PUT', '/loyalty-programmes', wish, intent);
/** A customer's points. */
export const listPoints = async (customerId: string): Promise<readonly CustomerPoints[]> =>
  (await get<Given<'listPoints'>>(`/customers/${customerId}/points`)).items;
/** A customer's store credit. */
export const listStoreCredit = async (customerId: string): Promise<readonly StoreCredit[]> =>
  (await get<Given<'listStoreCredit'>>(`/customers/${customerId}/store-credit`)).items;
