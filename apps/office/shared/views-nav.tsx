import { Button } from '@mantine/core';

/** The ways between screens that belong together, the one that is open marked. */
export function ViewsNav({
  label,
  views,
  at,
}: {
  label: string;
  views: readonly { readonly key: string; readonly href: string; readonly name: string }[];
  /** The key of the one that is open. */
  at: string;
}) {
  return (
    <nav className="os-row os-noprint" aria-label={label} style={{ marginBottom: 16 }}>
      {views.map(({ key, href, name }) => (
        <Button
          key={key}
          component="a"
          href={href}
          size="compact-md"
          variant={key === at ? 'light' : 'subtle'}
          {...(key === at ? { 'aria-current': 'page' as const } : {})}
        >
          {name}
        </Button>
      ))}
    </nav>
  );
}
