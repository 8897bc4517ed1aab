import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { countText } from './numbers.tsx';
import { Changing } from './numbers.tsx';

/** A column of a list of `Row`s. */
export type Column<Row> = {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** What the cell says in a CSV file; the column stays out of it when absent. Numbers as plain digits. */
  readonly csv?: (row: Row) => string | number;
  /** Right-aligned with tabular figures. */
  readonly numeric?: boolean;
  /** When this becomes another value, the cell lights up. */
  readonly live?: (row: Row) => string | number;
  /** On a phone: the title of the card, its upper right corner, or left out. */
  readonly phone?: 'corner' | 'hidden';
  readonly width?: number;
  readonly foot?: ReactNode;
};

/** What a list shows; `rows` undefined while the first page is on its way. */
export type DataListProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => string;
  /** Where a row leads. The first column becomes the link or button; the whole row can be clicked. */
  readonly href?: (row: Row) => string | undefined;
  readonly onOpen?: (row: Row) => void;
  readonly filters?: ReactNode;
  readonly empty: ReactNode;
  readonly error?: ReactNode;
  readonly hasMore?: boolean;
  readonly loadingMore?: boolean;
  readonly onMore?: () => void;
  /** File name without ending; no export without it. */
  readonly csvName?: string;
};

/**
 * Every list of the office: filters above, sticky head, arrow keys between rows and Enter to open, a soft light on what changed, more rows as
 * one scrolls, and what is loaded as CSV. On a phone each row is a card.
 */
export function DataList<Row>({
  label,
  columns,
  rows,
  rowKey,
  href,
  onOpen,
  filters,
  empty,
  error,
  hasMore = false,
  loadingMore = false,
  onMore,
  csvName,
}: DataListProps<Row>) {
  const t = useTranslations('kit');
  const locale = useLocale();
  const sentinel = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  }, [onMore]);

  useEffect(() => {
    const node = sentinel.current;
    if (node === null || !hasMore || loadingMore) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && more.current?.(),
      { rootMargin: '400px' },
    );
    observer.observe(node);
    return () => observer.disconnect();
  }, [hasMore, loadingMore]);

  const opens = href !== undefined || onOpen !== undefined;
  const foot = columns.some((column) => column.foot !== undefined);

  const openByClick = (event: MouseEvent<HTMLTableRowElement>): void => {
    // A click on a link or button of the row, or the end of selecting text, is not a click on the row.
    if (
      (event.target as HTMLElement).closest('a, button, input, label') !== null ||
      (getSelection()?.toString() ?? '') !== ''
    )
      return;
    event.currentTarget.querySelector<HTMLElement>('.os-open')?.click();
  };

  return (
    <section className="os-card" aria-label={label}>
      {filters !== undefined && <div className="os-list-bar">{filters}</div>}
      {error}
      <div className="os-list-scroll" tabIndex={-1}>
        {rows !== undefined && rows.length === 0 ? (
          error === undefined && empty
        ) : (
          <table
            className="os-table os-cards"
            aria-label={label}
            aria-busy={rows === undefined}
            onKeyDown={moveByArrows}
          >
            <thead>
              <tr>
                {columns.map((column) => (
                  <th
                    key={column.key}
                    scope="col"
                    className={column.numeric === true ? 'os-end' : undefined}
                    style={column.width === undefined ? undefined : { width: column.width }}
                  >
                    {column.header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows === undefined
                ? error === undefined && <Skeleton columns={columns.length} />
                : rows.map((row) => {
                    const address = href?.(row);
                    const openable = address !== undefined || onOpen !== undefined;
                    return (
                      <tr
                        key={rowKey(row)}
                        data-opens={opens && openable ? '' : undefined}
                        onClick={openable ? openByClick : undefined}
                      >
                        {columns.map((column, at) => {
                          const inside =
                            column.live === undefined ? (
                              column.cell(row)
                            ) : (
                              <Changing value={column.live(row)}>{column.cell(row)}</Changing>
                            );
                          return (
                            <td
                              key={column.key}
                              className={column.numeric === true ? 'os-end' : undefined}
                              data-label={column.header}
                              data-primary={at === 0 ? '' : undefined}
                              data-corner={column.phone === 'corner' ? '' : undefined}
                              data-phone={column.phone === 'hidden' ? 'hidden' : undefined}
                            >
                              {at !== 0 || !openable ? (
                                inside
                              ) : address !== undefined ? (
                                <a className="os-open" href={address}>
                                  {inside}
                                </a>
                              ) : (
                                <button type="button" className="os-open" onClick={() => onOpen?.(row)}>
                                  {inside}
                                </button>
                              )}
                            </td>
                          );
                        })}
                      </tr>
                    );
                  })}
            </tbody>
            {foot && rows !== undefined && (
              <tfoot>
                <tr>
                  {columns.map((column) => (
                    <td key={column.key} className={column.numeric === true ? 'os-end' : undefined}>
                      {column.foot}
                    </td>
                  ))}
                </tr>
              </tfoot>
            )}
          </table>
        )}
      </div>
      {rows !== undefined && rows.length > 0 && (csvName !== undefined || hasMore) && (
        <div className="os-list-foot" ref={sentinel}>
          <span className="os-num">
            {t(hasMore ? 'rowsAndMore' : 'rows', { count: rows.length, shown: countText(locale, rows.length) })}
          </span>
          {hasMore && (
            <Button variant="default" size="compact-sm" loading={loadingMore} onClick={onMore}>
              {t('loadMore')}
            </Button>
          )}
          {csvName !== undefined && (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<Download size={14} aria-hidden="true" />}
              onClick={() => saveCsv(csvName, columns, rows)}
            >
              {t('exportCsv')}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function Skeleton({ columns }: { columns: number }) {
  return Array.from({ length: 8 }, (_, row) => (
    <tr key={row} aria-hidden="true">
      {Array.from({ length: columns }, (_, column) => (
        <td key={column}>
          <span className="os-skeleton" style={{ width: `${55 + ((row * 7 + column * 13) % 40)}%` }} />
        </td>
      ))}
    </tr>
  ));
}

function moveByArrows(event: KeyboardEvent<HTMLTableElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp' && event.key !== 'Home' && event.key !== 'End') return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('.os-open')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  if (at === -1) return;
  const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
  event.preventDefault();
  stops[Math.max(0, Math.min(stops.length - 1, goal))]?.focus();
}

/** Saves rows as CSV (RFC 4180, UTF-8 with a byte order mark so that spreadsheets read it right). */
function saveCsv<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const written = columns.filter((column) => column.csv !== undefined);
  const lines = [
    written.map((column) => column.header),
    ...rows.map((row) => written.map((column) => column.csv?.(row) ?? '')),
  ];
  const text = lines.map((line) => line.map(csvCell).join(',')).join('\r\n');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv;charset=utf-8' }));
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A text that a spreadsheet would run as a formula is made a text.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
