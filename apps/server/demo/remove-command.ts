import { StartRefusal } from '../../../platform/start-refusal.ts';
import { removeDemo } from './demo.ts';
import { DEMO_NAME } from './retailer.ts';

/**
 * `demo remove --yes`: takes the demo away for good. What somebody added to it would go with it, so that needs a second word,
 * `--also-mine`. Gives what to tell; throws StartRefusal with what to do when it was not meant or there is nothing to remove.
 */
export async function removeDemoCommand(
  args: readonly string[],
  where: Omit<Parameters<typeof removeDemo>[0], 'also'>,
): Promise<string> {
  const [act, ...words] = args;
  const unknown = words.find((word) => word !== '--yes' && word !== '--also-mine');
  if (act !== 'remove' || unknown !== undefined) throw new StartRefusal('Usage: demo remove --yes [--also-mine]');
  if (!words.includes('--yes')) {
    throw new StartRefusal(
      `This removes ${DEMO_NAME} and everything that was recorded with it, and leaves an empty company. Run it again with --yes to do it.`,
    );
  }
  const removal = await removeDemo({ ...where, ...(words.includes('--also-mine') ? { also: 'own_events' } : {}) });
  switch (removal.kind) {
    case 'removed':
      return `${DEMO_NAME} is gone; the company is empty. The next start makes an owner and tells the password.`;
    case 'no_demo':
      throw new StartRefusal('There is no demo here; nothing was removed.');
    case 'own_events':
      throw new StartRefusal(
        `${removal.events} events came after the demo was loaded: somebody worked with it. They would go with it. Add --also-mine to remove them too.`,
      );
  }
}
