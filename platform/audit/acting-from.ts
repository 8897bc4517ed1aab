import type { Committer } from '../commit/committer.ts';
import type { Master } from '../commit/master-door.ts';

/** Gives the id of an origin: at once when it was met before. */
type Origin = () => string | Promise<string>;

/** The door for master data as a job of ours goes through it: what names no origin of its own comes from the job. */
export function masterFrom(master: Master, origin: Origin): Master {
  return async (submission, work) => master({ ...submission, originId: submission.originId ?? (await origin()) }, work);
}

/** The committer as a job of ours uses it: what names no origin of its own comes from the job. Commands keep their order. */
export function committerFrom(committer: Committer, origin: Origin): Committer {
  return {
    ...committer,
    submit(submission) {
      const found = submission.originId ?? origin();
      // Not awaited when it is known: a command must not be overtaken on its way to the queue.
      return typeof found === 'string'
        ? committer.submit({ ...submission, originId: found })
        : found.then((originId) => committer.submit({ ...submission, originId }));
    },
  };
}
