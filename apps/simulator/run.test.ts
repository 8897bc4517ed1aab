import { expect, test } from 'vitest';
import { realRules as rules } from '../server/simulate.ts';
import type { CommandRules } from '../../platform/commit/command.ts';
import type { Act } from '../../src/kernel/act.ts';
import { createDice } from './dice.ts';
import { notMet, simulate, type RunOptions, type RunReport } from './run.ts';

const leastMs = 20_000;
const mostMs = 60_000;

test('the same seed throws the same dice, another seed others', () => {
  const throws = (seed: number): number[] => {
    const dice = createDice(seed);
    return Array.from({ length: 20 }, () => dice.whole(1000));
  };
  expect(throws(5)).toEqual(throws(5));
  expect(throws(5)).not.toEqual(throws(6));
});

test('the same seed plays the same story', async () => {
  const one = await simulate({ seed: 4711, commands: 800, rules });
  const two = await simulate({ seed: 4711, commands: 800, rules });
  expect(two).toEqual(one);
});

test(
  'fresh seeds: every book of the auditor agrees, and every misfortune and refusal was met',
  async () => {
    const first = Date.now() % 1_000_000_000;
    const startedMs = performance.now();
    const reports: RunReport[] = [];
    let seed = first;
    while (
      performance.now() - startedMs < leastMs ||
      (notMet(reports).length > 0 && performance.now() - startedMs < mostMs)
    ) {
      const report = await simulate({ seed, commands: 3000, rules });
      expect(report.failures, `seed ${seed}: npm run simulate -- --seed ${seed} --seeds 1 --commands 3000`).toEqual([]);
      reports.push({ ...report, last: [] });
      seed += 1;
    }
    const commands = reports.reduce((sum, report) => sum + report.commands, 0);
    process.stdout.write(`simulated ${commands} commands of the seeds ${first} to ${seed - 1}\n`);
    expect(notMet(reports), `seeds ${first} to ${seed - 1}`).toEqual([]);
  },
  mostMs + 30_000,
);

test('a rule that lets a request oversell is found', async () => {
  const careless: RunOptions['rules'] = (around) =>
    rules(around).map((one) =>
      one.type === 'PlaceOrder'
        ? {
            ...one,
            decide: (draft, body: { fact: boolean }, resolved) =>
              one.decide(draft, { ...body, fact: true } as never, resolved),
          }
        : one,
    );
  const report = await simulate({ seed: 1, commands: 1500, rules: (around) => careless(around).map(asRequest) });
  expect(report.failures.map((failure) => failure.check)).toContain('requests do not overrun');
});

/** Says of an order that it was asked for, whatever its decider was told. */
function asRequest(rules: CommandRules): CommandRules {
  if (rules.type !== 'PlaceOrder') return rules;
  return {
    ...rules,
    decide: (draft, body, resolved) =>
      rules.decide(
        {
          ...draft,
          now: draft.now,
          act: (act) => draft.act(act.type === 'MarketplaceOrderRecorded' ? { ...act, type: 'OrderPlaced' } : act),
        },
        body,
        resolved,
      ),
  };
}

/** The same rules, but what one command says of itself is changed before it is posted. */
function saying(type: string, change: (body: Act['body']) => Act['body']): RunOptions['rules'] {
  return (around) =>
    rules(around).map((one) =>
      one.type !== type
        ? one
        : {
            ...one,
            decide: (draft, body, resolved) =>
              one.decide(
                { ...draft, now: draft.now, act: (act) => draft.act({ ...act, body: change(act.body) }) },
                body,
                resolved,
              ),
          },
    );
}

test.each([
  [
    'a cost that forgets a cent',
    'inventory',
    saying('ReceiveGoods', (body) => ({ ...body, valueMinor: (body.valueMinor as number) + 1 })),
  ],
  [
    'a prepayment given back at the rate of the day',
    'booked prepayments',
    saying('CancelOrder', ({ givenBackBookedMinor: booked, ...body }) => {
      const [numerator, denominator] = body.rate as [number, number];
      const foreign = body.currency !== body.entityCurrency;
      return {
        ...body,
        givenBackBookedMinor: foreign ? Math.round(((booked as number) * numerator) / denominator) : booked,
      };
    }),
  ],
  [
    'a prepayment used at a cent less than it was booked at',
    'booked prepayments',
    saying('ShipOrder', ({ prepaidUsedBookedMinor: booked, ...body }) => ({
      ...body,
      prepaidUsedBookedMinor: (booked as number) > 1 ? (booked as number) - 1 : booked,
    })),
  ],
])('%s is found', async (_, check, careless) => {
  const report = await simulate({ seed: 2, commands: 3000, rules: careless });
  expect(report.failures.map((failure) => failure.check)).toContain(check);
});
