import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { sellsCards } from '../../../src/orders/gift-card-line.ts';
import { normaliseGiftCardCode } from '../../../src/rewards/gift-card-code.ts';
import { previewShipment, shipOrder } from '../../client/api.ts';
import type { Intent } from '../../client/http.ts';
import type { Order } from '../../client/types.ts';
import { MoneyField, QuantityField } from '../../kit/fields.tsx';
import { Money } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { ScanField } from '../../kit/scan.tsx';
import { toast } from '../../kit/toast.tsx';
import { CodesOnce } from '../rewards/codes-once.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';

const touches = ['orders', 'stock', 'today', 'books', 'rewards'];

/** What leaves, with what it does to the money before it is done. Gift cards leave from the box, or are made with it. */
export function Ship({ order, onDone }: { order: Order; onDone: () => void }) {
  const t = useTranslations('order');
  const [carrier, setCarrier] = useState<number | undefined>(0);
  const [codesMade, setCodesMade] = useState<readonly string[]>([]);
  const [quantities, setQuantities] = useState<Readonly<Record<number, number | undefined>>>({});
  const [cards, setCards] = useState<Readonly<Record<number, readonly string[]>>>({});
  const leaving = order.lines.flatMap((line) => {
    const open = line.quantity - line.shipped - line.cancelled;
    if (open <= 0) return [];
    const quantity = line.line in quantities ? quantities[line.line] : open;
    const codes = sellsCards(line) ? (cards[line.line] ?? []) : [];
    return [{ ...line, open, quantity, codes }];
  });
  const miscounted = leaving.find(({ codes, quantity }) => codes.length > 0 && codes.length !== quantity);
  const reason =
    leaving.some(({ quantity }) => quantity === undefined) || leaving.every(({ quantity }) => quantity === 0)
      ? t('needsQuantity')
      : carrier === undefined
        ? t('needsCarrier')
        : miscounted !== undefined
          ? t('needsCards', { what: miscounted.description, count: miscounted.quantity ?? 0 })
          : undefined;
  const body = {
    lines: leaving.flatMap(({ line, quantity }) =>
      quantity === undefined || quantity === 0 ? [] : [{ line, quantity }],
    ),
    carrierCostMinor: carrier ?? 0,
    giftCards: leaving.flatMap(({ line, codes }) => codes.map((giftCardCode) => ({ line, giftCardCode }))),
  };
  const told = useQuery({
    queryKey: ['preview', 'ship', order.id, order.lines, body],
    queryFn: () => previewShipment(order.id, body),
    enabled: reason === undefined,
    retry: false,
  });
  const shipping = useAct((input: typeof body, intent: Intent) => shipOrder(order.id, input, intent), {
    touches,
    onDone: ({ giftCards }) => {
      toast(t('shippedToast', { number: order.number }));
      const made = giftCards.flatMap(({ code }) => code ?? []);
      if (made.length === 0) onDone();
      else setCodesMade(made);
    },
  });
  if (codesMade.length > 0) return <CodesOnce codes={codesMade} onDone={onDone} />;
  const scanned = leaving.flatMap(({ codes }) => codes);
  return (
    <div className="os-fields">
      {leaving.map((line) => (
        <div key={line.line} className="os-fields">
          <QuantityField
            label={line.description}
            description={t('stillOpen', { count: line.open })}
            min={0}
            max={line.open}
            value={line.quantity}
            onValue={(quantity) => setQuantities((now) => ({ ...now, [line.line]: quantity }))}
          />
          {sellsCards(line) && (line.quantity ?? 0) > 0 && (
            <CardsOfLine
              what={line.description}
              units={line.quantity ?? 0}
              codes={line.codes}
              scanned={scanned}
              onCodes={(codes) => setCards((now) => ({ ...now, [line.line]: codes }))}
            />
          )}
        </div>
      ))}
      <MoneyField
        label={t('carrierCost')}
        description={t('carrierCostText')}
        value={carrier}
        currency={order.currency}
        onValue={setCarrier}
      />
      {told.data !== undefined && (
        <dl className="os-facts">
          <dt>{t('willInvoice')}</dt>
          <dd>
            <strong>
              <Money value={told.data} />
            </strong>
          </dd>
        </dl>
      )}
      {told.error !== null && shipping.error === null && <ProblemView problem={told.error} while="acting" />}
      {shipping.error !== null && <ProblemView problem={shipping.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={onDone}>
          {t('notNow')}
        </Button>
        <ReasonButton reason={reason} loading={shipping.isPending} onClick={() => shipping.mutate(body)}>
          {t('shipNow')}
        </ReasonButton>
      </div>
    </div>
  );
}

/** The gift cards that leave with a line: those that are scanned out of the box, or new ones when none is. */
function CardsOfLine({
  what,
  units,
  codes,
  scanned,
  onCodes,
}: {
  what: string;
  units: number;
  codes: readonly string[];
  /** Those of all lines. */
  scanned: readonly string[];
  onCodes: (codes: readonly string[]) => void;
}) {
  const t = useTranslations('order');
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const add = (): void => {
    if (text.trim() === '') return;
    const code = normaliseGiftCardCode(text);
    if (code === undefined) return setError(t('cardMistyped'));
    if (scanned.includes(code)) return setError(t('cardTwice'));
    onCodes([...codes, code]);
    setText('');
  };
  return (
    <div className="os-fields" role="group" aria-label={t('cardsOf', { what })}>
      {codes.length > 0 && (
        <ul className="os-chosen" aria-label={t('cardsFromBox')}>
          {codes.map((code) => {
            const name = t('cardEnding', { lastFour: code.slice(-4) });
            return (
              <li key={code}>
                <span className="os-grow os-code">{name}</span>
                <ActionIcon
                  variant="default"
                  size={36}
                  aria-label={t('takeCardOut', { card: name })}
                  onClick={() => onCodes(codes.filter((one) => one !== code))}
                >
                  <X size={16} aria-hidden="true" />
                </ActionIcon>
              </li>
            );
          })}
        </ul>
      )}
      {codes.length < units && (
        <ScanField
          label={t('cardFromBox')}
          description={
            codes.length === 0 ? t('cardsAreMade', { count: units }) : t('cardsToScan', { count: units - codes.length })
          }
          value={text}
          maxLength={100}
          error={error}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setError(undefined);
          }}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
      )}
    </div>
  );
}
