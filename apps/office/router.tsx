import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Office } from './office.tsx';
import { NotFound } from './shared/not-found.tsx';
import { Today } from './today/today.tsx';

const root = createRootRoute({ component: Office, notFoundComponent: NotFound });

/** Reads what the address says: texts that are named, nothing else. */
const texts =
  <Name extends string>(...names: Name[]) =>
  (search: Record<string, unknown>): Partial<Record<Name, string>> =>
    Object.fromEntries(
      names.flatMap((name) =>
        search[name] === undefined || search[name] === null ? [] : [[name, String(search[name])]],
      ),
    ) as Partial<Record<Name, string>>;

const page = (path: string, component: ReturnType<typeof lazyRouteComponent>, ...names: string[]) =>
  createRoute({ getParentRoute: () => root, path, component, validateSearch: texts(...names) });

const routeTree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: Today }),
  page(
    '/sell',
    lazyRouteComponent(() => import('./sell/sell.tsx'), 'Sell'),
    'location',
  ),
  page(
    '/orders',
    lazyRouteComponent(() => import('./orders/orders.tsx'), 'Orders'),
    'search',
    'status',
    'channel',
  ),
  page(
    '/orders/new',
    lazyRouteComponent(() => import('./orders/new-order.tsx'), 'NewOrder'),
  ),
  page(
    '/orders/$orderId',
    lazyRouteComponent(() => import('./orders/order.tsx'), 'OrderPage'),
  ),
  page(
    '/stock',
    lazyRouteComponent(() => import('./stock/stock.tsx'), 'Stock'),
    'search',
    'location',
    'low',
    'level',
  ),
  page(
    '/stock/receive',
    lazyRouteComponent(() => import('./stock/receive.tsx'), 'Receive'),
    'location',
    'sku',
  ),
  page(
    '/stock/adjust',
    lazyRouteComponent(() => import('./stock/adjust.tsx'), 'Adjust'),
    'location',
    'sku',
  ),
  page(
    '/products',
    lazyRouteComponent(() => import('./products/products.tsx'), 'Products'),
    'search',
    'category',
  ),
  page(
    '/products/$productId',
    lazyRouteComponent(() => import('./products/product.tsx'), 'ProductPage'),
  ),
  page(
    '/money/journal',
    lazyRouteComponent(() => import('./money/journal.tsx'), 'Journal'),
    'entity',
    'account',
    'from',
    'to',
    'event',
  ),
  page(
    '/money/trial-balance',
    lazyRouteComponent(() => import('./money/trial-balance.tsx'), 'TrialBalance'),
    'entity',
    'through',
  ),
  page(
    '/money/profit-and-loss',
    lazyRouteComponent(() => import('./money/profit-and-loss.tsx'), 'ProfitAndLoss'),
    'entity',
    'from',
    'to',
    'by',
  ),
  page(
    '/money/valuation',
    lazyRouteComponent(() => import('./money/valuation.tsx'), 'Valuation'),
    'entity',
  ),
]);

/** The addresses of the office. */
export const router = createRouter({
  routeTree,
  // Filters are texts and stand in the address as they are.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text === '' ? '' : `?${text}`;
  },
  defaultPreload: false,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
