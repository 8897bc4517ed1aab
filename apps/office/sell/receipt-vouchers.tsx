import { useLocale, useTranslations } from 'use-intl';
import type { OrderVouchers } from '../../client/offers.ts';
import { Money } from '../../kit/numbers.tsx';

/** The vouchers that the sale earned: what they are worth, their codes, and until when they can be used. */
export function ReceiptVouchers({ vouchers, currency }: { vouchers: OrderVouchers; currency: string }) {
  const t = useTranslations('offers');
  const locale = useLocale();
  const day = (at: string): string => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(at));
  return vouchers.issued.map((one) => (
    <section key={one.promotionId} aria-label={t('voucher')} style={{ textAlign: 'center', marginTop: 12 }}>
      <hr />
      <strong>
        {t('voucher')}: <Money value={{ amount: one.amountMinor, currency }} />
      </strong>
      <br />
      {one.code === null ? t('voucherOfCustomer') : <span className="os-code">{one.code}</span>}
      <br />
      {t('voucherUntil', { day: day(one.validUntil) })}
    </section>
  ));
}
