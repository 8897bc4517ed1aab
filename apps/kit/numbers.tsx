import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { isCurrencyCode, minorUnits } from '../../src/kernel/currency.ts';

/** Whole minor units with their currency, as the API writes money. */
export type MoneyValue = { readonly amount: number; readonly currency: string };

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const name = `${locale} ${key}`;
  let format = formats.get(name);
  if (format === undefined) formats.set(name, (format = new Intl.NumberFormat(locale, options)));
  return format;
}

/** Digits below the whole unit, by ISO 4217 and not by Intl, which has 0 for HUF where the books have 2. */
export function digitsOf(currency: string): number {
  return isCurrencyCode(currency) ? minorUnits(currency) : 2;
}

/** Money as text in the reader's language: `1.234,50 €`. Minus is a true minus. */
export function moneyText(
  locale: string,
  { amount, currency }: MoneyValue,
  options: { whole?: boolean; sign?: boolean } = {},
): string {
  const digits = digitsOf(currency);
  const shown = options.whole === true ? 0 : digits;
  // An exact decimal text: Intl reads it without going through a binary fraction.
  const whole = amount < 0 ? String(-amount) : String(amount);
  const padded = whole.padStart(digits + 1, '0');
  const decimal = `${amount < 0 ? '-' : ''}${padded.slice(0, padded.length - digits)}${digits === 0 ? '' : `.${padded.slice(-digits)}`}`;
  return numberFormat(locale, `${currency} ${shown} ${options.sign === true}`, {
    style: 'currency',
    currency,
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
    ...(options.sign === true ? { signDisplay: 'exceptZero' as const } : {}),
  })
    .format(decimal as unknown as number)
    .replace('-', '−');
}

/** A count in the reader's language. */
export function countText(locale: string, value: number, sign = false): string {
  return numberFormat(locale, `count ${sign}`, {
    maximumFractionDigits: 0,
    ...(sign ? { signDisplay: 'exceptZero' as const } : {}),
  })
    .format(value)
    .replace('-', '−');
}

/** Parts of one as a percentage, without decimals. */
export function shareText(locale: string, share: number, sign = false): string {
  return numberFormat(locale, `share ${sign}`, {
    style: 'percent',
    maximumFractionDigits: 0,
    ...(sign ? { signDisplay: 'exceptZero' as const } : {}),
  })
    .format(share)
    .replace('-', '−');
}

/** Shows money: tabular figures, negative unmistakable. */
export function Money({ value, whole = false, sign = false }: { value: MoneyValue; whole?: boolean; sign?: boolean }) {
  const locale = useLocale();
  return (
    <span className={value.amount < 0 ? 'os-num os-minus' : 'os-num'}>{moneyText(locale, value, { whole, sign })}</span>
  );
}

/** Shows a number of units. Zero is quiet. */
export function Quantity({ value, sign = false }: { value: number; sign?: boolean }) {
  const locale = useLocale();
  const tone = value < 0 ? ' os-minus' : value === 0 ? ' os-soft' : '';
  return <span className={`os-num${tone}`}>{countText(locale, value, sign)}</span>;
}

/** Shows an instant (RFC 3339): the hour when it was today, the day with the hour otherwise; the whole of it on hover. */
export function Instant({ value }: { value: string }) {
  const locale = useLocale();
  const at = new Date(value);
  const today = new Date().toDateString() === at.toDateString();
  const text = new Intl.DateTimeFormat(
    locale,
    today ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  ).format(at);
  return (
    <time
      className="os-num"
      dateTime={value}
      title={new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' }).format(at)}
    >
      {text}
    </time>
  );
}

/** Shows a day, `YYYY-MM-DD`, which belongs to no time zone. */
export function Day({ value }: { value: string }) {
  const locale = useLocale();
  const text = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${value}T00:00:00Z`),
  );
  return (
    <time className="os-num" dateTime={value}>
      {text}
    </time>
  );
}

/** Lights up for a moment when `value` becomes another one. Not on first sight, and not for those who want less motion. */
export function Changing({ value, children }: { value: string | number; children: ReactNode }) {
  const before = useRef(value);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    setChanges((count) => count + 1);
  }, [value]);
  return (
    <span key={changes} className={changes === 0 ? undefined : 'os-changed'}>
      {children}
    </span>
  );
}
