import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { checkImport, type Import, type ImportSettings, type Recognised } from '../../client/imports.ts';
import { Card, Pill } from '../../kit/stat-tile.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useImportWords } from './words.ts';

type Found = NonNullable<Import['report']['recognised']>;

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'macintosh'];
const SEPARATORS: Readonly<Record<string, string>> = {
  ',': 'comma_separator',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
};

/** What was found out about a file, why, and what a person may choose instead. */
export function RecognisedCard({ of, found }: { of: Import; found: Found }) {
  const t = useTranslations('imports');
  const [settings, setSettings] = useState<ImportSettings>(of.settings);
  const checking = useAct(checkImport, { touches: ['imports'] });
  const canChoose = of.confirmedAt === null && ['needs_choice', 'checked'].includes(of.state);
  const choose = (part: 'numbers' | 'dates' | 'columns', field: string, value: string): void =>
    setSettings((now) => ({ ...now, [part]: { ...now[part], [field]: value } }));
  const open = new Set(of.report.choices);
  return (
    <Card title={t('recognised')}>
      <div className="os-fields">
        {found.encoding !== null && (
          <Choice
            label={t('encoding')}
            found={found.encoding}
            values={ENCODINGS}
            chosen={settings.encoding}
            canChoose={canChoose}
            onChoose={(encoding) => setSettings((now) => ({ ...now, encoding }))}
          />
        )}
        {found.separator !== null && (
          <Choice
            label={t('separator')}
            found={found.separator}
            values={Object.keys(SEPARATORS)}
            chosen={settings.separator}
            canChoose={canChoose}
            onChoose={(separator) => setSettings((now) => ({ ...now, separator }))}
          />
        )}
        {Object.entries(found.numbers).map(([field, one]) => (
          <Choice
            key={field}
            label={t('numbers', { field })}
            found={one}
            values={['point', 'comma']}
            chosen={settings.numbers?.[field]}
            canChoose={canChoose}
            onChoose={(value) => choose('numbers', field, value)}
          />
        ))}
        {Object.entries(found.dates).map(([field, one]) => (
          <Choice
            key={field}
            label={t('dates', { field })}
            found={one}
            values={['ymd', 'dmy', 'mdy']}
            chosen={settings.dates?.[field]}
            canChoose={canChoose}
            onChoose={(value) => choose('dates', field, value)}
          />
        ))}
        {[...found.missing, ...found.doubled]
          .filter((field) => open.has(`columns.${field}`))
          .map((field) => (
            <Select
              key={field}
              label={t('missing', { field })}
              data={[...new Set(found.columns.map(({ column }) => column))].filter((column) => column !== '')}
              value={settings.columns?.[field] ?? null}
              searchable
              onChange={(value) => choose('columns', field, value ?? '')}
            />
          ))}
        {canChoose && (
          <Button
            variant={of.state === 'needs_choice' ? 'filled' : 'default'}
            loading={checking.isPending}
            onClick={() => checking.mutate({ id: of.id, settings })}
          >
            {t('checkAgain')}
          </Button>
        )}
        {checking.error !== null && <ProblemView problem={checking.error} while="acting" />}
        <Columns found={found} />
      </div>
    </Card>
  );
}

function Choice({
  label,
  found,
  values,
  chosen,
  canChoose,
  onChoose,
}: {
  label: string;
  found: Recognised;
  values: readonly string[];
  chosen: string | undefined;
  canChoose: boolean;
  onChoose: (value: string) => void;
}) {
  const t = useTranslations('imports');
  const words = useImportWords();
  const nameOf = (value: string): string => {
    const key = `values.${SEPARATORS[value] ?? value}` as 'values.point';
    return t.has(key) ? t(key) : value;
  };
  const certain = found.certain || chosen !== undefined;
  return (
    <div className="os-stack">
      <div className="os-row">
        <Select
          className="os-grow"
          label={label}
          description={words(found.why)}
          data={[...new Set([found.value, ...values])].map((value) => ({ value, label: nameOf(value) }))}
          value={chosen ?? (found.certain ? found.value : null)}
          placeholder={nameOf(found.value)}
          disabled={!canChoose}
          allowDeselect={false}
          onChange={(value) => value !== null && onChoose(value)}
        />
        <Pill tone={certain ? 'good' : 'warn'}>{certain ? t('sure') : t('unsure')}</Pill>
      </div>
      {/* They say how it is read as it was recognised. */}
      {(chosen ?? found.value) === found.value && found.samples.length > 0 && (
        <ul className="os-links">
          {found.samples.slice(0, 3).map((sample) => (
            <li key={sample.found}>{t('reads', sample)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Columns({ found }: { found: Found }) {
  const t = useTranslations('imports');
  return (
    <details>
      <summary>{t('columns')}</summary>
      <div className="os-list-scroll">
        <table className="os-table">
          <thead>
            <tr>
              <th scope="col">{t('column')}</th>
              <th scope="col">{t('field')}</th>
              <th scope="col">{t('sample')}</th>
            </tr>
          </thead>
          <tbody>
            {found.columns.map(({ column, field, samples }, at) => (
              // Two columns may have one name.
              <tr key={`${at} ${column}`}>
                <td>{column}</td>
                <td>{field ?? t('notTaken')}</td>
                <td>{samples[0] ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
