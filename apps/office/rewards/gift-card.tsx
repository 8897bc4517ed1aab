import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { blockGiftCard, creditGiftCard, getGiftCard } from '../../client/rewards.ts';
import type { GiftCard } from '../../client/rewards.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { Money } from '../../kit/numbers.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { useMay } from '../shared/may.ts';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { CardState } from './gift-cards.tsx';
import { History } from './history.tsx';

/** A gift card: what is on it, what happened with it, and stopping it. */
export function GiftCardPage() {
  const t = useTranslations('rewards');
  const id = useParam('cardId');
  const mayBlock = useMay('gift_card:block');
  const mayCredit = useMay('gift_card:issue');
  const [doing, setDoing] = useState<'block' | 'credit' | undefined>();
  const { data, error, refetch } = useQuery({ queryKey: ['rewards', 'card', id], queryFn: () => getGiftCard(id) });
  if (data === undefined)
    return error === null ? null : <ProblemView problem={error} while="reading" retry={() => void refetch()} />;
  const { card, entries } = data;
  const { currency } = card;
  return (
    <>
      <PageHead
        title={t('card', { lastFour: card.lastFour })}
        back={{ href: '/gift-cards', label: t('cards') }}
        badge={<CardState card={card} />}
        actions={
          <>
            {mayCredit && (
              <Button variant="default" onClick={() => setDoing('credit')}>
                {t('credit')}
              </Button>
            )}
            {mayBlock && (
              <Button variant="default" onClick={() => setDoing('block')}>
                {t(card.state === 'blocked' ? 'unblock' : 'block')}
              </Button>
            )}
          </>
        }
      />
      <div className="os-fields">
        <Card title={t('balance')}>
          <dl className="os-facts">
            <dt>{t('balance')}</dt>
            <dd>
              <Money value={{ amount: card.balanceMinor, currency }} />
            </dd>
            {card.overdrawnMinor > 0 && (
              <>
                <dt>{t('overdrawn')}</dt>
                <dd>
                  <Money value={{ amount: card.overdrawnMinor, currency }} />
                </dd>
              </>
            )}
            <dt>{t('issued')}</dt>
            <dd>
              <Money value={{ amount: card.issuedMinor, currency }} />
            </dd>
            <dt>{t('redeemed')}</dt>
            <dd>
              <Money value={{ amount: card.redeemedMinor, currency }} />
            </dd>
            <dt>{t('expiresOn')}</dt>
            <dd>{card.expiresOn ?? t('never')}</dd>
          </dl>
        </Card>
        <History label={t('history')} entries={entries} currency={currency} />
      </div>
      {doing !== undefined && <ActOn card={card} doing={doing} onClose={() => setDoing(undefined)} />}
    </>
  );
}

const REASONS = ['goodwill', 'promotion', 'opening'] as const;
type Reason = (typeof REASONS)[number];

function ActOn({ card, doing, onClose }: { card: GiftCard; doing: 'block' | 'credit'; onClose: () => void }) {
  const t = useTranslations('rewards');
  const [location, setLocation] = useState<string | null>(null);
  const [amount, setAmount] = useState<number | undefined>();
  const [reason, setReason] = useState<Reason>('goodwill');
  const [note, setNote] = useState('');
  const done = (): void => {
    toast(t('saved'));
    onClose();
  };
  const blocking = useAct(blockGiftCard, { touches: ['rewards'], onDone: done });
  const crediting = useAct(creditGiftCard, { touches: ['rewards'], onDone: done });
  const acting = doing === 'block' ? blocking : crediting;
  const block = card.state !== 'blocked';
  const title = doing === 'credit' ? t('credit') : t(block ? 'block' : 'unblock');
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        className="os-fields"
        onSubmit={(event) => {
          event.preventDefault();
          if (location === null) return;
          if (doing === 'block') blocking.mutate({ id: card.id, block, locationId: location, reason: note });
          else if (amount !== undefined)
            crediting.mutate({
              id: card.id,
              locationId: location,
              currency: card.currency,
              amountMinor: amount,
              reason,
              note,
            });
        }}
      >
        {doing === 'credit' && (
          <>
            <p className="os-soft">{t('creditText')}</p>
            <MoneyField label={t('amount')} value={amount} currency={card.currency} onValue={setAmount} required />
            <Select
              label={t('reason')}
              data={REASONS.map((value) => ({ value, label: t(`why.${value}`) }))}
              value={reason}
              allowDeselect={false}
              onChange={(value) => setReason(value ?? 'goodwill')}
            />
          </>
        )}
        <LocationSelect label={t('location')} value={location} onChange={setLocation} required />
        <TextInput
          label={t('note')}
          description={t('noteText')}
          value={note}
          required
          maxLength={200}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {acting.error !== null && <ProblemView problem={acting.error} while="acting" />}
        <Button type="submit" loading={acting.isPending} disabled={location === null}>
          {title}
        </Button>
      </form>
    </Modal>
  );
}
