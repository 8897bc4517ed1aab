import type { ErasureReceipt } from '../../client/operations.ts';
import { act, get, preview, takeFile, type Intent } from './http.ts';

/** Somebody whose data can be taken out and erased. */
export type PersonKind = 'customer' | 'person';

export type { ErasureReceipt } from '../../client/operations.ts';

const pathOf = (kind: PersonKind, id: string): string =>
  kind === 'customer' ? `/customers/${id}` : `/staff/people/${id}`;

/** The receipt of somebody who was erased, null for everybody else. */
export const findErasure = async (kind: PersonKind, id: string): Promise<ErasureReceipt | null> =>
  (await get<{ receipt: ErasureReceipt | null }>(`${pathOf(kind, id)}/erasure`)).receipt;

/** What erasing would come to. */
export const previewErasure = (kind: PersonKind, id: string): Promise<ErasureReceipt> =>
  preview(`${pathOf(kind, id)}/erasure`, {});

/** Erases. */
export const erase = (kind: PersonKind, id: string, intent: Intent): Promise<ErasureReceipt> =>
  act('POST', `${pathOf(kind, id)}/erasure`, {}, intent);

/** Everything that is known of somebody, as a ZIP file. */
export const takePersonalData = (kind: PersonKind, id: string, intent: Intent): Promise<Blob> =>
  takeFile(`${pathOf(kind, id)}/personal-data`, intent);
