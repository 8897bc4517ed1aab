import { parentPort, workerData } from 'node:worker_threads';
import readSheets from 'read-excel-file/node';

/** The first sheet's rows; numbers as the file writes them. */
async function read(): Promise<unknown> {
  const sheets = await readSheets(Buffer.from(workerData as Uint8Array), {
    parseNumber: (text: string) => text,
    trim: false,
  });
  return sheets[0]?.data ?? [];
}

const answer = await read().then(
  (rows) => ({ rows }),
  (error: Error) => ({ error: error.message }),
);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port to a thread has no origin, a window has
parentPort?.postMessage(answer);
