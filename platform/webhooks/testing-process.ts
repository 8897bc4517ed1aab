import { createPool } from '../db/pool.ts';
import { deliver } from './testing.ts';

// A deliverer in a process of its own, so that a test can kill it.
const [url, schema] = process.argv.slice(2) as [string, string];
const onError = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
deliver({ pool: createPool({ url, max: 4 }), schema }, { onError });
process.on('disconnect', () => process.exit(0));
