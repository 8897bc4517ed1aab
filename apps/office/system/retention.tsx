import { Button, Modal, NumberInput, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import {
  getRetention,
  previewRetention,
  setRetention,
  type Retention,
  type RetentionRule,
} from '../../client/retention.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useEntities } from '../shared/reference.ts';

/** How long what is known of people is kept, why, and what was taken away lately. */
export function RetentionPage() {
  const t = useTranslations('retention');
  const locale = useLocale();
  const found = useQuery({ queryKey: ['retention'], queryFn: getRetention });
  const [open, setOpen] = useState<RetentionRule>();
  const [everywhere, setEverywhere] = useState(false);
  const ours = new Set(['', ...useEntities().map(({ country }) => country)]);
  const countries = new Intl.DisplayNames(locale, { type: 'region' });
  const nameOf = ({ what, country }: RetentionRule): string =>
    what !== 'invoices'
      ? t(`what.${what}`)
      : country === ''
        ? t('otherInvoices')
        : t('invoicesIn', { country: countries.of(country) ?? country });
  const span = ({ years, days }: RetentionRule): string =>
    years === null ? t('days', { count: days ?? 0 }) : t('years', { count: years });
  return (
    <>
      <PageHead title={t('title')} />
      <div className="os-stack">
        <p className="os-soft os-lead">{t('text')}</p>
        {found.data !== undefined && <LastRun run={found.data.lastRun} />}
        <DataList
          label={t('rules')}
          rowKey={({ what, country }) => `${what} ${country}`}
          // The laws of countries where we keep no books are there when somebody asks.
          rows={found.data?.items.filter(({ country }) => everywhere || ours.has(country))}
          filters={
            <Switch
              label={t('everywhere')}
              checked={everywhere}
              onChange={(event) => setEverywhere(event.currentTarget.checked)}
            />
          }
          onOpen={setOpen}
          error={
            found.error === null ? undefined : (
              <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />
            )
          }
          empty={<EmptyState title={t('none')} text={t('noneText')} />}
          columns={[
            { key: 'what', header: t('kept'), cell: nameOf },
            {
              key: 'span',
              header: t('howLong'),
              phone: 'corner',
              cell: (rule) => <span className="os-num">{span(rule)}</span>,
            },
            { key: 'means', header: t('means'), cell: ({ what }) => t(`meaning.${what}`) },
            { key: 'basis', header: t('basis'), phone: 'hidden', cell: ({ basis }) => basis || '–' },
          ]}
        />
      </div>
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={open === undefined ? '' : nameOf(open)}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {open !== undefined && <EditRule rule={open} onDone={() => setOpen(undefined)} />}
      </Modal>
    </>
  );
}

function LastRun({ run }: { run: Retention['lastRun'] }) {
  const t = useTranslations('retention');
  return (
    <Card title={t('lastRun')}>
      {run === null ? (
        <p className="os-soft">{t('neverRun')}</p>
      ) : (
        <p>
          <Instant value={run.at} />: {t('removed', run)}
        </p>
      )}
    </Card>
  );
}

function EditRule({ rule, onDone }: { rule: RetentionRule; onDone: () => void }) {
  const t = useTranslations('retention');
  const inYears = rule.years !== null;
  const [length, setLength] = useState<number | ''>(rule.years ?? rule.days ?? '');
  const [basis, setBasis] = useState(rule.basis);
  const wanted: RetentionRule = {
    ...rule,
    basis: basis.trim(),
    years: inYears && length !== '' ? length : null,
    days: !inYears && length !== '' ? length : null,
  };
  const same = JSON.stringify(wanted) === JSON.stringify(rule);
  const touched = useQuery({
    queryKey: ['retention', 'preview', wanted],
    queryFn: () => previewRetention(wanted),
    enabled: length !== '',
    retry: false,
  });
  const setting = useAct(setRetention, {
    touches: ['retention'],
    onDone: () => {
      toast(t('saved'));
      onDone();
    },
  });
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (length !== '' && !same) setting.mutate(wanted);
      }}
    >
      <p className="os-soft">{t(`meaning.${rule.what}`)}</p>
      <NumberInput
        label={inYears ? t('yearsField') : t('daysField')}
        description={inYears ? t('yearsText') : undefined}
        allowDecimal={false}
        min={1}
        max={inYears ? 30 : 36_500}
        value={length}
        onChange={(value) => setLength(typeof value === 'number' && value >= 1 ? value : '')}
      />
      <TextInput
        label={t('basis')}
        description={t('basisText')}
        maxLength={200}
        value={basis}
        onChange={(event) => setBasis(event.currentTarget.value)}
      />
      {touched.data !== undefined && (
        <p role="status">{t(`touches.${rule.what}`, { things: touched.data.things, people: touched.data.people })}</p>
      )}
      {touched.error !== null && <ProblemView problem={touched.error} while="reading" />}
      {setting.error !== null && <ProblemView problem={setting.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <ReasonButton
          type="submit"
          reason={length === '' ? t('needsLength') : same ? t('nothingChanged') : undefined}
          loading={setting.isPending}
        >
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}
