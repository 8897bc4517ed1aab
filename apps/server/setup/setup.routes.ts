import type { Api } from '../../../platform/http/app.ts';
import { registerCompanySetup } from './company.routes.ts';
import { registerSetupEdits } from './edits.routes.ts';
import { registerGettingStarted } from './getting-started.routes.ts';
import type { Outside } from './getting-started.ts';
import { registerPlacesSetup } from './places.routes.ts';
import type { SetupDeps } from './setup-deps.ts';

/** Everything by which a retailer is set up in the browser, from an empty database to the first sale. */
export function registerSetupRoutes(app: Api, deps: SetupDeps & { readonly outside: () => Outside }): void {
  registerCompanySetup(app, deps);
  registerPlacesSetup(app, deps);
  registerSetupEdits(app, deps);
  registerGettingStarted(app, deps);
}
