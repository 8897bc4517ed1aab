import { Button, FileButton, Progress, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { importPostalAreas, previewPostalAreas, type PostalAreaImport } from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Day, Quantity } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { postalParts, type PostalPart } from './postal-parts.ts';
import { codesText } from './words.ts';

type Row = PostalAreaImport['rows'][number];
const TONES = {
  new: 'good',
  changed: 'warn',
  same: 'plain',
  overlaps: 'bad',
  twice: 'bad',
  malformed: 'bad',
} as const;
/** Rows that are shown of a file; what needs somebody's eyes comes first. */
const SHOWN = 200;

/** Takes postcodes in from a file: first shown row by row, then written, part by part. */
export function ImportPostcodes({ onDone }: { onDone: () => void }) {
  const t = useTranslations('taxes');
  const [text, setText] = useState('');
  const [pasted, setPasted] = useState('');
  const [through, setThrough] = useState(0);
  const looking = useMutation({ mutationFn: (csv: string) => eachPart(csv, previewPostalAreas, setThrough) });
  const look = (csv: string): void => {
    setText(csv);
    if (csv.trim() === '') looking.reset();
    else looking.mutate(csv);
  };
  const taking = useAct(
    (csv: string, intent) =>
      eachPart(
        csv,
        async (part, at) => {
          const first = await importPostalAreas(part, { key: `${intent.key}-${at}` });
          // A row may have waited for one that a later part ended.
          if (!first.rows.some(({ what }) => what === 'overlaps')) return first;
          const again = await importPostalAreas(part, { key: `${intent.key}-${at}-again` });
          const [added, changed] = [first.added + again.added, first.changed + again.changed];
          return { ...again, added, changed, same: first.same };
        },
        setThrough,
      ),
    {
      touches: ['taxes'],
      onDone: ({ added, changed }) => {
        toast(t('postcodes.done', { count: added + changed }));
        onDone();
      },
    },
  );
  const found = looking.data;
  const taken = (found?.added ?? 0) + (found?.changed ?? 0);
  const reason =
    text.trim() === ''
      ? t('postcodes.needsFile')
      : found === undefined
        ? t('import.looking')
        : taken === 0
          ? t('import.nothing')
          : undefined;
  const problem = taking.error ?? looking.error;
  const isBusy = looking.isPending || taking.isPending;
  return (
    <div className="os-fields">
      <p className="os-soft">{t('postcodes.importText')}</p>
      <div className="os-row">
        <FileButton
          accept=".csv,.txt,text/csv"
          onChange={(file) => {
            setPasted('');
            void file?.text().then(look);
          }}
        >
          {(props) => (
            <Button variant="default" {...props}>
              {t('import.file')}
            </Button>
          )}
        </FileButton>
      </div>
      <Textarea
        label={t('postcodes.csv')}
        description={t('postcodes.columns')}
        rows={4}
        value={pasted}
        onChange={(event) => {
          setPasted(event.currentTarget.value);
          look(event.currentTarget.value);
        }}
      />
      {isBusy && (
        <div role="status">
          <Progress value={through} aria-label={t('postcodes.through', { percent: Math.round(through) })} />
          <p className="os-soft">{t('postcodes.through', { percent: Math.round(through) })}</p>
        </div>
      )}
      {problem !== null && <ProblemView problem={problem} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton reason={reason} loading={taking.isPending} onClick={() => taking.mutate(text)}>
          {t('postcodes.take', { count: taken })}
        </ReasonButton>
      </div>
      {found !== undefined && <Found found={found} />}
    </div>
  );
}

/** What sends the parts of a file one after the other and sums what became of them; `told` hears how far it is, in per cent. */
async function eachPart(
  csv: string,
  send: (part: string, at: number) => Promise<PostalAreaImport>,
  told: (percent: number) => void,
): Promise<PostalAreaImport> {
  told(0);
  const parts = postalParts(csv);
  let sum: PostalAreaImport = { added: 0, changed: 0, same: 0, left: 0, rows: [] };
  for (const [at, part] of parts.entries()) {
    sum = withPart(sum, await send(part.csv, at), part);
    told(((at + 1) / parts.length) * 100);
  }
  return sum;
}

function withPart(sum: PostalAreaImport, more: PostalAreaImport, part: PostalPart): PostalAreaImport {
  const rows = [...sum.rows, ...more.rows.map((row) => ({ ...row, line: part.lines[row.line - 1] ?? row.line }))];
  return {
    added: sum.added + more.added,
    changed: sum.changed + more.changed,
    same: sum.same + more.same,
    left: sum.left + more.left,
    rows: [...rows.filter(isTrouble), ...rows.filter((row) => !isTrouble(row))].slice(0, SHOWN),
  };
}

function isTrouble({ what }: Row): boolean {
  return what === 'overlaps' || what === 'twice' || what === 'malformed';
}

function Found({ found }: { found: PostalAreaImport }) {
  const t = useTranslations('taxes');
  const { added, changed, same, left, rows } = found;
  const whatIsWrong = ({ problems, overlaps }: Row): string =>
    overlaps === null
      ? problems.map((one) => t('import.problem', { column: one.column, text: one.text })).join(' ')
      : t('postcodes.overlaps', { codes: codesText(overlaps), from: overlaps.validFrom });
  return (
    <>
      <p role="status">{t('postcodes.sums', { added, changed, same, left })}</p>
      {added + changed + same + left > rows.length && (
        <p className="os-soft">{t.rich('postcodes.first', { rows: () => <Quantity value={rows.length} /> })}</p>
      )}
      <DataList
        label={t('import.rows')}
        rows={rows}
        rowKey={(row) => String(row.line)}
        empty={null}
        columns={[
          {
            key: 'what',
            header: t('import.what'),
            phone: 'corner',
            cell: (row) => <Pill tone={TONES[row.what]}>{t(`postcodes.whats.${row.what}`)}</Pill>,
          },
          { key: 'line', header: t('import.line'), numeric: true, cell: (row) => row.line },
          {
            key: 'state',
            header: t('where.region'),
            cell: (row) =>
              row.what === 'malformed' ? '–' : <span className="os-code">{`${row.country}-${row.region}`}</span>,
          },
          {
            key: 'codes',
            header: t('postcodes.codes'),
            cell: (row) => (row.what === 'malformed' ? '–' : <span className="os-code">{codesText(row)}</span>),
          },
          {
            key: 'says',
            header: t('postcodes.says'),
            cell: (row) =>
              isTrouble(row) && row.what !== 'twice'
                ? whatIsWrong(row)
                : [row.county, row.city, ...row.districts].filter((name) => name !== null).join(' · ') || '–',
          },
          {
            key: 'from',
            header: t('validFrom'),
            cell: (row) => row.validFrom !== null && <Day value={row.validFrom} />,
          },
        ]}
      />
    </>
  );
}
