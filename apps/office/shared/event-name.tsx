import { useTranslations } from 'use-intl';

/** What happened, in words; an event that has none yet is shown as it is called. */
export function EventName({ type }: { type: string }) {
  const t = useTranslations('event');
  const key = type as 'OrderPlaced';
  return <>{t.has(key) ? t(key) : type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')}</>;
}
