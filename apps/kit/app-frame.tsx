import { Drawer, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Menu } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';

/** Something a person does here. `waiting` is how much of it waits, in a few signs, and how that is said aloud. */
type NavItem = {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly waiting?: { readonly shown: string; readonly said: string } | undefined;
};
/** What belongs together; the first group needs no heading. */
export type NavGroup = { readonly label?: string; readonly items: readonly NavItem[] };

/** Our mark: goods on one shelf. */
export function BrandMark({ name, href = '/' }: { name: string; href?: string }) {
  return (
    <a className="os-brandmark" href={href}>
      <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
        <rect x="2" y="7" width="5" height="9" rx="1.25" fill="currentColor" />
        <rect x="8.5" y="3" width="5" height="13" rx="1.25" fill="currentColor" opacity="0.55" />
        <rect x="15" y="9.5" width="5" height="6.5" rx="1.25" fill="currentColor" opacity="0.8" />
        <rect x="1" y="18" width="20" height="2" rx="1" fill="currentColor" />
      </svg>
      {name}
    </a>
  );
}

/**
 * The frame of an app: what people do on the left, the page on the right. On a phone the first four things stand at the bottom and the rest behind "More".
 * `path` is the address now; a change of it moves the reader's focus to the page.
 */
export function AppFrame({
  name,
  groups,
  path,
  top,
  foot,
  badge,
  children,
}: {
  name: string;
  groups: readonly NavGroup[];
  path: string;
  top?: ReactNode;
  foot: ReactNode;
  badge?: ReactNode;
  children: ReactNode;
}) {
  const t = useTranslations('kit');
  const [open, { open: show, close }] = useDisclosure(false);
  // The longest address that leads here: "Receive goods" and not "Stock" above it.
  const current = groups
    .flatMap(({ items }) => items.map(({ href }) => href))
    .filter((href) => path === href || (href !== '/' && path.startsWith(`${href}/`)))
    .sort((a, b) => b.length - a.length)[0];
  const isCurrent = (href: string): boolean => href === current;
  useEffect(close, [path, close]);
  const links = groups.map((group, at) => (
    <div key={group.label ?? at}>
      {group.label !== undefined && <div className="os-nav-group">{group.label}</div>}
      <ul>
        {group.items.map(({ href, label, icon: Icon, waiting }) => (
          <li key={href}>
            <a className="os-nav-link" href={href} aria-current={isCurrent(href) ? 'page' : undefined}>
              <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
              {label}
              {waiting !== undefined && (
                <span className="os-nav-waiting">
                  <span aria-hidden="true">{waiting.shown}</span>
                  <VisuallyHidden>{waiting.said}</VisuallyHidden>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </div>
  ));
  const first = groups.flatMap(({ items }) => items).slice(0, 4);
  return (
    <div className="os-frame">
      <a className="os-skip" href="#main">
        {t('skip')}
      </a>
      <header className="os-nav">
        <BrandMark name={name} />
        {top}
        <nav aria-label={t('navigation')}>{links}</nav>
        <div className="os-nav-foot">{foot}</div>
      </header>
      <header className="os-phonebar">
        <BrandMark name={name} />
        <span style={{ marginInlineStart: 'auto' }}>{badge}</span>
      </header>
      <main id="main" className="os-main" tabIndex={-1}>
        {children}
      </main>
      <nav className="os-bottom" aria-label={t('mostUsed')}>
        {first.map(({ href, label, icon: Icon }) => (
          <a key={href} href={href} aria-current={isCurrent(href) ? 'page' : undefined}>
            <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
            {label}
          </a>
        ))}
        <button type="button" onClick={show} aria-haspopup="dialog" aria-expanded={open}>
          <Menu size={20} strokeWidth={1.75} aria-hidden="true" />
          {t('more')}
        </button>
      </nav>
      <Drawer
        opened={open}
        onClose={close}
        position="right"
        size="80%"
        title={name}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <div className="os-stack">
          <nav aria-label={t('more')} className="os-drawer-nav">
            {links}
          </nav>
          {foot}
        </div>
      </Drawer>
    </div>
  );
}
