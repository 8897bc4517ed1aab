import { Button } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { ApiProblem } from '../../client/problem.ts';
import { Problem } from '../../kit/problem.tsx';

type Told = 'reading' | 'acting';

/** The words for a problem: what happened. The business's own refusals are named, everything else by its kind. */
export function useProblemText(): (problem: Error) => string {
  const t = useTranslations('problem');
  return (problem) => {
    if (!(problem instanceof ApiProblem)) return t('unknown');
    const key = `reasons.${problem.reason}` as 'reasons.insufficient_stock';
    const numbers = Object.fromEntries(
      Object.entries(problem.numbers).filter(
        (pair): pair is [string, string | number] => typeof pair[1] === 'string' || typeof pair[1] === 'number',
      ),
    );
    if (t.has(key)) return t(key, numbers);
    if (problem.fields.length > 0)
      return problem.fields.map(({ path, message }) => `${path.replace(/^\//, '')}: ${message}`).join('; ');
    if (problem.status === 0) return t('unreachable');
    if (problem.status === 403) return t('forbidden');
    if (problem.status === 404) return t('notFound');
    if (problem.status >= 500) return t('server');
    return problem.message;
  };
}

/** Shows a problem of reading (nothing was at stake) or of acting (was it done? what now?). */
export function ProblemView({ problem, while: told, retry }: { problem: Error; while: Told; retry?: () => void }) {
  const t = useTranslations('problem');
  const text = useProblemText();
  const unsure = problem instanceof ApiProblem && (problem.status === 0 || problem.status >= 500);
  const lost = told === 'reading' ? t('nothingLostReading') : unsure ? t('unsure') : t('nothingWritten');
  const next = unsure ? t('tryAgain') : undefined;
  const action =
    retry === undefined ? undefined : (
      <Button size="compact-sm" variant="default" onClick={retry}>
        {t('retry')}
      </Button>
    );
  return <Problem what={text(problem)} lost={lost} {...(next === undefined ? {} : { next })} action={action} />;
}
