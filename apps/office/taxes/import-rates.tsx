import { Button, FileButton, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { ppmToPercent } from '../../../src/kernel/rate.ts';
import { getShippedTaxRates, importTaxRates, previewTaxRates, type TaxRateImport } from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Day } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { placeText } from './words.ts';

type Row = TaxRateImport['rows'][number];
const TONES = { new: 'good', changed: 'warn', same: 'plain', past: 'bad', twice: 'bad', malformed: 'bad' } as const;

/** Takes rates in from a file or those that the program brings along: first shown row by row, then written. */
export function ImportRates({ onDone }: { onDone: () => void }) {
  const t = useTranslations('taxes');
  const [csv, setCsv] = useState('');
  const looking = useMutation({ mutationFn: previewTaxRates });
  const look = (text: string): void => {
    setCsv(text);
    if (text.trim() === '') looking.reset();
    else looking.mutate(text);
  };
  const shipped = useMutation({ mutationFn: getShippedTaxRates, onSuccess: look });
  const taking = useAct(importTaxRates, {
    touches: ['taxes', 'company', 'setup'],
    onDone: ({ taken }) => {
      toast(t('import.done', { count: taken }));
      onDone();
    },
  });
  const found = looking.data;
  const reason =
    csv.trim() === ''
      ? t('import.needsFile')
      : found === undefined
        ? t('import.looking')
        : found.taken === 0
          ? t('import.nothing')
          : undefined;
  const problem = taking.error ?? looking.error ?? shipped.error;
  return (
    <div className="os-fields">
      <p className="os-soft">{t('import.text')}</p>
      <div className="os-row">
        <FileButton accept=".csv,.txt,text/csv" onChange={(file) => void file?.text().then(look)}>
          {(props) => (
            <Button variant="default" {...props}>
              {t('import.file')}
            </Button>
          )}
        </FileButton>
        <Button variant="default" loading={shipped.isPending} onClick={() => shipped.mutate()}>
          {t('import.shipped')}
        </Button>
      </div>
      <Textarea
        label={t('import.csv')}
        description={t('import.columns')}
        rows={4}
        value={csv}
        onChange={(event) => look(event.currentTarget.value)}
      />
      {problem !== null && <ProblemView problem={problem} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton reason={reason} loading={taking.isPending} onClick={() => taking.mutate(csv)}>
          {t('import.take', { count: found?.taken ?? 0 })}
        </ReasonButton>
      </div>
      {found !== undefined && <Found rows={found.rows} />}
    </div>
  );
}

function Found({ rows }: { rows: readonly Row[] }) {
  const t = useTranslations('taxes');
  const locale = useLocale();
  return (
    <DataList
      label={t('import.rows')}
      // What needs somebody's eyes comes first.
      rows={[...rows.filter(isTrouble), ...rows.filter((row) => !isTrouble(row))]}
      rowKey={(row) => String(row.line)}
      empty={null}
      columns={[
        {
          key: 'what',
          header: t('import.what'),
          phone: 'corner',
          cell: (row) => <Pill tone={TONES[row.what]}>{t(`import.whats.${row.what}`)}</Pill>,
        },
        { key: 'line', header: t('import.line'), numeric: true, cell: (row) => row.line },
        {
          key: 'place',
          header: t('jurisdiction'),
          cell: (row) =>
            row.what === 'malformed'
              ? row.problems.map((one) => t('import.problem', { column: one.column, text: one.text })).join(' ')
              : placeText(locale, row.jurisdiction),
        },
        { key: 'class', header: t('class'), cell: (row) => row.taxClass },
        { key: 'from', header: t('validFrom'), cell: (row) => row.validFrom !== null && <Day value={row.validFrom} /> },
        {
          key: 'before',
          header: t('import.before'),
          numeric: true,
          cell: (row) => row.beforePpm !== null && <span className="os-num">{ppmToPercent(row.beforePpm)} %</span>,
        },
        {
          key: 'rate',
          header: t('rate'),
          numeric: true,
          cell: (row) => row.what !== 'malformed' && <span className="os-num">{ppmToPercent(row.ratePpm)} %</span>,
        },
      ]}
    />
  );
}

function isTrouble({ what }: Row): boolean {
  return what === 'malformed' || what === 'past' || what === 'twice';
}
