import { split } from '../../kernel/money.ts';
import { applyRate } from '../../kernel/rate.ts';
import type { CompiledPromotions } from './compile-promotions.ts';
import type {
  AppliedPromotion,
  LineDiscount,
  PromotionBasket,
  PromotionOutcome,
  PromotionTrace,
} from './promotion-basket.ts';
import type { PromotionObstacle } from './promotion-conditions.ts';
import { ownSaving, run } from './promotion-run.ts';
import { choosePlan, searchAllowance, type SearchAllowance } from './promotion-search.ts';
import { prepareSteps, sumOf, type Prepared, type Step } from './promotion-step.ts';
import { openWork } from './promotion-work.ts';

/**
 * What promotions do to a basket: pure, whole numbers only, the same everywhere. No line falls below nought, and the order of the lines does not matter.
 * Promotions are worked off in stages: sets of units, each line by itself, several lines together, the whole order; each stage on what the one before left.
 * An exclusive promotion applies alone where that is cheaper than all others together. With `trace` every promotion is told with its reason.
 */
export function applyPromotions(
  compiled: CompiledPromotions,
  basket: PromotionBasket,
  options: { readonly trace?: boolean } = {},
): PromotionOutcome {
  const explain = options.trace === true;
  const prepared = prepareSteps(compiled, basket, explain);
  if (prepared.steps.length === 0)
    return {
      lines: basket.lines.map(({ key }) => ({ key, discounts: [] })),
      applied: [],
      gifts: [],
      earnedVouchers: [],
      trace: explain ? traceOf(prepared, NOTHING) : [],
    };
  const together = prepared.steps.filter((step) => !step.promotion.exclusive);
  const usual = atBest(prepared, together);
  const alone = bestAlone(prepared, usual.savedMinor);
  const result = alone === undefined ? usual : withinBudgets(prepared, [alone]);
  const instead = alone === undefined ? result : { ...result, instead: alone.promotion.id };
  return {
    ...amountsOf(prepared, basket, instead),
    ...promisesOf(prepared, instead),
    trace: explain ? traceOf(prepared, instead) : [],
  };
}

type Taken = { readonly step: Step; readonly line: number; readonly amountMinor: number };

/** What was taken, step by step, and what kept others from it. */
type Result = {
  readonly steps: readonly Step[];
  readonly taken: readonly Taken[];
  readonly sets: ReadonlyMap<Step, number>;
  readonly savedMinor: number;
  /** What the customer is better off without. */
  readonly leftOut: ReadonlySet<Step>;
  readonly beyondBudget: ReadonlyMap<Step, PromotionObstacle>;
  /** There were too many promotions in each other's way to try everything. */
  readonly bounded: boolean;
  /** The exclusive promotion because of which no other applies. */
  readonly instead?: string;
};

const NOTHING: Result = {
  steps: [],
  taken: [],
  sets: new Map(),
  savedMinor: 0,
  leftOut: new Set(),
  beyondBudget: new Map(),
  bounded: false,
};

/** Up to so many codes and offers every choice among them is calculated where the search could not try everything. */
const CHOOSE_AMONG = 3;

/**
 * What a customer brings (codes, offers) never makes a basket dearer, also where there were too many promotions to try everything: then the basket is
 * calculated without each of them too, and the cheapest of all is taken.
 */
function atBest(prepared: Prepared, steps: readonly Step[]): Result {
  const all = withinBudgets(prepared, steps);
  if (!all.bounded) return all;
  const broughtBy = (step: Step): string | undefined =>
    step.promotion.choice === 'best' ? (step.opened?.couponCode ?? step.opened?.offerId) : undefined;
  const brought = [...new Set(steps.flatMap((step) => broughtBy(step) ?? []))].slice(0, CHOOSE_AMONG);
  let best = all;
  for (let without = 1; without < 2 ** brought.length; without += 1) {
    const left = new Set(brought.filter((_, at) => ((without >> at) & 1) === 1));
    const kept = steps.filter((step) => !left.has(broughtBy(step) ?? ''));
    const result = withinBudgets(prepared, kept);
    if (result.savedMinor > best.savedMinor) best = result;
  }
  return best === all ? all : { ...best, steps, leftOut: new Set([...best.leftOut, ...notAmong(steps, best.steps)]) };
}

function notAmong(steps: readonly Step[], kept: readonly Step[]): Step[] {
  const among = new Set(kept);
  return steps.filter((step) => !among.has(step));
}

/**
 * Calculates, and again without those that take more than is left of their budgets: a promotion is never given in part. The search leaves them out already
 * where it may; these are the ones that insist.
 */
function withinBudgets(prepared: Prepared, all: readonly Step[]): Result {
  const beyondBudget = new Map<Step, PromotionObstacle>();
  const allowance = searchAllowance();
  for (const step of all) step.off = false;
  for (;;) {
    const steps = all.filter((step) => !beyondBudget.has(step));
    const result = calculate(prepared, steps, allowance);
    const before = beyondBudget.size;
    for (const step of steps) {
      const { takenMinor: amountMinor, budgetMinor: leftMinor = amountMinor } = step;
      if (amountMinor > leftMinor)
        beyondBudget.set(step, { reason: 'beyond_budget', numbers: { amountMinor, leftMinor } });
    }
    if (beyondBudget.size === before) return { ...result, beyondBudget, bounded: allowance.bounded };
  }
}

function calculate(prepared: Prepared, steps: readonly Step[], allowance: SearchAllowance): Result {
  const plan = choosePlan(openWork(prepared), steps, allowance);
  const taken: Taken[] = [];
  const sets = new Map<Step, number>();
  const work = openWork(
    prepared,
    (step, line, amountMinor) => {
      if (amountMinor > 0) taken.push({ step, line, amountMinor });
    },
    (step, count) => sets.set(step, count),
  );
  const rest = run(work, plan);
  const savedMinor = sumOf(prepared.amounts, plan.lines) - rest;
  const leftOut = new Set(steps.filter((step) => step.off));
  return { steps, taken, sets, savedMinor, leftOut, beyondBudget: new Map(), bounded: allowance.bounded };
}

function totals(taken: readonly Taken[]): Map<Step, number> {
  const sums = new Map<Step, number>();
  for (const { step, amountMinor } of taken) sums.set(step, (sums.get(step) ?? 0) + amountMinor);
  return sums;
}

/** The exclusive promotion that applies instead of all others: the first that insists, else the one that saves more than they do together. */
function bestAlone(prepared: Prepared, usualMinor: number): Step | undefined {
  let best: Step | undefined;
  let most = usualMinor;
  const work = openWork(prepared);
  for (const step of prepared.steps) {
    if (!step.promotion.exclusive) continue;
    step.watched = -1;
    const saving = ownSaving(work, step);
    if (saving === 0 || saving > (step.budgetMinor ?? saving)) continue;
    if (step.promotion.choice === 'priority') return step;
    if (saving > most) [best, most] = [step, saving];
  }
  return best;
}

function amountsOf(
  prepared: Prepared,
  basket: PromotionBasket,
  result: Result,
): Pick<PromotionOutcome, 'lines' | 'applied'> {
  const byStep = new Map<Step, { readonly lines: number[]; readonly amounts: number[] }>();
  for (const { step, line, amountMinor } of result.taken) {
    let own = byStep.get(step);
    if (own === undefined) byStep.set(step, (own = { lines: [], amounts: [] }));
    // Only sets come to a line more than once.
    const known = step.stage === 'sets' ? own.lines.indexOf(line) : -1;
    if (known < 0) {
      own.lines.push(line);
      own.amounts.push(amountMinor);
    } else own.amounts[known] = (own.amounts[known] ?? 0) + amountMinor;
  }
  const byKey = new Map<string, LineDiscount[]>();
  const applied: AppliedPromotion[] = [];
  for (const [step, { lines, amounts }] of byStep) {
    const { id: promotionId, supplier } = step.promotion;
    const total = amounts.reduce((sum, amount) => sum + amount, 0);
    const shares = supplier === undefined ? undefined : split(applyRate(total, supplier.sharePpm), amounts);
    lines.forEach((line, at) => {
      const amountMinor = amounts[at] ?? 0;
      const supplierMinor = shares?.[at] ?? 0;
      const discount = supplierMinor > 0 ? { promotionId, amountMinor, supplierMinor } : { promotionId, amountMinor };
      const key = prepared.lines[line]?.key ?? '';
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [discount]);
      else list.push(discount);
    });
    applied.push({ promotionId, ...step.opened, amountMinor: total, times: result.sets.get(step) ?? 1 });
  }
  for (const step of promisedBy(result))
    applied.push({ promotionId: step.promotion.id, ...step.opened, amountMinor: 0, times: 1 });
  return { lines: basket.lines.map(({ key }) => ({ key, discounts: byKey.get(key) ?? [] })), applied };
}

/** Gifts and vouchers; an exclusive promotion leaves room for none. */
function promisedBy(result: Result): readonly Step[] {
  return result.instead === undefined ? result.steps.filter((step) => step.stage === 'promise') : [];
}

function promisesOf(prepared: Prepared, result: Result): Pick<PromotionOutcome, 'gifts' | 'earnedVouchers'> {
  const gifts: PromotionOutcome['gifts'][number][] = [];
  const earnedVouchers: PromotionOutcome['earnedVouchers'][number][] = [];
  for (const { promotion, lines } of promisedBy(result)) {
    const { id: promotionId, effect } = promotion;
    if (effect.kind === 'gift') gifts.push({ promotionId, skuId: effect.skuId, quantity: effect.quantity });
    if (effect.kind === 'voucher') {
      const spent = sumOf(prepared.amounts, lines);
      const times = effect.forEachMinor === undefined ? 1 : Math.floor(spent / effect.forEachMinor);
      if (times > 0) earnedVouchers.push({ promotionId, amountMinor: effect.minor * times });
    }
  }
  return { gifts, earnedVouchers };
}

function traceOf(prepared: Prepared, result: Result): PromotionTrace[] {
  const amounts = totals(result.taken);
  const traces: PromotionTrace[] = [];
  for (const [promotionId, obstacle] of prepared.obstacles) traces.push({ promotionId, applied: false, ...obstacle });
  for (const step of prepared.steps) {
    const promotionId = step.promotion.id;
    const amountMinor = amounts.get(step) ?? 0;
    const promised = step.stage === 'promise' && result.instead === undefined;
    if (amountMinor > 0 || promised) {
      const times = result.sets.get(step) ?? 1;
      traces.push({ promotionId, applied: true, reason: 'applied', numbers: { amountMinor, times } });
    } else traces.push({ promotionId, applied: false, ...whyNot(prepared, step, result) });
  }
  return traces.sort((a, b) => (a.promotionId < b.promotionId ? -1 : a.promotionId > b.promotionId ? 1 : 0));
}

function whyNot(prepared: Prepared, step: Step, result: Result): PromotionObstacle {
  const beyond = result.beyondBudget.get(step);
  if (beyond !== undefined) return beyond;
  if (step.budgetMinor !== undefined && result.leftOut.has(step)) {
    const amountMinor = ownSaving(openWork(prepared), step);
    if (amountMinor > step.budgetMinor)
      return { reason: 'beyond_budget', numbers: { amountMinor, leftMinor: step.budgetMinor } };
  }
  if (result.instead !== undefined) return { reason: 'not_combinable', numbers: { promotionId: result.instead } };
  if (step.promotion.exclusive) return { reason: 'not_combinable' };
  const { stackingGroup } = step.promotion;
  const other =
    stackingGroup === ''
      ? undefined
      : result.taken.find(
          (each) => each.step.promotion.stackingGroup === stackingGroup && step.lines.includes(each.line),
        );
  if (other !== undefined)
    return { reason: 'other_of_group', numbers: { promotionId: other.step.promotion.id, group: stackingGroup } };
  if (result.leftOut.has(step)) return { reason: 'dearer_with_it' };
  return { reason: step.stage === 'sets' ? 'set_incomplete' : 'nothing_to_lower' };
}
