import type { Figure } from './bench.ts';
import { backupFigures } from './figures-backup.ts';
import { engineFigures } from './figures-engine.ts';
import { httpFigures } from './figures-http.ts';
import { importFigures } from './figures-imports.ts';
import { priceFigures } from './figures-prices.ts';
import { programFigures } from './figures-program.ts';
import { promiseFigures } from './figures-promises.ts';
import { promotionFigures } from './figures-promotions.ts';
import { webhookFigures } from './figures-webhooks.ts';
import { rightsFigures } from './figures-rights.ts';
import { rulesFigures } from './figures-rules.ts';

/** Every figure there is, in the order of the table. */
export const FIGURES: readonly Figure[] = [
  ...engineFigures,
  ...httpFigures,
  ...promiseFigures,
  ...importFigures,
  ...backupFigures,
  ...webhookFigures,
  ...programFigures,
  ...rightsFigures,
  ...promotionFigures,
  ...priceFigures,
  ...rulesFigures,
];
