import { parseArgs } from 'node:util';
import { freezeOneOfTwo, killAtRandom, takeDatabaseAway } from './chaos.ts';

// `npm run chaos -- [--seed N] [--kills N]`: the program as a person starts it, over a PostgreSQL with fsync on, is killed, frozen and left
// without its database, while clients go on selling through its API; afterwards an auditor looks at every row.

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { seed: { type: 'string' }, kills: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (name: string, wrongs: readonly string[], numbers: string): void => {
  say(`${wrongs.length === 0 ? '✓' : '✗'} ${name}: ${numbers}`);
  for (const wrong of wrongs) say(`    ${wrong}`);
  if (wrongs.length > 0) process.exitCode = 1;
};

say(`seed ${seed}`);
const killed = await killAtRandom({ seed, kills: Number(values.kills ?? 24), say });
tell(
  'killed at random',
  killed.wrongs,
  `${JSON.stringify(killed.kills)}, ${killed.load.acknowledged.size} acknowledged, ${killed.load.broken} connections broke, ${killed.load.silent} were silent, ${killed.load.overloaded} times 503`,
);
const away = await takeDatabaseAway({ seed, awayMs: 10_000 });
tell(
  'database away for 10 s',
  away.wrongs,
  `${away.load.acknowledged.size} acknowledged, ${away.load.overloaded} times 503, back within ${Math.round(away.backWithinMs)} ms`,
);
const frozen = await freezeOneOfTwo({ seed });
tell(
  'one of two servers frozen in the middle of a batch',
  frozen.wrongs,
  `the other stood still for ${Math.round(frozen.stoodStillMs)} ms, ${frozen.load.acknowledged.size} acknowledged`,
);
if (frozen.stoodStillMs > 2000) process.exitCode = 1;
process.exit();
