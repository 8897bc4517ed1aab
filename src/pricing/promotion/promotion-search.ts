import { inTurn, ownSaving, run, type Plan } from './promotion-run.ts';
import { sumOf, type Prepared, type Step } from './promotion-step.ts';
import type { Work } from './promotion-work.ts';

/** Up to so many promotions in one another's way every combination is tried. */
const TRY_ALL_UP_TO = 10;

/** So many times one promotion may meet one line while all combinations are tried, and while likely ones are, for one basket. About two milliseconds and one. */
const MOST_MEETINGS_OF_ALL = 60_000;
const MOST_MEETINGS_OF_LIKELY = 4000;

/** Of more promotions in one another's way, those that are looked at twice: the ones that save most by themselves, of those whose lines cost most. */
const LOOK_AT = 24;
const WEIGH = 30;

/** Looking at each by itself must cost at most this part of the allowance before two at a time are looked at. */
const CHEAP_SHARE = 8;

/** What the search may still spend on a basket, and whether it had to leave something untried. */
export type SearchAllowance = { all: number; likely: number; bounded: boolean };

/** The allowance for one basket. */
export function searchAllowance(): SearchAllowance {
  return { all: MOST_MEETINGS_OF_ALL, likely: MOST_MEETINGS_OF_LIKELY, bounded: false };
}

/**
 * Makes the plan for steps and sets `off` on those that the customer is better off without. Most promotions can only help, whatever else applies, and are
 * never left out; the others are those that want the same units, are of one group at different stages, or have a budget that may not last. Where they do not meet on any line they are
 * settled apart from each other. What there is no allowance left for stays as it was settled before.
 */
export function choosePlan(work: Work, steps: readonly Step[], allowance: SearchAllowance): Plan {
  const { prepared } = work;
  markSteps(steps);
  for (const step of steps) if (!step.optional) step.off = false;
  const whole = planOf(
    prepared,
    steps,
    prepared.lines.map((_, line) => line),
  );
  if (isUneven(whole)) makeOptional(steps, allowance);
  if (!steps.some((step) => step.optional)) return whole;
  for (const { plan, optional } of conflicts(prepared, steps, whole)) {
    const search = { work, plan, optional, allowance, cost: costOf(plan) };
    const all = 2 ** Math.min(optional.length, 30) * search.cost;
    if (optional.length <= TRY_ALL_UP_TO && all <= allowance.all) {
      allowance.all -= all;
      tryAll(search);
      continue;
    }
    allowance.bounded = true;
    if (allowance.likely >= search.cost) tryLikely(search);
  }
  return whole;
}

/**
 * Whether lines are lowered together and then some of them once more without the others. Which line took the odd cent of the first then matters, so that even
 * a promotion that wants nobody's units can cost a cent. Where all are lowered again only their sum counts.
 */
function isUneven({ together, order, evenly }: Plan): boolean {
  const loweredWith: (readonly number[])[] = [];
  for (const { lines, watched } of [...together, ...order, ...evenly]) {
    for (const line of lines) {
      const before = loweredWith[line];
      if (before !== undefined && (watched >= 0 || !holdsAll(lines, before))) return true;
    }
    for (const line of lines) loweredWith[line] = lines;
  }
  return false;
}

/** Whether all of some ascending lines are among others. */
function holdsAll(lines: readonly number[], some: readonly number[]): boolean {
  if (lines === some) return true;
  let at = 0;
  for (const line of some) {
    while ((lines[at] ?? Infinity) < line) at += 1;
    if (lines[at] !== line) return false;
  }
  return true;
}

/** Lets everything be left out that a customer may refuse, where every combination of it can be tried; else says that not everything is. */
function makeOptional(steps: readonly Step[], allowance: SearchAllowance): void {
  const refusable = steps.filter((step) => step.promotion.choice === 'best' && step.stage !== 'promise');
  if (refusable.length <= TRY_ALL_UP_TO) for (const step of refusable) step.optional = true;
  else allowance.bounded = true;
}

function planOf(prepared: Prepared, steps: readonly Step[], lines: readonly number[]): Plan {
  const byLine: (Step[] | undefined)[] = prepared.lines.map(() => undefined);
  const sorted = inTurn(steps);
  for (const step of sorted) {
    if (step.stage !== 'line') continue;
    for (const line of step.lines) {
      const own = byLine[line];
      if (own === undefined) byLine[line] = [step];
      else own.push(step);
    }
  }
  const ofOrder = sorted.filter((step) => step.stage === 'order');
  const evenFrom = startOfEven(ofOrder);
  return {
    lines,
    byLine,
    sets: steps.filter((step) => step.stage === 'sets'),
    together: sorted.filter((step) => step.stage === 'together'),
    order: ofOrder.slice(0, evenFrom),
    evenly: ofOrder.slice(evenFrom),
    budgeted: steps.filter((step) => step.budgetMinor !== undefined),
  };
}

/** From where on all steps lower the same lines and none of them belongs to a watched group, which would spare some. */
function startOfEven(steps: readonly Step[]): number {
  const last = steps.at(-1);
  const odd = steps.findLastIndex((step) => step.watched >= 0 || !sameLines(step.lines, last?.lines ?? []));
  return odd + 1;
}

/** Says which groups must be watched across stages and which steps may be left out. */
function markSteps(steps: readonly Step[]): void {
  const groups = new Map<string, Step[]>();
  const setsOnLine: number[] = [];
  for (const step of steps) {
    const group = step.promotion.stackingGroup;
    if (group !== '' && step.stage !== 'promise') {
      const own = groups.get(group);
      if (own === undefined) groups.set(group, [step]);
      else own.push(step);
    }
    if (step.stage === 'sets') for (const line of step.lines) setsOnLine[line] = (setsOnLine[line] ?? 0) + 1;
  }
  let count = 0;
  for (const group of groups.values()) {
    const watched = isWatched(group) ? count++ : -1;
    for (const step of group) step.watched = watched;
  }
  for (const step of steps) {
    const wantsSharedUnits = step.stage === 'sets' && step.lines.some((line) => (setsOnLine[line] ?? 0) > 1);
    const mayNotLast = step.budgetMinor !== undefined && step.stage !== 'promise';
    step.optional = step.promotion.choice === 'best' && (step.watched >= 0 || wantsSharedUnits || mayNotLast);
  }
}

/** A group needs no watching when each line, or the whole order, simply takes the best of it. */
function isWatched(group: readonly Step[]): boolean {
  const [first] = group;
  if (first === undefined || group.length === 1) return false;
  if (group.some((step) => step.stage !== first.stage)) return true;
  if (first.stage === 'line') return false;
  return first.stage === 'sets' || group.some((step) => !sameLines(step.lines, first.lines));
}

function sameLines(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((line, at) => line === b[at]));
}

type Conflict = { readonly plan: Plan; readonly optional: readonly Step[] };

/**
 * Splits a basket into parts that do not touch each other, so that each can be settled alone. What is taken off a whole order comes last and takes less the less
 * there is, so it need not be looked at, unless it is one of the choices itself or spares some lines. It always spares shipping: what is saved there is saved
 * whole, so it must be looked at where goods and shipping are lowered together.
 */
function conflicts(prepared: Prepared, steps: readonly Step[], whole: Plan): Conflict[] {
  const ofOrder = [...whole.order, ...whole.evenly];
  const goods = prepared.lines.filter((line) => line.kind !== 'shipping').length;
  const joining = steps.filter((step) => step.stage === 'sets' || step.stage === 'together' || step.optional);
  const everywhere =
    ofOrder.some((step) => step.optional || step.lines.length !== goods) ||
    joining.some(({ lines }) => mixesShipping(prepared, lines));
  if (ofOrder.length > 0 && everywhere) return [{ plan: whole, optional: steps.filter((step) => step.optional) }];

  const parent = prepared.lines.map((_, line) => line);
  const rootOf = (line: number): number => {
    let root = line;
    while ((parent[root] ?? root) !== root) root = parent[root] ?? root;
    parent[line] = root;
    return root;
  };
  for (const { lines } of joining) for (const line of lines) parent[rootOf(line)] = rootOf(lines[0] ?? line);

  const parts = new Map<
    number,
    Conflict & { plan: Plan & { lines: number[]; sets: Step[]; together: Step[]; budgeted: Step[] }; optional: Step[] }
  >();
  for (const step of steps) {
    if (!step.optional) continue;
    const root = rootOf(step.lines[0] ?? 0);
    const part = parts.get(root);
    if (part !== undefined) part.optional.push(step);
    else
      parts.set(root, {
        plan: { lines: [], byLine: whole.byLine, sets: [], together: [], order: [], evenly: [], budgeted: [] },
        optional: [step],
      });
  }
  for (const line of whole.lines) parts.get(rootOf(line))?.plan.lines.push(line);
  for (const step of whole.sets) parts.get(rootOf(step.lines[0] ?? 0))?.plan.sets.push(step);
  for (const step of whole.budgeted) parts.get(rootOf(step.lines[0] ?? 0))?.plan.budgeted.push(step);
  for (const step of whole.together) parts.get(rootOf(step.lines[0] ?? 0))?.plan.together.push(step);
  return [...parts.values()].sort((a, b) => a.optional.length - b.optional.length);
}

function mixesShipping(prepared: Prepared, lines: readonly number[]): boolean {
  const isShipping = (line: number | undefined): boolean => prepared.lines[line ?? 0]?.kind === 'shipping';
  return lines.some((line) => isShipping(line) !== isShipping(lines[0]));
}

/** One conflict being settled; `cost` is how many meetings of a promotion and a line one calculation takes. */
type Search = Conflict & { readonly work: Work; readonly allowance: SearchAllowance; readonly cost: number };

function costOf(plan: Plan): number {
  let cost = plan.lines.length;
  for (const line of plan.lines) cost += plan.byLine[line]?.length ?? 0;
  for (const steps of [plan.sets, plan.together, plan.order, plan.evenly])
    for (const step of steps) cost += step.lines.length;
  return cost;
}

function tryPlan({ work, plan, allowance, cost }: Search): number {
  allowance.likely -= cost;
  return run(work, plan);
}

/** Tries every combination. Of equally cheap ones that which leaves out fewer of the first is kept. */
function tryAll(search: Search): void {
  const { work, plan, optional } = search;
  let best = 0;
  let least = Number.MAX_SAFE_INTEGER;
  for (let without = 0; without < 2 ** optional.length; without += 1) {
    leaveOut(optional, without);
    const rest = run(work, plan);
    if (rest < least) [best, least] = [without, rest];
  }
  leaveOut(optional, best);
}

function leaveOut(optional: readonly Step[], without: number): void {
  optional.forEach((step, at) => (step.off = ((without >> at) & 1) === 1));
}

/**
 * For more than can be tried: once from all of them, leaving out one after the other where that helps, once from none, adding one after the other where that
 * helps; the better of the two. Only the likeliest are tried this way.
 */
function tryLikely(search: Search): void {
  const { work, optional } = search;
  const { amounts } = work.prepared;
  const likely = optional
    .map((step) => ({ step, worth: sumOf(amounts, step.lines) }))
    .sort((a, b) => b.worth - a.worth)
    .slice(0, WEIGH)
    .map(({ step }) => ({ step, saving: (step.aloneMinor ??= ownSaving(work, step)) }))
    .sort((a, b) => b.saving - a.saving)
    .slice(0, LOOK_AT)
    .map(({ step }) => step);
  for (const step of optional) step.off = false;
  const withAll = improve(search, likely.toReversed());
  const fromAll = optional.map((step) => step.off);
  for (const step of optional) step.off = true;
  const withNone = search.allowance.likely < search.cost ? Number.MAX_SAFE_INTEGER : improve(search, likely);
  if (withNone >= withAll) optional.forEach((step, at) => (step.off = fromAll[at] ?? false));
  refine(search, Math.min(withAll, withNone));
}

/** Where one calculation is cheap: also changes promotions two at a time, as long as that helps and the allowance lasts. */
function refine({ work, plan, optional, allowance, cost }: Search, found: number): void {
  if (cost * optional.length > allowance.all / CHEAP_SHARE) return;
  let least = found;
  const helps = (one: Step, other: Step): boolean => {
    if (allowance.all < cost) return false;
    allowance.all -= cost;
    const before = [one.off, other.off] as const;
    one.off = !one.off;
    if (other !== one) other.off = !other.off;
    const rest = run(work, plan);
    if (rest < least) {
      least = rest;
      return true;
    }
    [one.off, other.off] = before;
    return false;
  };
  for (let again = true; again;) {
    again = false;
    for (let one = 0; one < optional.length; one += 1)
      for (let other = one; other < optional.length; other += 1)
        if (helps(optional[one] as Step, optional[other] as Step)) again = true;
  }
}

function improve(search: Search, likely: readonly Step[]): number {
  let least = tryPlan(search);
  for (const step of likely) {
    if (search.allowance.likely < search.cost) break;
    step.off = !step.off;
    const rest = tryPlan(search);
    if (rest < least) least = rest;
    else step.off = !step.off;
  }
  return least;
}
