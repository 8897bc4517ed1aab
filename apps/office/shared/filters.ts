import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useMemo } from 'react';

/** What the address says after `?`, as texts, and how to change a part of it. Every filter lives there, so a view can be sent to a colleague. */
export function useFilters<Filters extends object>(): [Filters, (change: Partial<Filters>) => void] {
  const search = useRouterState({ select: ({ location }) => location.searchStr });
  // A search for 400123 is a text, whatever the router would make of it.
  const filters = useMemo(() => Object.fromEntries(new URLSearchParams(search)) as Filters, [search]);
  const navigate = useNavigate();
  const set = (change: Partial<Filters>): void => {
    const next = Object.entries({ ...filters, ...change }).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
    );
    void navigate({ to: '.', search: Object.fromEntries(next) as never, replace: true });
  };
  return [filters, set];
}
