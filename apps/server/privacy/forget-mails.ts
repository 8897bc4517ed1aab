import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes the mails to an address that were kept as files because there is no mail server. Gives how many. */
export async function forgetMails(folder: string, address: string): Promise<number> {
  if (address === '') return 0;
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  let deleted = 0;
  for (const name of names.filter((each) => each.endsWith('.eml'))) {
    const path = join(folder, name);
    const head = (await readFile(path, 'latin1')).split(/\r?\n\r?\n/, 1)[0] ?? '';
    if (!head.toLowerCase().includes(address.toLowerCase())) continue;
    await rm(path);
    deleted += 1;
  }
  return deleted;
}
