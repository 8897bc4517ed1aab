import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived where, and when (epoch ms): the same place in each list. */
export type Arrivals = { readonly receiver: number[]; readonly number: number[]; readonly at: number[] };

// So many receivers in one process of their own, the last one slow; webhooks-fan-out starts it and asks for what arrived.
const [many, slowMs] = process.argv.slice(2).map(Number) as [number, number];
const arrivals: Arrivals = { receiver: [], number: [], at: [] };
const ports = await Promise.all(Array.from({ length: many }, (_, receiver) => listen(receiver)));
process.on('message', () => process.send?.({ arrivals }));
process.on('disconnect', () => process.exit(0));
process.send?.({ ports });

async function listen(receiver: number): Promise<number> {
  const isSlow = receiver === many - 1;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('latin1');
    request.on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      arrivals.receiver.push(receiver);
      arrivals.number.push(Number(/"number":(\d+)/.exec(text)?.[1]));
      arrivals.at.push(performance.timeOrigin + performance.now());
      setTimeout(() => response.writeHead(204).end(), isSlow ? slowMs : 0);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}
