import { hostname, networkInterfaces } from 'node:os';

/** The names and addresses under which devices of the network find this machine. */
export function namesOfMachine(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flat()
    .filter((one) => one !== undefined && !one.address.startsWith('fe80:'))
    .map((one) => one?.address ?? '');
  const name = hostname().toLowerCase();
  const names = /^[a-z0-9][a-z0-9.-]*$/.test(name) ? [name, ...(name.includes('.') ? [] : [`${name}.local`])] : [];
  return [...new Set([...names, 'localhost', '127.0.0.1', ...addresses])];
}
