import { Button, Select } from '@mantine/core';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { listImportProblems, type Import, type ImportCounts } from '../../client/imports.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Pill, StatTile, type Tone } from '../../kit/stat-tile.tsx';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useImportWords } from './words.ts';

/** What a row of the old system and what stands here can differ in, the weightiest first. */
const REASONS = [
  'units_differ',
  'prices_differ',
  'no_price_here',
  'only_there',
  'only_here',
  'written_alike',
  'doubled_row',
] as const;

const TONES: Readonly<Record<string, Tone>> = { error: 'bad', warning: 'warn', note: 'plain' };

/** What the old system says beside what stands here: how much is the same, what differs, what is on one side only, and all of it as a file. */
export function Comparison({ of, planned }: { of: Import; planned: ImportCounts }) {
  const t = useTranslations('imports');
  const words = useImportWords();
  const [reason, setReason] = useState<string | null>(null);
  const { error, retry, ...list } = usePages(['imports', of.id, 'differences', reason], (after, signal) =>
    listImportProblems({ id: of.id, phase: 'check', ...(reason === null ? {} : { reason }) }, after, signal),
  );
  const found = of.report.problems ?? {};
  const shown = REASONS.filter((one) => (found[one]?.count ?? 0) > 0);
  const others = Object.keys(found).filter((one) => !REASONS.some((known) => known === one));
  const name = (one: string): string => {
    const key = `differences.${one}` as 'differences.units_differ';
    return t.has(key) ? t(key) : one.replaceAll('_', ' ');
  };
  return (
    <>
      <section aria-label={t('comparison')} className="os-grid">
        <StatTile
          label={t('same')}
          figure={<Quantity value={planned.unchanged} />}
          note={t('ofRows', { rows: planned.rows })}
        />
        {shown.map((one) => (
          <StatTile key={one} label={name(one)} figure={<Quantity value={found[one]?.count ?? 0} />} />
        ))}
      </section>
      <DataList
        label={t('differencesTitle')}
        rowKey={({ number }) => String(number)}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('noDifferences')} text={t('noDifferencesText')} />}
        filters={
          <>
            <Select
              className="os-grow"
              aria-label={t('difference')}
              placeholder={t('all')}
              data={[...shown, ...others].map((value) => ({ value, label: name(value) }))}
              value={reason}
              clearable
              onChange={setReason}
            />
            <Button
              component="a"
              variant="default"
              href={`/api/v1/imports/${of.id}/problems.csv?phase=check`}
              download="differences.csv"
              leftSection={<Download size={16} aria-hidden="true" />}
            >
              {t('differencesAsCsv')}
            </Button>
          </>
        }
        columns={[
          { key: 'value', header: t('article'), cell: ({ value }) => value },
          { key: 'says', header: t('difference'), cell: ({ says }) => words(says) },
          { key: 'does', header: t('toDo'), cell: ({ does }) => words(does) },
          {
            key: 'line',
            header: t('line'),
            numeric: true,
            phone: 'hidden',
            cell: ({ line }) => (line === 0 ? '' : line),
          },
          {
            key: 'reason',
            header: t('kind'),
            phone: 'corner',
            cell: (row) => <Pill tone={TONES[row.weight] ?? 'plain'}>{name(row.reason)}</Pill>,
          },
        ]}
      />
    </>
  );
}
