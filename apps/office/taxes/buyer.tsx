import { Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { getTaxBuyer, setTaxBuyer } from '../../client/taxes.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { CustomerSelect } from './customer-select.tsx';

/** Whether a customer is a business, and its VAT number: who sends goods to one in another country of the Union owes no tax there. */
export function BuyerForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations('taxes');
  const [customerId, setCustomerId] = useState<string | null>(null);
  const found = useQuery({
    queryKey: ['taxes', 'buyer', customerId],
    queryFn: () => getTaxBuyer(customerId ?? ''),
    enabled: customerId !== null,
  });
  return (
    <div className="os-fields">
      <p className="os-soft">{t('buyer.text')}</p>
      <CustomerSelect value={customerId} onChange={setCustomerId} />
      {found.error !== null && <ProblemView problem={found.error} while="reading" />}
      {found.data !== undefined && <Fields key={found.data.customerId} buyer={found.data} onDone={onDone} />}
    </div>
  );
}

function Fields({ buyer, onDone }: { buyer: Awaited<ReturnType<typeof getTaxBuyer>>; onDone: () => void }) {
  const t = useTranslations('taxes');
  const [business, setBusiness] = useState(buyer.business);
  const [vatId, setVatId] = useState(buyer.vatId ?? '');
  const saving = useAct(setTaxBuyer, { touches: ['taxes'], onDone });
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        const number = business && vatId.trim() !== '' ? vatId.trim() : null;
        saving.mutate({ id: buyer.customerId, business, vatId: number, version: buyer.version });
      }}
    >
      <Switch
        label={t('buyer.business')}
        checked={business}
        onChange={(event) => setBusiness(event.currentTarget.checked)}
      />
      <TextInput
        label={t('buyer.vatId')}
        description={t('buyer.vatIdText')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        disabled={!business}
        maxLength={20}
        value={vatId}
        onChange={(event) => setVatId(event.currentTarget.value)}
      />
      {saving.error !== null && <ProblemView problem={saving.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={undefined} loading={saving.isPending}>
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}
