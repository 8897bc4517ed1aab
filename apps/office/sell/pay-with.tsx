import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Coins, Gift, Wallet, X } from 'lucide-react';
import { useState } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { normaliseGiftCardCode } from '../../../src/rewards/gift-card-code.ts';
import { newIntent } from '../../client/http.ts';
import { ApiProblem } from '../../client/problem.ts';
import { listGiftCards, listPoints, listStoreCredit, lookUpGiftCard, type GiftCard } from '../../client/rewards.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { Money, moneyText } from '../../kit/numbers.tsx';
import { ScanField } from '../../kit/scan.tsx';
import { toast } from '../../kit/toast.tsx';
import { useMay } from '../shared/may.ts';
import { shareOut, type KeptTender } from './tenders.ts';

/** Why a code does not pay, with the card that it is about where that is known. */
export type CardProblem =
  | { readonly why: 'mistyped' | 'unknown' | 'empty' | 'twice' | 'otherCurrency'; readonly card?: GiftCard }
  | { readonly why: 'notSold' | 'blocked' | 'expired'; readonly card: GiftCard };

/** The card of a code as a tender, or why it cannot pay. A code that finds nothing is looked for by its end, so that a stopped card is called stopped. */
export async function cardTender(
  text: string,
  { currency, tenders }: { readonly currency: string; readonly tenders: readonly KeptTender[] },
): Promise<KeptTender | CardProblem> {
  const code = normaliseGiftCardCode(text);
  if (code === undefined) return { why: 'mistyped' };
  try {
    const card = await lookUpGiftCard({ code }, newIntent());
    if (card.state === 'expired') return { why: 'expired', card };
    if (card.currency !== currency) return { why: 'otherCurrency', card };
    if (card.balanceMinor <= 0) return { why: 'empty', card };
    if (tenders.some(({ key }) => key === card.id)) return { why: 'twice', card };
    return { key: card.id, method: 'gift_card', balanceMinor: card.balanceMinor, code, lastFour: card.lastFour };
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || problem.reason !== 'reward_not_usable') throw problem;
    const [card] = (await listGiftCards({ lastFour: code.slice(-4) })).items;
    if (card?.state === 'blocked') return { why: 'blocked', card };
    if (card?.state === 'issued') return { why: 'notSold', card };
    return { why: 'unknown' };
  }
}

/** What a tender is called. */
export function useTenderName(): (tender: Pick<KeptTender, 'method' | 'lastFour'>) => string {
  const t = useTranslations('pay');
  return ({ method, lastFour }) =>
    method === 'gift_card'
      ? t('card', { lastFour: lastFour ?? '' })
      : method === 'store_credit'
        ? t('storeCredit')
        : t('points');
}

type Props = {
  readonly totalMinor: number;
  readonly currency: string;
  readonly entityId: string | undefined;
  readonly customerId: string | undefined;
  readonly tenders: readonly KeptTender[];
  readonly onTenders: (change: (now: readonly KeptTender[]) => readonly KeptTender[]) => void;
};

/** Paying with gift cards, store credit and points: what is there, how much of it, and the way back. */
export function PayWith({ totalMinor, currency, entityId, customerId, tenders, onTenders }: Props) {
  const t = useTranslations('pay');
  const [asking, setAsking] = useState(false);
  const nameOf = useTenderName();
  const { paid } = shareOut(totalMinor, tenders);
  const add = (tender: KeptTender): void => onTenders((now) => [...now, tender]);
  const remove = (tender: KeptTender): void => {
    onTenders((now) => now.filter(({ key }) => key !== tender.key));
    toast(t('removed', { what: nameOf(tender) }), { label: t('undo'), run: () => add(tender) });
  };
  return (
    <div className="os-fields" role="group" aria-label={t('group')}>
      {tenders.length > 0 && (
        <ul className="os-tenders" aria-label={t('tenders')}>
          {tenders.map((tender, at) => (
            <li
              key={tender.key}
              className="os-row"
              style={{ flexWrap: 'nowrap', alignItems: 'end', padding: '0 0 8px', border: 0 }}
            >
              <MoneyField
                className="os-grow"
                label={t('amountOf', { what: nameOf(tender) })}
                description={<There amount={tender.balanceMinor} currency={currency} />}
                currency={currency}
                value={paid[at]}
                onValue={(wantedMinor) =>
                  onTenders((now) => now.map((one) => (one.key === tender.key ? { ...one, wantedMinor } : one)))
                }
              />
              <ActionIcon
                variant="default"
                size={36}
                aria-label={t('remove', { what: nameOf(tender) })}
                onClick={() => remove(tender)}
              >
                <X size={16} aria-hidden="true" />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <div className="os-row">
        <Button
          variant="default"
          size="sm"
          aria-expanded={asking}
          leftSection={<Gift size={16} aria-hidden="true" />}
          onClick={() => setAsking((now) => !now)}
        >
          {t('giftCard')}
        </Button>
        {customerId !== undefined && (
          <KeptForCustomer
            customerId={customerId}
            currency={currency}
            entityId={entityId}
            taken={tenders}
            onAdd={add}
          />
        )}
      </div>
      {asking && (
        <CardField
          currency={currency}
          tenders={tenders}
          onCancel={() => setAsking(false)}
          onCard={(tender) => {
            add(tender);
            setAsking(false);
          }}
        />
      )}
    </div>
  );
}

function There({ amount, currency }: { amount: number; currency: string }) {
  const t = useTranslations('pay');
  return t('there', { amount: moneyText(useLocale(), { amount, currency }) });
}

/** A code, scanned or typed; what is wrong with it is said at once. */
function CardField({
  currency,
  tenders,
  onCard,
  onCancel,
}: Pick<Props, 'currency' | 'tenders'> & { onCard: (tender: KeptTender) => void; onCancel: () => void }) {
  const t = useTranslations('pay');
  const say = useCardProblem();
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const take = async (): Promise<void> => {
    if (code.trim() === '') return;
    setBusy(true);
    try {
      const found = await cardTender(code, { currency, tenders });
      if ('why' in found) setError(say(found));
      else onCard(found);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="os-row" style={{ alignItems: 'start' }}>
      <ScanField
        className="os-grow"
        label={t('code')}
        placeholder={t('codeHint')}
        value={code}
        maxLength={100}
        autoFocus
        error={error}
        onChange={(event) => {
          setCode(event.currentTarget.value);
          setError(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
          if (event.key !== 'Enter') return;
          event.preventDefault();
          void take();
        }}
      />
      <Button style={{ marginTop: 24 }} loading={busy} onClick={() => void take()}>
        {t('take')}
      </Button>
    </div>
  );
}

/** Why a code does not pay, in a sentence. */
export function useCardProblem(): (problem: CardProblem) => string {
  const t = useTranslations('pay');
  const format = useFormatter();
  return ({ why, card }) => {
    switch (why) {
      case 'mistyped':
      case 'unknown':
      case 'empty':
      case 'twice':
        return t(why);
      case 'otherCurrency':
        return t(why, { currency: card?.currency ?? '' });
      case 'notSold':
      case 'blocked':
        return t(why, { lastFour: card.lastFour });
      case 'expired': {
        const day =
          card.expiresOn === null
            ? ''
            : format.dateTime(new Date(`${card.expiresOn}T00:00:00Z`), { dateStyle: 'medium', timeZone: 'UTC' });
        return t(why, { lastFour: card.lastFour, day });
      }
    }
  };
}

/** What is kept for a customer in this currency, each with a button that uses all of it. */
function KeptForCustomer({
  customerId,
  currency,
  entityId,
  taken,
  onAdd,
}: {
  customerId: string;
  currency: string;
  entityId: string | undefined;
  taken: readonly KeptTender[];
  onAdd: (tender: KeptTender) => void;
}) {
  const t = useTranslations('pay');
  const locale = useLocale();
  const mayCredit = useMay('store_credit:read');
  const mayPoints = useMay('loyalty:read');
  const credits = useQuery({
    queryKey: ['rewards', 'credit', customerId],
    queryFn: () => listStoreCredit(customerId),
    enabled: mayCredit,
  });
  const points = useQuery({
    queryKey: ['rewards', 'points', customerId],
    queryFn: () => listPoints(customerId),
    enabled: mayPoints,
  });
  const credit = credits.data?.find((one) => one.currency === currency && one.entityId === entityId);
  const member = points.data?.find((one) => one.currency === currency);
  const isTaken = (method: KeptTender['method']): boolean => taken.some((one) => one.method === method);
  const creditMinor = credit?.balanceMinor ?? 0;
  const pointsMinor = member?.worthMinor ?? 0;
  if (credits.data !== undefined && points.data !== undefined && creditMinor <= 0 && pointsMinor <= 0)
    return <span className="os-soft os-small">{t('nothingKept')}</span>;
  return (
    <>
      {creditMinor > 0 && !isTaken('store_credit') && (
        <Button
          variant="default"
          size="sm"
          leftSection={<Wallet size={16} aria-hidden="true" />}
          onClick={() => onAdd({ key: 'store_credit', method: 'store_credit', balanceMinor: creditMinor })}
        >
          {t('useAllOf', { what: t('storeCredit') })} · <Money value={{ amount: creditMinor, currency }} />
        </Button>
      )}
      {pointsMinor > 0 && !isTaken('points') && (
        <Button
          variant="default"
          size="sm"
          leftSection={<Coins size={16} aria-hidden="true" />}
          onClick={() => onAdd({ key: 'points', method: 'points', balanceMinor: pointsMinor })}
        >
          {t('useAllOf', {
            what: t('pointsThere', {
              count: member?.balance ?? 0,
              amount: moneyText(locale, { amount: pointsMinor, currency }),
            }),
          })}
        </Button>
      )}
    </>
  );
}
