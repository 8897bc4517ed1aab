import type { Api } from '../../../platform/http/app.ts';
import type { AccountingRouteDeps } from './accounting-shapes.ts';
import { registerJournal } from './journal.routes.ts';
import { registerStatements } from './statements.routes.ts';
import { registerValuation } from './valuation.routes.ts';
import { registerPostings } from './postings.routes.ts';

/** GET /accounts, /journal, /trial-balance, /profit-and-loss, /stock-valuation, POST /expenses, /period-close. */
export function registerAccountingRoutes(app: Api, deps: AccountingRouteDeps): void {
  registerJournal(app, deps);
  registerStatements(app, deps);
  registerValuation(app, deps);
  registerPostings(app, deps);
}
