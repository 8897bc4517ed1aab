import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { whenSignedOut } from '../client/http.ts';
import { ApiProblem } from '../client/problem.ts';
import { makeTheme } from '../kit/theme.ts';
import { ProveAgain } from './own-account/prove-again.tsx';
import { router } from './router.tsx';
import { Words } from './shared/words.tsx';

const { theme, cssVariablesResolver } = makeTheme();

const queryClient = new QueryClient({
  queryCache: new QueryCache(),
  defaultOptions: {
    queries: {
      // Live changes say when to read again; this is for tabs that slept.
      staleTime: 30_000,
      retry: (count, problem) =>
        count < 2 && problem instanceof ApiProblem && (problem.status === 0 || problem.status >= 502),
    },
    mutations: { retry: false },
  },
});

/** The office: theme, words, data and addresses around the screens. */
export function App() {
  useEffect(() => {
    whenSignedOut(() => queryClient.setQueryData(['session'], null));
    document.addEventListener('click', followLink);
    return () => document.removeEventListener('click', followLink);
  }, []);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <Words>
        <QueryClientProvider client={queryClient}>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
          <ProveAgain />
        </QueryClientProvider>
      </Words>
    </MantineProvider>
  );
}

/** Plain links stay plain links (middle click, copy, our parts that know no router), and still change the page without loading it. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = (event.target as Element).closest('a');
  const address = link?.getAttribute('href');
  if (
    link === null ||
    address === null ||
    address === undefined ||
    !address.startsWith('/') ||
    address.startsWith('/api/')
  )
    return;
  if (link.target !== '' || link.hasAttribute('download')) return;
  event.preventDefault();
  router.history.push(address);
}
