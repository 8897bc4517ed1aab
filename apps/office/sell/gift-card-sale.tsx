import { Button, Modal, Radio } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { normaliseGiftCardCode } from '../../../src/rewards/gift-card-code.ts';
import { newIntent } from '../../client/http.ts';
import { issueGiftCards, lookUpGiftCard, type CardCurrency } from '../../client/rewards.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { ScanField } from '../../kit/scan.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';

/** A gift card that is being sold or topped up: the money of its line goes on it. `isNew`: its code stands on the receipt, once. */
export type CardToSell = {
  readonly code: string;
  readonly amountMinor: number;
  readonly isNew: boolean;
  /** What is on it already, as far as it is known. */
  readonly balanceMinor: number;
};

type Kind = 'new' | 'existing' | 'paper';

/** Asks what of a voucher SKU is sold: a new card, one from the shop's box (or a top-up), or a paper voucher that is taxed now. */
export function GiftCardSale({
  good,
  currency,
  locationId,
  onCard,
  onPaper,
  onClose,
}: {
  good: { readonly name: string; readonly amountMinor: number | undefined };
  currency: string;
  locationId: string;
  onCard: (card: CardToSell) => void;
  onPaper: () => void;
  onClose: () => void;
}) {
  const t = useTranslations('pay');
  const mayMake = useMay('gift_card:issue');
  const [kind, setKind] = useState<Kind>(mayMake ? 'new' : 'existing');
  const [amount, setAmount] = useState(good.amountMinor);
  const [text, setText] = useState('');
  const code = normaliseGiftCardCode(text);
  const making = useAct(issueGiftCards, {
    touches: ['rewards'],
    onDone: ({ cards }) => {
      const [made] = cards;
      if (made !== undefined) onCard({ code: made.code, amountMinor: amount ?? 0, isNew: true, balanceMinor: 0 });
    },
  });
  const topUp = async (): Promise<void> => {
    // A card out of the box was never sold and is not told of: nothing is on it.
    const found = await lookUpGiftCard({ code: code ?? '' }, newIntent()).catch(() => undefined);
    onCard({ code: code ?? '', amountMinor: amount ?? 0, isNew: false, balanceMinor: found?.balanceMinor ?? 0 });
  };
  const reason =
    kind !== 'paper' && (amount === undefined || amount <= 0)
      ? t('needsAmount')
      : kind === 'existing' && text.trim() === ''
        ? t('needsCode')
        : kind === 'existing' && code === undefined
          ? t('mistyped')
          : undefined;
  const add = (): void => {
    if (reason !== undefined) return;
    if (kind === 'paper') onPaper();
    else if (kind === 'existing') void topUp();
    else
      making.mutate({
        locationId,
        currency: currency as CardCurrency,
        count: 1,
      });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('sellCard', { name: good.name })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        className="os-fields"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Radio.Group label={t('onto')} value={kind} onChange={(value) => setKind(value)}>
          <div className="os-stack" style={{ gap: 8, paddingTop: 4 }}>
            {(['new', 'existing', 'paper'] as const).map((one) => (
              <Radio
                key={one}
                value={one}
                label={t(`kinds.${one}`)}
                description={one === 'new' && !mayMake ? t('mayNotMake') : t(`kindTexts.${one}`)}
                disabled={one === 'new' && !mayMake}
              />
            ))}
          </div>
        </Radio.Group>
        {kind !== 'paper' && (
          <MoneyField label={t('load')} currency={currency} value={amount} onValue={setAmount} data-autofocus />
        )}
        {kind === 'existing' && (
          <ScanField
            label={t('code')}
            placeholder={t('codeHint')}
            value={text}
            maxLength={100}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        {making.error !== null && <ProblemView problem={making.error} while="acting" />}
        <div className="os-row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <ReasonButton type="submit" reason={reason} loading={making.isPending}>
            {t('add')}
          </ReasonButton>
        </div>
      </form>
    </Modal>
  );
}
