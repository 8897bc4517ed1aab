import { useTranslations } from 'use-intl';
import type { AuditEntry } from '../../client/audit.ts';

/** What happened as a sentence; a kind of event that has none yet is shown plainly, after who did it. */
export function useSentence(): (entry: AuditEntry) => string {
  const t = useTranslations('audit');
  return ({ actor, origin, type }) => {
    const unnamed = origin?.kind === 'nobody' ? t('nobody') : t('somebody');
    const who = actor === null ? unnamed : actor.kind === 'system' ? t('system') : actor.name || t('somebody');
    const key = `sentence.${type}` as 'sentence.PricesSet';
    return t.has(key) ? t(key, { who }) : `${who}: ${type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()}`;
  };
}

const PAGES: Readonly<Record<string, string>> = {
  ord: '/orders/',
  prd: '/products/',
  cus: '/customers/',
  per: '/people/',
  whk: '/webhooks/',
};

/** The page of what an event is about, where it has one. */
export function addressOf({ subjectId }: AuditEntry): string | undefined {
  const page = subjectId === null ? undefined : PAGES[subjectId.slice(0, 3)];
  return page === undefined || subjectId === null ? undefined : page + subjectId;
}

/** One line of a comparison: the path of a value, and what stood and stands there. */
export type Change = { readonly path: string; readonly before: string; readonly after: string };

/** What is different between two values, leaf by leaf; what is the same stays out. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const [old, fresh] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? '', after: fresh.get(path) ?? '' }))
    .filter((change) => change.before !== change.after);
}

/** Every leaf of a value by its path. */
export function leavesOf(value: unknown, path = ''): Map<string, string> {
  const leaves = new Map<string, string>();
  if (value === null || value === undefined) return leaves;
  if (typeof value !== 'object') return leaves.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  for (const [key, each] of Object.entries(value))
    for (const [below, text] of leavesOf(each, path === '' ? key : `${path} · ${key}`)) leaves.set(below, text);
  return leaves;
}
