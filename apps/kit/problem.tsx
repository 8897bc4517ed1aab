import { Button, Tooltip } from '@mantine/core';
import type { ButtonProps } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';

/** What went wrong, whether anything was lost, and what to do. Announced when it appears. */
export function Problem({
  what,
  lost,
  next,
  action,
}: {
  what: string;
  lost?: string;
  next?: string;
  action?: ReactNode;
}) {
  return (
    <div className="os-problem" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <strong>{what}</strong>
      {(lost !== undefined || next !== undefined) && (
        <p>{[lost, next].filter((text) => text !== undefined).join(' ')}</p>
      )}
      {action !== undefined && <p style={{ marginTop: 4 }}>{action}</p>}
    </div>
  );
}

/** What a place is for when nothing is in it yet, and the next step. */
export function EmptyState({
  title,
  text,
  action,
  icon,
}: {
  title: string;
  text: string;
  action?: ReactNode;
  icon?: ReactNode;
}) {
  return (
    <div className="os-empty">
      {icon !== undefined && <span style={{ color: 'var(--os-line-strong)' }}>{icon}</span>}
      <strong>{title}</strong>
      <p>{text}</p>
      {action}
    </div>
  );
}

/**
 * A button that says why it cannot be used instead of hiding. It stays reachable by keyboard, so that the reason can be read there too.
 * `reason` undefined means: it can be used.
 */
export function ReasonButton({
  reason,
  children,
  onClick,
  ...rest
}: { reason: string | undefined; children: ReactNode } & ButtonProps &
  Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps>) {
  if (reason === undefined) {
    return (
      <Button {...rest} onClick={onClick}>
        {children}
      </Button>
    );
  }
  return (
    <Tooltip label={reason} withArrow multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        data-disabled
        aria-disabled="true"
        aria-description={reason}
        type="button"
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
