import type { Import, ImportProblem } from '../../client/operations.ts';
import { act, get } from './http.ts';
import type { Intent, Page } from './http.ts';

export type { Import, ImportCounts, ImportProblem, RecognisedInFile as Recognised } from '../../client/operations.ts';

/** What a file may be about. */
export type ImportKind = Import['kind'];
/** Whose kind of file it is. */
export type ImportFormat = Import['format'];
/** How far an import is. */
export type ImportState = Import['state'];
/** What a person chose, as the texts of a select; the server checks them. */
export type ImportSettings = {
  readonly encoding?: string;
  readonly separator?: string;
  readonly numbers?: Readonly<Record<string, string>>;
  readonly dates?: Readonly<Record<string, string>>;
  readonly columns?: Readonly<Record<string, string>>;
  readonly channelId?: string;
  readonly locationId?: string;
  readonly categoryId?: string;
  readonly pictures?: boolean;
  readonly stock?: 'opening' | 'count';
};
/** What the books will say of an opening balance. */
export type ImportedBalances = NonNullable<Import['report']['balances']>[number];

export const listImports = (after: string | undefined, signal: AbortSignal): Promise<Page<Import>> =>
  get('/imports', { after }, signal);

export const getImport = (id: string): Promise<Import> => get(`/imports/${id}`);

export const listImportProblems = (
  of: {
    readonly id: string;
    readonly phase: 'check' | 'run' | 'undo';
    readonly weight?: string;
    readonly reason?: string;
  },
  after: string | undefined,
  signal: AbortSignal,
): Promise<Page<ImportProblem>> =>
  get(`/imports/${of.id}/problems`, { phase: of.phase, weight: of.weight, reason: of.reason, after }, signal);

/** Begins an import; its file is sent after it. */
export const createImport = (
  wish: { readonly kind: ImportKind; readonly format: ImportFormat; readonly fileName: string },
  intent: Intent,
): Promise<{ id: string }> => act('POST', '/imports', wish, intent);

export const checkImport = (
  { id, settings }: { readonly id: string; readonly settings: ImportSettings },
  intent: Intent,
): Promise<unknown> => act('POST', `/imports/${id}/check`, settings, intent);

export const moveImport = (
  { id, to }: { readonly id: string; readonly to: 'run' | 'cancel' | 'undo' },
  intent: Intent,
): Promise<unknown> => act('POST', `/imports/${id}/${to}`, {}, intent);

/** As the server takes them. */
const PART_BYTES = 2 ** 19;

/** Sends a file in parts; a part whose answer is lost is sent again. `onPart` hears how much of it has arrived, from 0 to 1. */
export async function sendFile(
  { id, file, of }: { readonly id: string; readonly file: Blob; readonly of: 'file' | 'pictures' },
  onPart: (share: number) => void,
): Promise<void> {
  const parts = Math.max(1, Math.ceil(file.size / PART_BYTES));
  for (let part = 0; part < parts; part += 1) {
    const bytes = new Uint8Array(await file.slice(part * PART_BYTES, (part + 1) * PART_BYTES).arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
    await act('PUT', `/imports/${id}/parts/${part}`, { content: btoa(text), of }, { key: `${id}-${of}-${part}` });
    onPart((part + 1) / parts);
  }
}

/** Fetches a file, telling how many bytes have come. Throws when it does not come whole. */
export async function fetchFile(path: string, onBytes: (bytes: number) => void): Promise<Blob> {
  const answer = await fetch(`/api/v1${path}`, { credentials: 'same-origin' });
  if (!answer.ok || answer.body === null) throw new Error(`the file was not given: ${answer.status}`);
  const pieces: BlobPart[] = [];
  let bytes = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    bytes += value.length;
    onBytes(bytes);
  }
  return new Blob(pieces);
}
