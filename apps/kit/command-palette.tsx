import { Spotlight, spotlight } from '@mantine/spotlight';
import type { SpotlightActionData } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslations } from 'use-intl';

/** Opens the palette from a button. */
const openPalette = (): void => spotlight.open();

/**
 * Everything that can be done or found, by keyboard: Ctrl/⌘-K. `actions` are always there; `found` are answers to what is typed, asked for
 * with `onQuery`.
 */
export function CommandPalette({
  actions,
  found,
  onQuery,
}: {
  actions: readonly SpotlightActionData[];
  found: readonly SpotlightActionData[];
  onQuery: (text: string) => void;
}) {
  const t = useTranslations('kit');
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const shown = [
    ...actions.filter(({ label, keywords }) =>
      `${label ?? ''} ${String(keywords ?? '')}`.toLowerCase().includes(wanted),
    ),
    ...found,
  ];
  // What stands first is what Enter does, also when it came later than the letters, before which nothing was selected.
  const takeFirst = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || document.querySelector('[data-action][data-selected]') !== null) return;
    document.querySelector<HTMLElement>('[data-action]')?.click();
  };
  return (
    <Spotlight.Root
      shortcut={['mod + K']}
      query={query}
      onQueryChange={(text) => {
        setQuery(text);
        onQuery(text);
      }}
      clearQueryOnClose
      maxHeight={420}
      scrollable
    >
      <Spotlight.Search
        onKeyDown={takeFirst}
        placeholder={t('paletteHint')}
        aria-label={t('paletteHint')}
        leftSection={<Search size={18} aria-hidden="true" />}
      />
      <Spotlight.ActionsList>
        {shown.length === 0 ? (
          <Spotlight.Empty>{t('paletteNothing')}</Spotlight.Empty>
        ) : (
          shown.map((action) => <Spotlight.Action key={action.id} {...action} />)
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** The button that shows that the palette is there. */
export function PaletteButton() {
  const t = useTranslations('kit');
  return (
    <button
      type="button"
      className="os-nav-link"
      style={{
        border: '1px solid var(--os-line)',
        background: 'var(--os-surface)',
        font: 'inherit',
        width: '100%',
        marginBottom: 12,
      }}
      onClick={openPalette}
    >
      <Search size={16} aria-hidden="true" />
      <span className="os-grow" style={{ textAlign: 'start' }}>
        {t('find')}
      </span>
      <kbd className="os-kbd">{navigator.platform.startsWith('Mac') ? '⌘ K' : 'Ctrl K'}</kbd>
    </button>
  );
}
