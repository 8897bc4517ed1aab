import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Office } from './office.tsx';
import { NotFound } from './shared/not-found.tsx';
import { Today } from './today/today.tsx';

const root = createRootRoute({ component: Office, notFoundComponent: NotFound });

/** Each screen is fetched when it is first wanted; Today comes with the frame. */
const screens = {
  '/sell': lazyRouteComponent(() => import('./sell/sell.tsx'), 'Sell'),
  '/orders': lazyRouteComponent(() => import('./orders/orders.tsx'), 'Orders'),
  '/orders/new': lazyRouteComponent(() => import('./orders/new-order.tsx'), 'NewOrder'),
  '/orders/$orderId': lazyRouteComponent(() => import('./orders/order.tsx'), 'OrderPage'),
  '/stock': lazyRouteComponent(() => import('./stock/stock.tsx'), 'Stock'),
  '/stock/receive': lazyRouteComponent(() => import('./stock/receive.tsx'), 'Receive'),
  '/stock/adjust': lazyRouteComponent(() => import('./stock/adjust.tsx'), 'Adjust'),
  '/prices': lazyRouteComponent(() => import('./prices/lists.tsx'), 'PriceLists'),
  '/prices/why': lazyRouteComponent(() => import('./prices/why.tsx'), 'WhyPrice'),
  '/prices/changes': lazyRouteComponent(() => import('./prices/changes.tsx'), 'PriceChanges'),
  '/prices/changes/$changeId': lazyRouteComponent(() => import('./prices/change.tsx'), 'PriceChangePage'),
  '/prices/labels': lazyRouteComponent(() => import('./prices/labels.tsx'), 'ShelfLabels'),
  '/promotions': lazyRouteComponent(() => import('./promotions/promotions.tsx'), 'Promotions'),
  '/promotions/new': lazyRouteComponent(() => import('./promotions/edit-promotion.tsx'), 'NewPromotion'),
  '/promotions/try': lazyRouteComponent(() => import('./promotions/try-basket.tsx'), 'TryBasket'),
  '/promotions/offers': lazyRouteComponent(() => import('./promotions/offers.tsx'), 'OfferRules'),
  '/promotions/offers/new': lazyRouteComponent(() => import('./promotions/offers-edit.tsx'), 'NewOfferRule'),
  '/promotions/offers/$ruleId': lazyRouteComponent(() => import('./promotions/offers-edit.tsx'), 'OfferRulePage'),
  '/promotions/supplier-shares': lazyRouteComponent(() => import('./promotions/supplier-shares.tsx'), 'SupplierShares'),
  '/promotions/$promotionId': lazyRouteComponent(() => import('./promotions/edit-promotion.tsx'), 'PromotionPage'),
  '/products': lazyRouteComponent(() => import('./products/products.tsx'), 'Products'),
  '/products/new': lazyRouteComponent(() => import('./products/new-product.tsx'), 'NewProduct'),
  '/products/$productId': lazyRouteComponent(() => import('./products/product.tsx'), 'ProductPage'),
  '/api-keys': lazyRouteComponent(() => import('./programs/api-keys.tsx'), 'ApiKeys'),
  '/devices': lazyRouteComponent(() => import('./programs/devices.tsx'), 'Devices'),
  '/people': lazyRouteComponent(() => import('./people/people.tsx'), 'People'),
  '/people/$personId': lazyRouteComponent(() => import('./people/person.tsx'), 'PersonPage'),
  '/roles': lazyRouteComponent(() => import('./people/roles.tsx'), 'RolesPage'),
  '/rules': lazyRouteComponent(() => import('./people/rules.tsx'), 'RulesPage'),
  '/approvals': lazyRouteComponent(() => import('./people/approvals.tsx'), 'Approvals'),
  '/audit': lazyRouteComponent(() => import('./audit/audit.tsx'), 'Audit'),
  '/customers': lazyRouteComponent(() => import('./customers/customers.tsx'), 'Customers'),
  '/customers/$customerId': lazyRouteComponent(() => import('./customers/customer.tsx'), 'CustomerPage'),
  '/gift-cards': lazyRouteComponent(() => import('./rewards/gift-cards.tsx'), 'GiftCards'),
  '/gift-cards/$cardId': lazyRouteComponent(() => import('./rewards/gift-card.tsx'), 'GiftCardPage'),
  '/loyalty': lazyRouteComponent(() => import('./rewards/loyalty.tsx'), 'Loyalty'),
  '/backups': lazyRouteComponent(() => import('./system/backups.tsx'), 'Backups'),
  '/getting-started': lazyRouteComponent(() => import('./getting-started/getting-started.tsx'), 'GettingStarted'),
  '/company': lazyRouteComponent(() => import('./company/company.tsx'), 'CompanyPage'),
  '/system/personal-data': lazyRouteComponent(() => import('./system/retention.tsx'), 'RetentionPage'),
  '/system/health': lazyRouteComponent(() => import('./system/health.tsx'), 'HealthPage'),
  '/webhooks': lazyRouteComponent(() => import('./webhooks/webhooks.tsx'), 'Webhooks'),
  '/webhooks/new': lazyRouteComponent(() => import('./webhooks/edit-webhook.tsx'), 'NewWebhook'),
  '/webhooks/$webhookId': lazyRouteComponent(() => import('./webhooks/webhook.tsx'), 'WebhookPage'),
  '/webhooks/$webhookId/edit': lazyRouteComponent(() => import('./webhooks/edit-webhook.tsx'), 'EditWebhook'),
  '/imports': lazyRouteComponent(() => import('./imports/imports.tsx'), 'Imports'),
  '/imports/new': lazyRouteComponent(() => import('./imports/new-import.tsx'), 'NewImport'),
  '/imports/$importId': lazyRouteComponent(() => import('./imports/import.tsx'), 'ImportPage'),
  '/account': lazyRouteComponent(() => import('./own-account/own-account.tsx'), 'AccountPage'),
  '/tasks': lazyRouteComponent(() => import('./tasks/tasks.tsx'), 'Tasks'),
  '/quarantine': lazyRouteComponent(() => import('./quarantine/quarantine.tsx'), 'Quarantine'),
  '/money/journal': lazyRouteComponent(() => import('./money/journal.tsx'), 'Journal'),
  '/money/trial-balance': lazyRouteComponent(() => import('./money/trial-balance.tsx'), 'TrialBalance'),
  '/money/profit-and-loss': lazyRouteComponent(() => import('./money/profit-and-loss.tsx'), 'ProfitAndLoss'),
  '/money/valuation': lazyRouteComponent(() => import('./money/valuation.tsx'), 'Valuation'),
  '/taxes': lazyRouteComponent(() => import('./taxes/taxes.tsx'), 'Taxes'),
} as const;

const routeTree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: Today }),
  ...Object.entries(screens).map(([path, component]) => createRoute({ getParentRoute: () => root, path, component })),
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
