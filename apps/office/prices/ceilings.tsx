import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { isCurrencyCode } from '../../../src/kernel/currency.ts';
import { listPriceCeilings, setPriceCeilings } from '../../client/prices.ts';
import type { PriceCeiling } from '../../client/prices.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { Instant, moneyText } from '../../kit/numbers.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenChannels, useOpenEntities } from '../shared/reference.ts';

/** The highest prices that the law allows for a SKU, by country and lot (India's MRP); no price is ever above them. */
export function Ceilings({ skuId }: { skuId: string }) {
  const t = useTranslations('prices');
  const locale = useLocale();
  const mayEdit = useMay('price:edit');
  const found = useQuery({ queryKey: ['prices', 'ceilings', skuId], queryFn: () => listPriceCeilings(skuId) });
  return (
    <Card title={t('ceilings.title')}>
      <div className="os-fields">
        <p className="os-soft">{t('ceilings.text')}</p>
        {found.error !== null && <ProblemView problem={found.error} while="reading" />}
        {(found.data ?? []).length > 0 && (
          <ul className="os-example-lines" aria-label={t('ceilings.title')}>
            {(found.data ?? []).map((one) => (
              <li key={`${one.country} ${one.lot} ${one.currency} ${one.validFrom}`}>
                <span className="os-grow">
                  {one.country} · {one.lot === '' ? t('ceilings.allLots') : one.lot}
                </span>
                <strong className="os-num">
                  {moneyText(locale, { amount: one.amountMinor, currency: one.currency })}
                </strong>
                <span className="os-soft os-small os-example-margin">
                  {t('why.from')} <Instant value={one.validFrom} />
                  {one.validUntil !== null && (
                    <>
                      {' · '}
                      {t('why.until')} <Instant value={one.validUntil} />
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
        {mayEdit && <CeilingForm skuId={skuId} />}
      </div>
    </Card>
  );
}

function CeilingForm({ skuId }: { skuId: string }) {
  const t = useTranslations('prices');
  const currency = useOpenChannels()[0]?.currency ?? 'EUR';
  const home = useOpenEntities()[0]?.country ?? '';
  const [country, setCountry] = useState<string>();
  const [lot, setLot] = useState('');
  const [amount, setAmount] = useState<number>();
  const [money, setMoney] = useState<string>();
  const [asked, setAsked] = useState(false);
  const save = useAct(setPriceCeilings, {
    touches: ['prices'],
    onDone: () => {
      toast(t('ceilings.saved'));
      setAmount(undefined);
      setAsked(false);
    },
  });
  const [where, inCurrency] = [country ?? home, money ?? currency];
  const wrong = {
    country: /^[A-Z]{2}$/.test(where) ? undefined : t('ceilings.needsCountry'),
    amount: amount !== undefined && amount > 0 ? undefined : t('ceilings.needsAmount'),
    currency: isCurrencyCode(inCurrency) ? undefined : t('ceilings.needsCurrency'),
  };
  return (
    <form
      noValidate
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (amount === undefined || Object.values(wrong).some((text) => text !== undefined)) return;
        save.mutate([
          {
            skuId,
            lot: lot.trim(),
            country: where,
            currency: inCurrency as PriceCeiling['currency'],
            amountMinor: amount,
            per: 1,
            validFrom: new Date().toISOString(),
            validUntil: null,
          },
        ]);
      }}
    >
      <div className="os-fields-2">
        <TextInput
          label={t('ceilings.country')}
          maxLength={2}
          value={where}
          error={asked ? wrong.country : undefined}
          onChange={(event) => setCountry(event.currentTarget.value.toUpperCase())}
        />
        <TextInput
          label={t('lists.currency')}
          maxLength={3}
          value={inCurrency}
          error={asked ? wrong.currency : undefined}
          onChange={(event) => setMoney(event.currentTarget.value.toUpperCase())}
        />
        <TextInput
          label={t('ceilings.lot')}
          maxLength={60}
          value={lot}
          onChange={(event) => setLot(event.currentTarget.value)}
        />
        <MoneyField
          label={t('ceilings.amount')}
          currency={isCurrencyCode(inCurrency) ? inCurrency : currency}
          value={amount}
          error={asked ? wrong.amount : undefined}
          onValue={setAmount}
        />
      </div>
      {save.error !== null && <ProblemView problem={save.error} while="acting" />}
      <Button type="submit" variant="default" loading={save.isPending}>
        {t('ceilings.set')}
      </Button>
    </form>
  );
}
