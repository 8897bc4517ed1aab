import type { ProgrammeWish } from '../../client/rewards.ts';

/** What a programme that is being written still lacks, by the field where it is said (`tiers.0.name`). */
export function problemsOf(wish: ProgrammeWish): ReadonlyMap<string, 'needsName' | 'endsBefore'> {
  const problems = new Map<string, 'needsName' | 'endsBefore'>();
  const named = (field: string, { name }: { readonly name: string }): void => {
    if (name.trim() === '') problems.set(field, 'needsName');
  };
  named('name', wish);
  wish.earn.forEach((rule, at) => named(`earn.${at}.name`, rule));
  wish.tiers.forEach((tier, at) => named(`tiers.${at}.name`, tier));
  wish.rewards.forEach((reward, at) => named(`rewards.${at}.name`, reward));
  wish.multiplierDays.forEach((days, at) => {
    named(`days.${at}.name`, days);
    if (days.until < days.from) problems.set(`days.${at}.until`, 'endsBefore');
  });
  return problems;
}
