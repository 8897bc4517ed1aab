import { useTranslations } from 'use-intl';
import { MoneyField } from '../../kit/fields.tsx';
import { useChannels, useEntities } from '../shared/reference.ts';

/** Minor units by currency. */
export type Amounts = Readonly<Record<string, number>>;

/** Every currency that money moves in here. */
export function useCurrencies(): string[] {
  const [entities, channels] = [useEntities(), useChannels()];
  const used = [...entities.map((one) => one.functionalCurrency), ...channels.map((one) => one.currency)];
  return [...new Set(used)].toSorted();
}

/** An amount in each currency; what is left empty is nought. */
export function AmountFields({
  label,
  amounts,
  onChange,
}: {
  label: string;
  amounts: Amounts;
  onChange: (amounts: Amounts) => void;
}) {
  const t = useTranslations('people');
  const currencies = [...new Set([...useCurrencies(), ...Object.keys(amounts)])];
  return (
    <div className="os-fields-2" role="group" aria-label={label}>
      {currencies.map((currency) => (
        <MoneyField
          key={currency}
          aria-label={t('amountIn', { what: label, currency })}
          currency={currency}
          value={amounts[currency]}
          onValue={(amount) => {
            const { [currency]: _, ...others } = amounts;
            onChange(amount === undefined ? others : { ...others, [currency]: Math.max(0, amount) });
          }}
        />
      ))}
    </div>
  );
}
