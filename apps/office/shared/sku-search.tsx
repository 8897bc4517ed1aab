import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { listSkus } from '../../client/api.ts';
import type { FoundSku } from '../../client/types.ts';
import { ScanField, useScan } from '../../kit/scan.tsx';
import { toast } from '../../kit/toast.tsx';

/**
 * Finds a SKU by name, code, GTIN or a scan, and hands it over; then it is empty again for the next one. The scanner works anywhere on the
 * page, unless there are several such fields on it (`scans` false: only in the field itself). `side` is shown at the right of each suggestion, e.g. a price.
 */
export function SkuSearch({
  label,
  channel,
  onPick,
  side,
  autoFocus = false,
  scans = true,
  takesFirst,
  error,
}: {
  label: string;
  channel?: string | undefined;
  onPick: (sku: FoundSku) => void;
  side?: (sku: FoundSku) => ReactNode;
  autoFocus?: boolean;
  scans?: boolean;
  /** Takes codes that are no goods; what it takes is not searched for. */
  takesFirst?: (code: string) => boolean;
  error?: string | undefined;
}) {
  const t = useTranslations('skuSearch');
  const id = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = text.trim();
  const found = useQuery({
    queryKey: ['skus', wanted, channel],
    queryFn: ({ signal }) => listSkus({ search: wanted, channel, limit: 8 }, signal),
    enabled: wanted !== '',
    placeholderData: (before) => (wanted === '' ? undefined : before),
  });
  const skus = wanted === '' ? [] : (found.data?.items ?? []);
  const open = wanted !== '' && found.data !== undefined;

  const pick = (sku: FoundSku): void => {
    setText('');
    setAt(0);
    onPick(sku);
  };
  const take = async (code: string): Promise<void> => {
    if (takesFirst?.(code) === true) {
      setText('');
      return;
    }
    const answer = await listSkus({ search: code, channel, limit: 2 });
    const exact = answer.items.find((sku) => sku.exact) ?? (answer.items.length === 1 ? answer.items[0] : undefined);
    if (exact === undefined) toast(t('unknownCode', { code }));
    else pick(exact);
  };
  useScan((code) => void take(code), scans);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt((now) => Math.max(0, Math.min(skus.length - 1, now + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Escape') {
      setText('');
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const sku = skus[at];
      // What is shown may belong to fewer letters; then the code is asked for as it stands.
      if (sku !== undefined && !found.isPlaceholderData) pick(sku);
      else if (wanted !== '') void take(wanted);
    }
  };

  return (
    <div className="os-suggest">
      <ScanField
        label={label}
        placeholder={t('hint')}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        autoFocus={autoFocus}
        error={error}
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && skus.length > 0 ? `${id}-${at}` : undefined}
      />
      {open && (
        <ul className="os-suggest-list" id={`${id}-list`} role="listbox" aria-label={t('found')}>
          {skus.length === 0 && (
            <li role="option" aria-selected="false" aria-disabled="true" className="os-soft">
              {t('nothing', { text: wanted })}
            </li>
          )}
          {skus.map((sku, index) => (
            // Chosen with the keyboard through the field, which keeps the focus.
            <li
              key={sku.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(sku)}
            >
              <span className="os-grow">
                <span style={{ display: 'block' }}>{sku.name}</span>
                <span className="os-code">{[sku.code, sku.gtin].filter((one) => one !== null).join(' · ')}</span>
              </span>
              {side?.(sku)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
