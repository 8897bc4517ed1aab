import { useTranslations } from 'use-intl';
import { EmptyState } from '../../kit/problem.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  const t = useTranslations('notFound');
  return <EmptyState title={t('title')} text={t('text')} action={<a href="/">{t('back')}</a>} />;
}
