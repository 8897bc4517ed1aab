import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { openApi, openBusiness } from '../apps/server/compose.ts';
import type { Door } from '../apps/server/programs.ts';
import { worldId } from '../apps/simulator/world.ts';
import { nobody, type Principal } from '../platform/auth/principal.ts';
import type { Outcome } from '../platform/commit/command.ts';
import type { Committer } from '../platform/commit/committer.ts';
import { createPool } from '../platform/db/pool.ts';
import type { RecordSale } from '../src/orders/sale.ts';
import { openBaseline } from './baseline.ts';
import { BENCH_SCHEMA } from './data-sets.ts';
import type { Behind } from './http-load.ts';

// The server as it is composed for everybody, in a process of its own over one of the prepared databases; http-load.ts starts it.
// With "baseline" the same routes hand their sales to bench_sale instead of the commit pipeline; with "bare" everybody may do everything and nobody is
// asked who they are or held back.
const [url, behind] = process.argv.slice(2) as [string, Behind];
const write = createPool({ url, max: 8, applicationName: 'oneshelf bench server' });
const around = {
  url,
  write,
  read: write,
  schema: BENCH_SCHEMA,
  now: Date.now,
  logger: pino({ level: 'warn' }),
  https: false,
  version: 'bench',
  ...(behind === 'bare' ? { limits: 'none' as const } : {}),
};
const business = await openBusiness(around);
const baseline = openBaseline(url, BENCH_SCHEMA, 1);
const committer: Committer =
  behind !== 'baseline' ? business.committer : { ...business.committer, submit: sellByBaseline };
const anybody: Principal = {
  ...nobody,
  id: worldId(8, 0),
  name: 'Bench',
  session: 'bench',
  can: () => true,
  holds: () => true,
  scopes: () => 'all',
  overrun: () => undefined,
};
const open: Door = { authenticate: () => anybody, renew: async () => anybody, onEnded: () => () => undefined };
const { api } = await openApi(around, { ...business, committer }, behind === 'bare' ? { door: open } : {});
await api.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ port: (api.server.address() as AddressInfo).port });
process.on('disconnect', () => process.exit(0));

async function sellByBaseline({ key, at, body }: Parameters<Committer['submit']>[0]): Promise<Outcome> {
  const command = body as RecordSale;
  const eventNumber = await baseline.sell({ key, at, command });
  // What the route's answer is made from.
  const sums = command.lines.reduce(
    (sum, line) => ({
      netMinor: sum.netMinor + line.netMinor,
      taxMinor: sum.taxMinor + line.taxMinor,
      grossMinor: sum.grossMinor + line.grossMinor,
    }),
    { netMinor: 0, taxMinor: 0, grossMinor: 0 },
  );
  const told = {
    orderId: command.orderId,
    document: '',
    fact: null,
    currency: command.terms.currency,
    entityCurrency: command.entityCurrency,
    rate: command.rate,
    ...sums,
  };
  return { kind: 'accepted', eventNumber, type: 'SaleRecorded', body: told, recordedAt: at, repeated: false };
}
