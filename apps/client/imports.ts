import { act, get } from './http.ts';
import type { Intent, Page } from './http.ts';

/** What a file may be about. */
export type ImportKind = 'products' | 'customers' | 'stock' | 'prices' | 'opening_balances' | 'comparison';
/** Whose kind of file it is. */
export type ImportFormat = 'shopify' | 'woocommerce' | 'magento' | 'oneshelf';
/** How far an import is. */
export type ImportState =
  | 'uploading'
  | 'checking'
  | 'needs_choice'
  | 'checked'
  | 'running'
  | 'done'
  | 'cancelled'
  | 'failed'
  | 'undoing'
  | 'undone';
/** What was found out about a file, with the evidence. */
export type Recognised = {
  readonly value: string;
  readonly certain: boolean;
  readonly why: string;
  readonly samples: readonly { readonly found: string; readonly reads: string }[];
  readonly others: readonly string[];
};
/** What a person chose. */
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
/** How many became what. */
export type ImportCounts = {
  readonly rows: number;
  readonly objects: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly leftOut: number;
};
/** What the books will say of an opening balance. */
export type ImportedBalances = {
  readonly entity: string;
  readonly currency: string;
  readonly day: string;
  readonly lines: readonly { readonly account: string; readonly amountMinor: number }[];
  readonly debitMinor: number;
  readonly creditMinor: number;
  readonly openingMinor: number;
};
export type Import = {
  readonly id: string;
  readonly kind: ImportKind;
  readonly format: ImportFormat;
  readonly fileName: string;
  readonly state: ImportState;
  readonly settings: ImportSettings;
  readonly report: {
    readonly failure?: { readonly reason: string; readonly says: string };
    readonly recognised?: {
      readonly encoding: Recognised | null;
      readonly separator: Recognised | null;
      readonly columns: readonly {
        readonly column: string;
        readonly field: string | null;
        readonly samples: readonly string[];
      }[];
      readonly missing: readonly string[];
      readonly doubled: readonly string[];
      readonly numbers: Readonly<Record<string, Recognised>>;
      readonly dates: Readonly<Record<string, Recognised>>;
    };
    readonly choices?: readonly string[];
    readonly planned?: ImportCounts;
    readonly applied?: ImportCounts;
    readonly balances?: readonly ImportedBalances[];
    readonly problems?: Readonly<Record<string, { readonly weight: ProblemWeight; readonly count: number }>>;
    readonly undone?: { readonly archived: number; readonly setBack: number; readonly left: number };
  };
  readonly done: number;
  readonly total: number;
  readonly createdAt: string;
  readonly confirmedAt: string | null;
  readonly finishedAt: string | null;
  readonly cancelAsked: boolean;
};
/** How bad a problem is. */
export type ProblemWeight = 'error' | 'warning' | 'note';
export type ImportProblem = {
  readonly number: number;
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly weight: ProblemWeight;
  readonly reason: string;
  readonly says: string;
  readonly does: string;
};

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
