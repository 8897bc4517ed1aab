import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { issueGiftCards, listGiftCards, lookUpGiftCard } from '../../client/rewards.ts';
import type { GiftCard } from '../../client/rewards.ts';
import { DataList } from '../../kit/data-list.tsx';
import { QuantityField } from '../../kit/fields.tsx';
import { Money } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { useMay } from '../shared/may.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { CodesOnce } from './codes-once.tsx';

const STATES = ['issued', 'active', 'blocked', 'expired'] as const;
const TONES = { issued: 'plain', active: 'good', blocked: 'bad', expired: 'warn' } as const;

/** How a card stands, in a word. */
export function CardState({ card }: { card: GiftCard }) {
  const t = useTranslations('rewards.states');
  return <Pill tone={TONES[card.state]}>{t(card.state)}</Pill>;
}

/** Gift cards: found by their code or its end, made by the hundred. */
export function GiftCards() {
  const t = useTranslations('rewards');
  const mayIssue = useMay('gift_card:issue');
  const [making, setMaking] = useState(false);
  const [filters, setFilters] = useFilters<{ lastFour?: string | undefined; state?: string | undefined }>();
  const lastFour = /^[0-9A-Za-z]{4}$/.test(filters.lastFour ?? '') ? filters.lastFour : undefined;
  const { error, retry, ...list } = usePages(
    ['rewards', 'cards', lastFour ?? '', filters.state ?? ''],
    (after, signal) => listGiftCards({ lastFour, state: filters.state }, after, signal),
  );
  return (
    <>
      <PageHead
        title={t('cards')}
        actions={
          mayIssue && (
            <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
              {t('newCards')}
            </Button>
          )
        }
      />
      <div className="os-stack">
        <FindCode />
        <DataList
          label={t('cards')}
          rowKey={(card) => card.id}
          href={(card) => `/gift-cards/${card.id}`}
          {...list}
          filters={
            <>
              <TextInput
                label={t('lastFour')}
                value={filters.lastFour ?? ''}
                maxLength={4}
                onChange={(event) => setFilters({ lastFour: event.currentTarget.value || undefined })}
              />
              <Select
                label={t('state')}
                placeholder={t('anyState')}
                clearable
                data={STATES.map((value) => ({ value, label: t(`states.${value}`) }))}
                value={filters.state ?? null}
                onChange={(state) => setFilters({ state: state ?? undefined })}
              />
            </>
          }
          error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
          empty={<EmptyState title={t('noCards')} text={t('noCardsText')} />}
          columns={[
            { key: 'code', header: t('code'), cell: (card) => <span className="os-code">…{card.lastFour}</span> },
            {
              key: 'balance',
              header: t('balance'),
              numeric: true,
              cell: (card) => (
                <Money value={{ amount: card.balanceMinor - card.overdrawnMinor, currency: card.currency }} />
              ),
              live: (card) => card.balanceMinor,
            },
            { key: 'expires', header: t('expiresOn'), cell: (card) => card.expiresOn ?? t('never') },
            {
              key: 'state',
              header: t('state'),
              phone: 'corner',
              cell: (card) => <CardState card={card} />,
              live: (card) => card.state,
            },
          ]}
        />
      </div>
      {making && <MakeCards onClose={() => setMaking(false)} />}
    </>
  );
}

function FindCode() {
  const t = useTranslations('rewards');
  const navigate = useNavigate();
  const [code, setCode] = useState('');
  const find = useAct(lookUpGiftCard, {
    touches: [],
    onDone: ({ id }) => void navigate({ to: `/gift-cards/${id}` as never }),
  });
  return (
    <Card title={t('find')}>
      <form
        className="os-fields"
        onSubmit={(event) => {
          event.preventDefault();
          find.mutate({ code });
        }}
      >
        <TextInput
          label={t('code')}
          description={t('findText')}
          value={code}
          required
          maxLength={100}
          autoComplete="off"
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {find.error !== null && <ProblemView problem={find.error} while="acting" />}
        <Button type="submit" variant="default" loading={find.isPending}>
          {t('look')}
        </Button>
      </form>
    </Card>
  );
}

function MakeCards({ onClose }: { onClose: () => void }) {
  const t = useTranslations('rewards');
  const [location, setLocation] = useState<string | null>(null);
  const [count, setCount] = useState<number | undefined>(10);
  const [expiresOn, setExpiresOn] = useState('');
  const [codes, setCodes] = useState<readonly string[]>([]);
  const make = useAct(issueGiftCards, {
    touches: ['rewards'],
    onDone: ({ cards }) => setCodes(cards.map(({ code }) => code)),
  });
  const told = codes.length > 0;
  return (
    <Modal
      opened
      onClose={onClose}
      title={told ? t('made', { count: codes.length }) : t('newCards')}
      closeOnClickOutside={!told}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {told ? (
        <CodesOnce codes={codes} onDone={onClose} />
      ) : (
        <form
          className="os-fields"
          onSubmit={(event) => {
            event.preventDefault();
            if (location === null || count === undefined) return;
            make.mutate({ locationId: location, count, ...(expiresOn === '' ? {} : { expiresOn }) });
          }}
        >
          <LocationSelect label={t('location')} value={location} onChange={setLocation} required />
          <QuantityField label={t('count')} value={count} onValue={setCount} min={1} max={500} required />
          <TextInput
            type="date"
            label={t('expiresOn')}
            description={t('expiryText')}
            value={expiresOn}
            onChange={(event) => setExpiresOn(event.currentTarget.value)}
          />
          {make.error !== null && <ProblemView problem={make.error} while="acting" />}
          <Button type="submit" loading={make.isPending} disabled={location === null || count === undefined}>
            {t('make')}
          </Button>
        </form>
      )}
    </Modal>
  );
}
