import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Printer } from 'lucide-react';
import { useLocale, useTranslations } from 'use-intl';
import { Money, moneyText } from '../../kit/numbers.tsx';
import { amountOf } from '../shared/price.tsx';
import { ReceiptVouchers } from './receipt-vouchers.tsx';
import { showGiftCardCode } from '../../../src/rewards/gift-card-code.ts';
import { listPoints } from '../../client/rewards.ts';
import { useMay } from '../shared/may.ts';
import type { DoneSale } from './basket.tsx';
import { useTenderName } from './pay-with.tsx';

/** The receipt, on screen and on paper, and the way to the next customer. */
export function Receipt({ sale, locationName, onNext }: { sale: DoneSale; locationName: string; onNext: () => void }) {
  const t = useTranslations('receipt');
  const locale = useLocale();
  const p = useTranslations('pay');
  const nameOf = useTenderName();
  const { sold, lines, tenders, method, restMinor, givenMinor, at } = sale;
  const { currency } = sold;
  const change = givenMinor - restMinor;
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
              <tr key={line.key}>
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
            {sold.cashRoundingMinor !== 0 && (
              <tr>
                <td>{p('rounding')}</td>
                <td>
                  <Money value={{ amount: sold.cashRoundingMinor, currency }} />
                </td>
              </tr>
            )}
            {tenders.map((tender) => (
              <tr key={tender.key}>
                <td>{nameOf(tender)}</td>
                <td>
                  <Money value={{ amount: tender.wantedMinor ?? 0, currency }} />
                </td>
              </tr>
            ))}
            <tr hidden={restMinor === 0 && tenders.length > 0}>
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
        <Kept sale={sale} />
        <ReceiptVouchers vouchers={sold.vouchers} currency={currency} />
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

/** What is kept for the customer after the sale: what is left on cards, new cards with their codes, and points. */
function Kept({ sale: { sold, lines, tenders, customer } }: { sale: DoneSale }) {
  const p = useTranslations('pay');
  const locale = useLocale();
  const mayPoints = useMay('loyalty:read');
  const { currency } = sold;
  const points = useQuery({
    queryKey: ['rewards', 'points', customer?.id, sold.orderId],
    queryFn: () => listPoints(customer?.id ?? ''),
    enabled: customer !== undefined && mayPoints,
  });
  const member = points.data?.find((one) => one.currency === currency);
  const used = tenders.filter(({ method }) => method === 'gift_card');
  const cards = lines.flatMap(({ card }) => (card === undefined ? [] : [card]));
  if (used.length === 0 && cards.length === 0 && member === undefined && sold.points.earned === 0) return null;
  const count = (value: number): string => new Intl.NumberFormat(locale).format(value);
  return (
    <>
      <hr />
      <table>
        <tbody>
          {used.map((tender) => (
            <tr key={tender.key}>
              <td>
                {p('card', { lastFour: tender.lastFour ?? '' })}: {p('balanceAfter')}
              </td>
              <td>
                <Money value={{ amount: tender.balanceMinor - (tender.wantedMinor ?? 0), currency }} />
              </td>
            </tr>
          ))}
          {cards.map((card) => (
            <tr key={card.code}>
              <td>
                {card.isNew ? p('newCard') : p('card', { lastFour: card.code.slice(-4) })}: {p('toppedUp')}
                {card.isNew && (
                  <>
                    <br />
                    <strong className="os-code" style={{ color: 'inherit' }}>
                      {showGiftCardCode(card.code)}
                    </strong>
                  </>
                )}
              </td>
              <td>
                <Money value={{ amount: card.balanceMinor + card.amountMinor, currency }} />
              </td>
            </tr>
          ))}
          {sold.points.used > 0 && (
            <tr>
              <td>{p('used')}</td>
              <td>{count(sold.points.used)}</td>
            </tr>
          )}
          {sold.points.earned > 0 && (
            <tr>
              <td>{p('earned')}</td>
              <td>{count(sold.points.earned)}</td>
            </tr>
          )}
          {member !== undefined && (
            <tr>
              <td>{p('balance')}</td>
              <td>{count(member.balance)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </>
  );
}
