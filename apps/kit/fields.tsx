import { NumberInput, TextInput } from '@mantine/core';
import type { NumberInputProps, TextInputProps } from '@mantine/core';
import { useState } from 'react';
import { useLocale } from 'use-intl';
import { decimalString } from '../../src/kernel/money.ts';
import { digitsOf } from './numbers.tsx';

/** Reads what a person typed as an amount (`1.234,50`, `1234.5`, `12`) into whole minor units; undefined when it is none. */
export function readAmount(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const plain = text.replace(/[\s\u00A0'’]/g, '');
  const match = /^(-?)(\d{1,3}(?:[.,]?\d{3})*|\d+)(?:[.,](\d*))?$/.exec(plain);
  // The last dot or comma starts the fraction, unless exactly three digits follow, which nobody writes for cents.
  const lastMark = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','));
  const after = lastMark === -1 ? '' : plain.slice(lastMark + 1);
  const isFraction = lastMark !== -1 && after.length <= digits && after.length !== 3;
  if (match === null && !/^-?\d+(?:[.,]\d*)?$/.test(plain)) return undefined;
  const whole = (isFraction ? plain.slice(0, lastMark) : plain).replace(/[.,-]/g, '');
  if (!/^\d*$/.test(whole) || (whole === '' && after === '')) return undefined;
  const minor = Number(`${whole}${(isFraction ? after : '').padEnd(digits, '0')}`);
  if (!Number.isSafeInteger(minor)) return undefined;
  return plain.startsWith('-') ? -minor : minor;
}

/** A field for money: text, because people type `12,5`; its value is whole minor units, undefined while it cannot be read. */
export function MoneyField({
  value,
  currency,
  onValue,
  ...rest
}: { value: number | undefined; currency: string; onValue: (minor: number | undefined) => void } & Omit<
  TextInputProps,
  'value' | 'onChange'
>) {
  const locale = useLocale();
  const mark = locale.startsWith('es') ? ',' : '.';
  const written = value === undefined ? '' : decimalString(value, digitsOf(currency)).replace('.', mark);
  const [text, setText] = useState(written);
  const shown = readAmount(text, currency) === value ? text : written;
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      {...rest}
      styles={{ input: { textAlign: 'end' } }}
      rightSection={<span className="os-small os-soft">{currency}</span>}
      rightSectionWidth={44}
      value={shown}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onValue(readAmount(event.currentTarget.value, currency));
      }}
    />
  );
}

/** A field for a whole number of units. */
export function QuantityField({
  value,
  onValue,
  ...rest
}: { value: number | undefined; onValue: (quantity: number | undefined) => void } & Omit<
  NumberInputProps,
  'value' | 'onChange'
>) {
  return (
    <NumberInput
      allowDecimal={false}
      thousandSeparator=" "
      {...rest}
      styles={{ input: { textAlign: 'end' } }}
      value={value ?? ''}
      onChange={(given) => onValue(typeof given === 'number' && Number.isSafeInteger(given) ? given : undefined)}
    />
  );
}
