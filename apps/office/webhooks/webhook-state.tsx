import { useTranslations } from 'use-intl';
import type { Webhook } from '../../client/webhooks.ts';
import { Pill } from '../../kit/stat-tile.tsx';

/** Whether somebody is told, and if not, why. */
export function WebhookState({ webhook }: { webhook: Webhook }) {
  const t = useTranslations('webhooks.states');
  const { disabledReason, failingSince, waiting } = webhook;
  if (disabledReason === 'by_hand') return <Pill>{t('by_hand')}</Pill>;
  if (disabledReason !== null)
    return <Pill tone="bad">{t(disabledReason === 'failing' ? 'failed' : disabledReason)}</Pill>;
  if (failingSince !== null) return <Pill tone="warn">{t('failing')}</Pill>;
  if (waiting > 0) return <Pill tone="brand">{t('waiting', { count: waiting })}</Pill>;
  return <Pill tone="good">{t('working')}</Pill>;
}

/** What went wrong, in words. `problem` is the word of the API, or `status 500`. */
export function ProblemOfCall({ problem, status }: { problem: string; status?: number | null }) {
  const t = useTranslations('webhooks.problems');
  const told = /^status (\d+)$/.exec(problem)?.[1] ?? status;
  if (problem.startsWith('status') || (problem === 'redirect' && told === undefined))
    return <>{t('status', { status: String(told ?? '') })}</>;
  const key = problem as 'redirect';
  return <>{t.has(key) ? t(key) : t('other')}</>;
}

/** The types of a webhook in words: topics by their names, events as they are called. */
export function TypesInWords({ types }: { types: readonly string[] }) {
  const t = useTranslations('webhooks');
  const word = (type: string): string => {
    if (type === '*') return t('all');
    const key = `topics.${type.replace('.*', '')}` as 'topics.order';
    return type.endsWith('.*') && t.has(key) ? t(key) : type;
  };
  return <>{types.map(word).join(', ')}</>;
}
