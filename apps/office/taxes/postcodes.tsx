import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, Search, Upload } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { ppmToPercent } from '../../../src/kernel/rate.ts';
import {
  findPostcode,
  listPostalRegions,
  postalAreasCsv,
  removePostalAreas,
  type PostalRegion,
} from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Day, Quantity } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ConfirmDialog } from '../shared/confirm-dialog.tsx';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { ImportPostcodes } from './import-postcodes.tsx';
import { codesText, placeText } from './words.ts';

/** In which county, city and districts postcodes lie, so that what is shipped is taxed by all of them. */
export function Postcodes() {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const mayWrite = useMay('tax:write');
  const [importing, setImporting] = useState(false);
  const [looked, setLooked] = useState<PostalRegion>();
  const query = useQuery({ queryKey: ['taxes', 'postcodes'], queryFn: listPostalRegions });
  const regions = query.data ?? [];
  return (
    <>
      <h2>{t('postcodes.title')}</h2>
      <p className="os-soft os-lead">{t('postcodes.text')}</p>
      {regions.length > 0 && <FindPostcode countries={[...new Set(regions.map(({ country }) => country))]} />}
      <DataList
        label={t('postcodes.title')}
        rows={query.data}
        rowKey={(row) => `${row.country}-${row.region}`}
        onOpen={setLooked}
        error={
          query.error === null ? undefined : (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          )
        }
        empty={<EmptyState title={t('postcodes.none')} text={t('postcodes.noneText')} />}
        filters={
          <>
            <span className="os-grow" />
            <ReasonButton
              reason={mayWrite ? undefined : t('mayNot')}
              leftSection={<Upload size={16} aria-hidden="true" />}
              onClick={() => setImporting(true)}
            >
              {t('postcodes.import')}
            </ReasonButton>
          </>
        }
        columns={[
          {
            key: 'state',
            header: t('where.region'),
            cell: (row) => placeText(locale, `${row.country}-${row.region}`),
          },
          { key: 'rows', header: t('postcodes.rows'), numeric: true, cell: (row) => <Quantity value={row.rows} /> },
          { key: 'newest', header: t('postcodes.newest'), cell: (row) => <Day value={row.newest} /> },
          { key: 'source', header: t('source'), cell: (row) => row.source },
        ]}
      />
      <Modal
        opened={importing}
        onClose={() => setImporting(false)}
        title={t('postcodes.import')}
        size="xl"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <ImportPostcodes onDone={() => setImporting(false)} />
      </Modal>
      {looked !== undefined && <State state={looked} mayWrite={mayWrite} onClose={() => setLooked(undefined)} />}
    </>
  );
}

/** What is kept of a state, and the way out of it: a file of all of it, and its removal. */
function State({ state, mayWrite, onClose }: { state: PostalRegion; mayWrite: boolean; onClose: () => void }) {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const [removing, setRemoving] = useState(false);
  const removal = useAct(removePostalAreas, {
    touches: ['taxes'],
    onDone: ({ removed }) => {
      toast(t('postcodes.removed', { count: removed }));
      onClose();
    },
  });
  const { country, region, rows, newest, source } = state;
  const name = placeText(locale, `${country}-${region}`);
  if (removing)
    return (
      <ConfirmDialog
        title={t('postcodes.removeTitle', { state: name })}
        does={t('postcodes.remove')}
        busy={removal.isPending}
        problem={removal.error}
        onConfirm={() => removal.mutate({ country, region })}
        onClose={onClose}
      >
        <p>{t('postcodes.removeText', { count: rows })}</p>
      </ConfirmDialog>
    );
  return (
    <Modal opened onClose={onClose} title={name} closeButtonProps={{ 'aria-label': t('close') }}>
      <div className="os-fields">
        <dl className="os-facts">
          <dt>{t('postcodes.rows')}</dt>
          <dd>
            <Quantity value={rows} />
          </dd>
          <dt>{t('postcodes.newest')}</dt>
          <dd>
            <Day value={newest} />
          </dd>
          <dt>{t('source')}</dt>
          <dd>{source}</dd>
        </dl>
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <Button
            component="a"
            href={postalAreasCsv(state)}
            download={`postcodes-${country}-${region}.csv`}
            variant="default"
            leftSection={<Download size={16} aria-hidden="true" />}
          >
            {t('csv')}
          </Button>
          <ReasonButton reason={mayWrite ? undefined : t('mayNot')} variant="default" onClick={() => setRemoving(true)}>
            {t('postcodes.remove')}
          </ReasonButton>
        </div>
      </div>
    </Modal>
  );
}

function FindPostcode({ countries }: { countries: readonly string[] }) {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const [chosen, setCountry] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<{ readonly country: string; readonly postcode: string }>();
  const country = chosen ?? countries[0] ?? '';
  const query = useQuery({
    queryKey: ['taxes', 'postcode', asked],
    queryFn: ({ signal }) => findPostcode(asked ?? { country, postcode: '' }, signal),
    enabled: asked !== undefined,
  });
  return (
    <Card title={t('postcodes.find')}>
      <div className="os-fields">
        <form
          className="os-row"
          style={{ alignItems: 'flex-end' }}
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') setAsked({ country, postcode: text.trim() });
          }}
        >
          {countries.length > 1 && (
            <Select
              label={t('country')}
              data={countries.map((value) => ({ value, label: placeText(locale, value) }))}
              value={country}
              allowDeselect={false}
              onChange={setCountry}
            />
          )}
          <TextInput
            label={t('postcodes.postcode')}
            value={text}
            maxLength={20}
            autoComplete="off"
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            disabled={text.trim() === ''}
            loading={query.isFetching}
            leftSection={<Search size={16} aria-hidden="true" />}
          >
            {t('postcodes.look')}
          </Button>
        </form>
        <div aria-live="polite">
          {query.error !== null && <ProblemView problem={query.error} while="reading" />}
          {query.data !== undefined && <Lies found={query.data} />}
        </div>
      </div>
    </Card>
  );
}

/** Where a postcode lies, what is taxed there, and the rows that say so. */
function Lies({ found: { items, resolved } }: { found: Awaited<ReturnType<typeof findPostcode>> }) {
  const t = useTranslations('taxes');
  const locale = useLocale();
  if (items.length === 0) return <p>{t('postcodes.unknown')}</p>;
  return (
    <div className="os-fields">
      {resolved === null ? (
        <p>{t('postcodes.notToday')}</p>
      ) : (
        <>
          <dl className="os-facts" style={{ maxWidth: '32rem' }}>
            <dt>{t('where.region')}</dt>
            <dd>{resolved.region}</dd>
            <dt>{t('where.county')}</dt>
            <dd>{resolved.county ?? '–'}</dd>
            <dt>{t('where.city')}</dt>
            <dd>{resolved.city ?? '–'}</dd>
            <dt>{t('postcodes.districts')}</dt>
            <dd>{resolved.districts.join(', ') || '–'}</dd>
            <dt>{t('postcodes.together')}</dt>
            <dd>
              <strong>{ppmToPercent(resolved.rates.reduce((sum, { ratePpm }) => sum + ratePpm, 0))} %</strong>
            </dd>
          </dl>
          <DataList
            label={t('postcodes.rates')}
            rows={resolved.rates}
            rowKey={(rate) => `${rate.jurisdiction} ${rate.code}`}
            empty={<EmptyState title={t('postcodes.noRates')} text={t('postcodes.noRatesText')} />}
            columns={[
              { key: 'place', header: t('jurisdiction'), cell: (rate) => placeText(locale, rate.jurisdiction) },
              {
                key: 'rate',
                header: t('rate'),
                numeric: true,
                phone: 'corner',
                cell: (rate) => (
                  <span className="os-num">
                    {rate.code} {ppmToPercent(rate.ratePpm)} %
                  </span>
                ),
              },
              { key: 'source', header: t('source'), cell: (rate) => (rate.source === '' ? t('byHand') : rate.source) },
            ]}
          />
        </>
      )}
      <DataList
        label={t('postcodes.sayingRows')}
        rows={items}
        rowKey={(row) => `${row.region} ${row.from} ${row.through} ${row.validFrom}`}
        empty={null}
        columns={[
          {
            key: 'codes',
            header: t('postcodes.codes'),
            cell: (row) => <span className="os-code">{`${row.region} ${codesText(row)}`}</span>,
          },
          {
            key: 'says',
            header: t('postcodes.says'),
            cell: (row) => [row.county, row.city, ...row.districts].filter((name) => name !== null).join(' · ') || '–',
          },
          { key: 'from', header: t('validFrom'), cell: (row) => <Day value={row.validFrom} /> },
          {
            key: 'until',
            header: t('validUntil'),
            cell: (row) => (row.validUntil === null ? t('exemptions.open') : <Day value={row.validUntil} />),
          },
          { key: 'source', header: t('source'), cell: (row) => row.source },
        ]}
      />
    </div>
  );
}
