import { Button } from '@mantine/core';
import { Printer } from 'lucide-react';
import { useLocale, useTranslations } from 'use-intl';
import { Money, moneyText } from '../../kit/numbers.tsx';
import { amountOf } from '../shared/price.tsx';
import type { DoneSale } from './sell.tsx';

/** The receipt, on screen and on paper, and the way to the next customer. */
export function Receipt({ sale, locationName, onNext }: { sale: DoneSale; locationName: string; onNext: () => void }) {
  const t = useTranslations('receipt');
  const locale = useLocale();
  const { sold, lines, method, givenMinor, at } = sale;
  const { currency } = sold;
  const change = givenMinor - sold.grossMinor;
  const saved = sold.discounts.reduce((sum, one) => sum + one.amountMinor, 0);
  return (
    <div className="os-card-body os-stack" style={{ paddingTop: 16 }}>
      <p role="status" className="os-row">
        <strong className="os-grow" style={{ fontSize: 16 }}>
          {change > 0 ? t('doneChange', { change: moneyText(locale, { amount: change, currency }) }) : t('done')}
        </strong>
      </p>
      <article className="os-receipt" aria-label={t('title')}>
        <h2>{locationName}</h2>
        <p style={{ textAlign: 'center' }} className="os-soft">
          {t('number', { number: sold.document ?? sold.number })}
          <br />
          <time dateTime={at}>
            {new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))}
          </time>
        </p>
        <hr />
        <table>
          <tbody>
            {lines.map((line) => (
              <tr key={line.id}>
                <td>
                  {line.quantity} × {line.name}
                </td>
                <td>
                  <Money value={{ amount: amountOf(line.price, line.quantity), currency }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <hr />
        <table>
          <tbody>
            {saved > 0 && (
              <tr>
                <td>{t('discount')}</td>
                <td>
                  <Money value={{ amount: saved, currency }} />
                </td>
              </tr>
            )}
            <tr>
              <td>{t('net')}</td>
              <td>
                <Money value={{ amount: sold.netMinor, currency }} />
              </td>
            </tr>
            <tr>
              <td>{t('tax')}</td>
              <td>
                <Money value={{ amount: sold.taxMinor, currency }} />
              </td>
            </tr>
            <tr data-strong="">
              <td>{t('total')}</td>
              <td>
                <Money value={{ amount: sold.grossMinor, currency }} />
              </td>
            </tr>
            <tr>
              <td>{t(method)}</td>
              <td>
                <Money value={{ amount: givenMinor, currency }} />
              </td>
            </tr>
            {change > 0 && (
              <tr>
                <td>{t('change')}</td>
                <td>
                  <Money value={{ amount: change, currency }} />
                </td>
              </tr>
            )}
          </tbody>
        </table>
        <p style={{ textAlign: 'center', marginTop: 12 }}>{t('thanks')}</p>
      </article>
      <div className="os-row os-noprint">
        <Button variant="default" leftSection={<Printer size={16} aria-hidden="true" />} onClick={() => print()}>
          {t('print')}
        </Button>
        <Button component="a" variant="subtle" href={`/orders/${sold.orderId}`}>
          {t('open')}
        </Button>
        <Button style={{ marginInlineStart: 'auto' }} onClick={onNext} autoFocus>
          {t('next')}
        </Button>
      </div>
    </div>
  );
}
