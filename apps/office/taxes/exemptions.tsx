import { Modal, Select, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { endTaxExemption, exemptFromTax, listTaxExemptions, type ListedTaxExemption } from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Day } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { toast } from '../../kit/toast.tsx';
import { DateField, thisMonth } from '../money/date-field.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { BuyerForm } from './buyer.tsx';
import { CustomerSelect } from './customer-select.tsx';
import { isJurisdiction, placeText } from './words.ts';

const REASONS = ['charity', 'diplomat', 'resale', 'government', 'reverse_charge', 'other'] as const;

/** Customers who are not taxed somewhere, and why. */
export function TaxExemptions() {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const mayWrite = useMay('tax:write');
  const [adding, setAdding] = useState(false);
  const [numbering, setNumbering] = useState(false);
  const [ending, setEnding] = useState<ListedTaxExemption>();
  const query = useInfiniteQuery({
    queryKey: ['taxes', 'exemptions'],
    queryFn: ({ pageParam, signal }) => listTaxExemptions(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const rows = query.data?.pages.flatMap((page) => page.items);
  const reasonText = (reason: string): string => {
    const known = REASONS.find((one) => one === reason);
    return known === undefined ? reason : t(`exemptions.reasons.${known}`);
  };
  const done = (): void => {
    toast(t('saved'));
    setAdding(false);
    setNumbering(false);
    setEnding(undefined);
  };
  return (
    <>
      <DataList
        label={t('views.exemptions')}
        rows={rows}
        rowKey={(row) => row.id}
        {...(mayWrite ? { onOpen: setEnding } : {})}
        hasMore={query.hasNextPage}
        loadingMore={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
        error={
          query.error !== null && rows === undefined ? (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          ) : undefined
        }
        empty={<EmptyState title={t('exemptions.none')} text={t('exemptions.noneText')} />}
        filters={
          <>
            <span className="os-grow" />
            <ReasonButton
              reason={mayWrite ? undefined : t('mayNot')}
              variant="default"
              onClick={() => setNumbering(true)}
            >
              {t('buyer.open')}
            </ReasonButton>
            <ReasonButton
              reason={mayWrite ? undefined : t('mayNot')}
              leftSection={<Plus size={16} aria-hidden="true" />}
              onClick={() => setAdding(true)}
            >
              {t('exemptions.add')}
            </ReasonButton>
          </>
        }
        columns={[
          {
            key: 'customer',
            header: t('exemptions.customer'),
            cell: (row) => row.customerNumber,
          },
          { key: 'place', header: t('jurisdiction'), cell: (row) => placeText(locale, row.jurisdiction) },
          { key: 'reason', header: t('exemptions.reason'), cell: (row) => reasonText(row.reason) },
          { key: 'certificate', header: t('exemptions.certificate'), cell: (row) => row.certificate ?? '–' },
          { key: 'from', header: t('validFrom'), cell: (row) => <Day value={row.validFrom} /> },
          {
            key: 'until',
            header: t('validUntil'),
            cell: (row) => (row.validUntil === null ? t('exemptions.open') : <Day value={row.validUntil} />),
          },
        ]}
      />
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={t('exemptions.add')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {adding && <NewExemption onDone={done} />}
      </Modal>
      <Modal
        opened={numbering}
        onClose={() => setNumbering(false)}
        title={t('buyer.open')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {numbering && <BuyerForm onDone={done} />}
      </Modal>
      <Modal
        opened={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={t('exemptions.end')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {ending !== undefined && <EndExemption of={ending} onDone={done} />}
      </Modal>
    </>
  );
}

function NewExemption({ onDone }: { onDone: () => void }) {
  const t = useTranslations('taxes');
  const [customerId, setCustomerId] = useState<string | null>(null);
  const [jurisdiction, setJurisdiction] = useState('');
  const [reason, setReason] = useState<(typeof REASONS)[number]>('charity');
  const [certificate, setCertificate] = useState('');
  const [validFrom, setValidFrom] = useState<string | undefined>(thisMonth().to);
  const [validUntil, setValidUntil] = useState<string>();
  const keeping = useAct(exemptFromTax, { touches: ['taxes'], onDone });
  const needs =
    customerId === null
      ? t('exemptions.needsCustomer')
      : !isJurisdiction(jurisdiction)
        ? t('exemptions.needsPlace')
        : validFrom === undefined
          ? t('exemptions.needsDay')
          : undefined;
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (needs !== undefined) return;
        const paper = certificate.trim() === '' ? undefined : certificate.trim();
        keeping.mutate({
          customerId: customerId ?? '',
          jurisdiction,
          reason,
          certificate: paper,
          validFrom: validFrom ?? '',
          validUntil,
        });
      }}
    >
      <CustomerSelect value={customerId} onChange={setCustomerId} />
      <TextInput
        label={t('jurisdiction')}
        description={t('exemptions.placeText')}
        required
        value={jurisdiction}
        onChange={(event) => setJurisdiction(event.currentTarget.value.trim().toUpperCase())}
      />
      <Select
        label={t('exemptions.reason')}
        allowDeselect={false}
        data={REASONS.map((value) => ({ value, label: t(`exemptions.reasons.${value}`) }))}
        value={reason}
        onChange={(value) => setReason(value ?? 'charity')}
      />
      <TextInput
        label={t('exemptions.certificate')}
        maxLength={100}
        value={certificate}
        onChange={(event) => setCertificate(event.currentTarget.value)}
      />
      <div className="os-fields-2" data-even="">
        <DateField label={t('validFrom')} value={validFrom} onChange={setValidFrom} />
        <DateField label={t('validUntil')} value={validUntil} min={validFrom} onChange={setValidUntil} />
      </div>
      {keeping.error !== null && <ProblemView problem={keeping.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={needs} loading={keeping.isPending}>
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}

function EndExemption({ of: { id, version, validFrom }, onDone }: { of: ListedTaxExemption; onDone: () => void }) {
  const t = useTranslations('taxes');
  const [validUntil, setValidUntil] = useState<string | undefined>(thisMonth().to);
  const ending = useAct(endTaxExemption, { touches: ['taxes'], onDone });
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (validUntil !== undefined) ending.mutate({ id, validUntil, version });
      }}
    >
      <p className="os-soft">{t('exemptions.endText')}</p>
      <DateField label={t('validUntil')} value={validUntil} min={validFrom} onChange={setValidUntil} />
      {ending.error !== null && <ProblemView problem={ending.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton
          type="submit"
          reason={validUntil === undefined ? t('exemptions.needsDay') : undefined}
          loading={ending.isPending}
        >
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}
