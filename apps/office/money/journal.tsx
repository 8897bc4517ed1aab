import { Button, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { listJournal } from '../../client/api.ts';
import type { JournalEntry } from '../../client/types.ts';
import { Day, Instant, Money } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead, Pill } from '../../kit/stat-tile.tsx';
import { EventName } from '../shared/event-name.tsx';
import { useFilters } from '../shared/filters.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { EntitySelect, Period, useEntity } from './filters.tsx';

type JournalFilters = {
  entity?: string | undefined;
  account?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  event?: string | undefined;
  channel?: string | undefined;
  location?: string | undefined;
};

/** Every journal entry with its postings and the event that caused it, newest first. */
export function Journal() {
  const t = useTranslations('journal');
  const [filters, setFilters] = useFilters<JournalFilters>();
  const { entity, remember } = useEntity(filters.entity);
  const { account, from, to, event, channel, location } = filters;
  const { rows, error, retry, hasMore, loadingMore, onMore } = usePages(
    ['books', 'journal', { entity: entity?.id, account, from, to, event, channel, location }],
    (after, signal) =>
      listJournal(
        { ...(event === undefined ? { entity: entity?.id } : {}), account, from, to, event, channel, location, after },
        signal,
      ),
  );
  return (
    <>
      <PageHead
        title={t('title')}
        badge={
          event !== undefined && (
            <>
              <Pill tone="brand">{t('ofEvent', { number: event })}</Pill>
              <Button variant="subtle" size="compact-sm" onClick={() => setFilters({ event: undefined })}>
                {t('all')}
              </Button>
            </>
          )
        }
      />
      <section className="os-card" aria-label={t('title')}>
        <div className="os-list-bar">
          <EntitySelect
            value={entity?.id}
            onChange={(id) => {
              remember(id);
              setFilters({ entity: id, event: undefined });
            }}
          />
          <Period from={from} to={to} onChange={setFilters} />
          <TextInput
            label={t('account')}
            placeholder={t('accountHint')}
            w={160}
            defaultValue={account ?? ''}
            onBlur={(blur) => setFilters({ account: blur.currentTarget.value.trim() })}
            onKeyDown={(key) => key.key === 'Enter' && setFilters({ account: key.currentTarget.value.trim() })}
          />
        </div>
        {error !== undefined && <ProblemView problem={error} while="reading" retry={retry} />}
        {rows?.length === 0 && <EmptyState title={t('empty')} text={t('emptyText')} />}
        {rows === undefined && error === undefined && (
          <p className="os-empty os-soft" aria-busy="true">
            {t('loading')}
          </p>
        )}
        {(rows ?? []).map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
        {hasMore && (
          <div className="os-list-foot">
            <span />
            <Button variant="default" size="compact-sm" loading={loadingMore} onClick={onMore}>
              {t('more')}
            </Button>
          </div>
        )}
      </section>
    </>
  );
}

function Entry({ entry }: { entry: JournalEntry }) {
  const t = useTranslations('journal');
  const orderId = entry.subjectId?.startsWith('ord_') === true ? entry.subjectId : undefined;
  return (
    <article className="os-journal-entry" aria-label={t('entryOf', { number: entry.eventNumber })}>
      <div className="os-row">
        <strong style={{ fontWeight: 550 }}>
          {orderId === undefined ? (
            <EventName type={entry.eventType} />
          ) : (
            <a href={`/orders/${orderId}`}>
              <EventName type={entry.eventType} />
            </a>
          )}
        </strong>
        <span className="os-code">{t('event', { number: entry.eventNumber })}</span>
        <span className="os-soft os-small" style={{ marginInlineStart: 'auto' }}>
          <Day value={entry.postingDay} /> · <Instant value={entry.recordedAt} />
        </span>
      </div>
      <table className="os-postings" aria-label={t('postings')}>
        <thead className="os-hidden">
          <tr>
            <th scope="col">{t('account')}</th>
            <th scope="col">{t('debit')}</th>
            <th scope="col">{t('credit')}</th>
          </tr>
        </thead>
        <tbody>
          {entry.postings.map((posting, at) => (
            // Postings have no id of their own and never change.
            <tr key={at}>
              <td style={posting.amountMinor < 0 ? { paddingInlineStart: 24 } : undefined}>
                <span className="os-code">{posting.accountCode}</span> {posting.accountName}
              </td>
              <td className="os-end">
                {posting.amountMinor >= 0 && (
                  <Money value={{ amount: posting.amountMinor, currency: posting.currency }} />
                )}
              </td>
              <td className="os-end">
                {posting.amountMinor < 0 && (
                  <Money value={{ amount: -posting.amountMinor, currency: posting.currency }} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}
