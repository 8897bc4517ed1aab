import { Button, Modal, Progress, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  getImport,
  listImportProblems,
  moveImport,
  type Import,
  type ImportCounts,
  type ImportedBalances,
} from '../../client/imports.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Money } from '../../kit/numbers.tsx';
import { EmptyState, Problem } from '../../kit/problem.tsx';
import { Card, PageHead, Pill, StatTile } from '../../kit/stat-tile.tsx';
import { useAct } from '../shared/act.ts';
import { usePages } from '../shared/paging.ts';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { Comparison } from './comparison.tsx';
import { ImportStatePill, isWorking } from './import-state.tsx';
import { RecognisedCard } from './recognised.tsx';
import { useImportWords } from './words.ts';

/** An import: what was recognised, what it will do or did, what is wrong with the file, and how far it is. */
export function ImportPage() {
  const t = useTranslations('imports');
  const id = useParam('importId');
  const found = useQuery({
    queryKey: ['imports', id],
    queryFn: () => getImport(id),
    refetchInterval: ({ state }) => (state.data !== undefined && isWorking(state.data.state) ? 1_000 : false),
  });
  const words = useImportWords();
  const one = found.data;
  if (one === undefined) return found.error === null ? null : <ProblemView problem={found.error} while="reading" />;
  const { recognised, failure, planned, applied, balances, undone } = one.report;
  const percent = one.total === 0 ? 0 : Math.round((one.done / one.total) * 100);
  return (
    <>
      <PageHead
        title={one.fileName}
        back={{ href: '/imports', label: t('back') }}
        badge={
          one.kind === 'comparison' && one.state === 'checked' ? (
            <Pill tone="good">{t('compared')}</Pill>
          ) : (
            <ImportStatePill state={one.state} />
          )
        }
        actions={<Acts of={one} />}
      />
      <div className="os-stack">
        {isWorking(one.state) && (
          <div role="status">
            <span>{t('progress', { done: one.done, total: one.total })}</span>
            <Progress value={percent} animated aria-label={t(`states.${one.state}`)} />
          </div>
        )}
        {failure !== undefined && <Problem what={t('failed')} next={words(failure.says)} />}
        {undone !== undefined && <p role="status">{t('undoneText', undone)}</p>}
        {one.kind === 'comparison' && planned !== undefined && !isWorking(one.state) && (
          <Comparison of={one} planned={planned} />
        )}
        {one.kind === 'comparison' ? null : applied !== undefined ? (
          <Counts title={t('result')} counts={applied} />
        ) : (
          planned !== undefined && <Counts title={t('report')} counts={planned} />
        )}
        {balances?.map((one_) => (
          <Balances key={`${one_.entity} ${one_.day}`} of={one_} />
        ))}
        {/* What was chosen belongs to what was found: another check begins with its own. */}
        {recognised !== undefined && !isWorking(one.state) && (
          <RecognisedCard key={JSON.stringify(one.settings)} of={one} found={recognised} />
        )}
        {one.kind !== 'comparison' && (planned !== undefined || applied !== undefined) && <Problems of={one} />}
      </div>
    </>
  );
}

function Acts({ of: { id, kind, state, confirmedAt, cancelAsked } }: { of: Import }) {
  const t = useTranslations('imports');
  const [asks, setAsks] = useState(false);
  const moving = useAct(moveImport, { touches: ['imports', 'products', 'skus', 'stock', 'customers', 'books'] });
  const goesOn = (state === 'cancelled' || state === 'failed') && confirmedAt !== null;
  return (
    <>
      {moving.error !== null && <ProblemView problem={moving.error} while="acting" />}
      {(goesOn || (state === 'done' && confirmedAt !== null)) && (
        <Button variant="default" onClick={() => setAsks(true)}>
          {t('undo')}
        </Button>
      )}
      {kind !== 'comparison' && (state === 'checked' || goesOn) && (
        <Button loading={moving.isPending} onClick={() => moving.mutate({ id, to: 'run' })}>
          {goesOn ? t('resume') : t('run')}
        </Button>
      )}
      {isWorking(state) && (
        <Button variant="default" disabled={cancelAsked} onClick={() => moving.mutate({ id, to: 'cancel' })}>
          {cancelAsked ? t('cancelling') : t('cancel')}
        </Button>
      )}
      <Modal opened={asks} onClose={() => setAsks(false)} title={t('undoTitle')}>
        <div className="os-stack">
          <p>{t('undoText')}</p>
          <div className="os-row">
            <Button variant="default" onClick={() => setAsks(false)}>
              {t('keep')}
            </Button>
            <Button
              color="red"
              onClick={() => {
                setAsks(false);
                moving.mutate({ id, to: 'undo' });
              }}
            >
              {t('undoDo')}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

function Counts({ title, counts }: { title: string; counts: ImportCounts }) {
  const t = useTranslations('imports');
  return (
    <section aria-label={title} className="os-grid">
      {(['rows', 'created', 'changed', 'unchanged', 'leftOut'] as const).map((name) => (
        <StatTile key={name} label={t(name)} figure={counts[name]} />
      ))}
    </section>
  );
}

function Balances({ of }: { of: ImportedBalances }) {
  const t = useTranslations('imports');
  const title = t('balances', { entity: of.entity, day: of.day });
  const lines = [...of.lines, { account: t('openingAccount'), amountMinor: of.openingMinor }];
  const side = (minor: number) => (minor > 0 ? <Money value={{ amount: minor, currency: of.currency }} /> : '');
  return (
    <Card title={title}>
      <table className="os-table">
        <thead>
          <tr>
            <th scope="col">{t('account')}</th>
            <th scope="col">{t('debit')}</th>
            <th scope="col">{t('credit')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ account, amountMinor }) => (
            <tr key={account}>
              <td>{account.replaceAll('_', ' ')}</td>
              <td>{side(amountMinor)}</td>
              <td>{side(0 - amountMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

const WEIGHTS = ['error', 'warning', 'note'] as const;
const TONES = { error: 'bad', warning: 'warn', note: 'plain' } as const;

function Problems({ of }: { of: Import }) {
  const t = useTranslations('imports');
  const [weight, setWeight] = useState<string | null>(null);
  const words = useImportWords();
  const phase = of.state === 'undone' ? 'undo' : 'check';
  const { error, retry, ...list } = usePages(['imports', of.id, 'problems', phase, weight], (after, signal) =>
    listImportProblems({ id: of.id, phase, ...(weight === null ? {} : { weight }) }, after, signal),
  );
  return (
    <DataList
      label={t('problems')}
      rowKey={({ number }) => String(number)}
      {...list}
      error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
      empty={<EmptyState title={t('noProblems')} text={t('noProblemsText')} />}
      filters={
        <>
          <Select
            aria-label={t('weight')}
            placeholder={t('all')}
            data={WEIGHTS.map((value) => ({ value, label: t(`weights.${value}`) }))}
            value={weight}
            clearable
            onChange={setWeight}
          />
          <Button
            component="a"
            variant="default"
            href={`/api/v1/imports/${of.id}/problems.csv?phase=${phase}`}
            download="problems.csv"
            leftSection={<Download size={16} aria-hidden="true" />}
          >
            {t('asCsv')}
          </Button>
        </>
      }
      columns={[
        { key: 'says', header: t('says'), cell: ({ says }) => words(says) },
        { key: 'line', header: t('line'), numeric: true, cell: ({ line }) => (line === 0 ? '' : line) },
        { key: 'column', header: t('column'), cell: ({ column }) => column },
        { key: 'does', header: t('does'), cell: ({ does }) => words(does) },
        {
          key: 'weight',
          header: t('weight'),
          phone: 'corner',
          cell: (row) => <Pill tone={TONES[row.weight]}>{t(`weights.${row.weight}`)}</Pill>,
        },
      ]}
    />
  );
}
