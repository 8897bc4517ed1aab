import { createPool } from '../platform/db/pool.ts';
import { openSafeFetch } from '../platform/net/safe-fetch.ts';
import { startDeliverer } from '../platform/webhooks/deliverer.ts';
import { BENCH_SCHEMA } from './data-sets.ts';

// The deliverer as it is in the program, in a process of its own, so that its memory and its CPU can be told from those of who makes the events.
const [url] = process.argv.slice(2) as [string];
const { fetch } = openSafeFetch({ allowedHosts: ['127.0.0.1'] });
const deliverer = startDeliverer({
  pool: createPool({ url, max: 8, applicationName: 'oneshelf bench webhooks' }),
  schema: BENCH_SCHEMA,
  now: Date.now,
  fetch,
  openSecret: (sealed) => sealed,
  reachOf: async (ids) => new Map(ids.map((id) => [id, 'all'])),
  disable: async () => undefined,
  onError: (error) => void process.stderr.write(`webhooks: ${String(error)}\n`),
});
const waiting = setInterval(() => {
  if (!deliverer.isDelivering()) return;
  clearInterval(waiting);
  process.send?.({ delivering: true });
}, 50);
process.on('disconnect', () => process.exit(0));
