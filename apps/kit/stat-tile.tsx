import type { ReactNode } from 'react';

/** One figure that somebody looks for first: what it is, how much, how that compares. `side` is a small drawing. */
export function StatTile({
  label,
  figure,
  note,
  side,
}: {
  label: string;
  figure: ReactNode;
  note?: ReactNode;
  side?: ReactNode;
}) {
  return (
    <div className="os-card os-tile" role="group" aria-label={label}>
      <span className="os-tile-label">{label}</span>
      <div style={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 12 }}>
        <span className="os-tile-figure">{figure}</span>
        {side}
      </div>
      {note !== undefined && <span className="os-tile-note">{note}</span>}
    </div>
  );
}

/** The tone of a state: never told by colour alone, the words say it too. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'brand';

/** A state in a word. */
export function Pill({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="os-pill" data-tone={tone}>
      {children}
    </span>
  );
}

/** The head of a page: where one came from, the name of what is shown, and what can be done with it. */
export function PageHead({
  title,
  back,
  badge,
  actions,
}: {
  title: string;
  back?: { href: string; label: string };
  badge?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="os-page-head">
      <div className="os-grow" style={{ flexBasis: 200 }}>
        {back !== undefined && (
          <a className="os-back" href={back.href}>
            <span aria-hidden="true">←</span> {back.label}
          </a>
        )}
        <div className="os-row">
          <h1>{title}</h1>
          {badge}
        </div>
      </div>
      {actions !== undefined && <div className="os-actions">{actions}</div>}
    </header>
  );
}

/** A sheet of paper on the page with a heading. */
export function Card({
  title,
  side,
  children,
  flush = false,
}: {
  title: string;
  side?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className="os-card" aria-label={title}>
      <div className="os-card-head">
        <h2>{title}</h2>
        {side}
      </div>
      {flush ? children : <div className="os-card-body">{children}</div>}
    </section>
  );
}
