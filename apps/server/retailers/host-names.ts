import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Surroundings } from '../compose.ts';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A host as it is kept and compared: small letters, without port and without the dot at its end. Undefined when it is no name: addresses are nobody's in particular. */
export function hostNameOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 300) return undefined;
  const [, host = ''] = /^([^:/@\s[\]]+?)\.?(?::\d{1,5})?$/.exec(text.trim()) ?? [];
  const name = domainToASCII(host.toLowerCase());
  if (name === '' || name.length > 253) return undefined;
  const labels = name.split('.');
  // A last label of digits would be an address.
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '') ? name : undefined;
}

/** Which host a request is for. */
export type HostOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string | undefined;

/**
 * Makes the function that reads it: what the browser says, or what a proxy says that is believed. It reads as the web framework does (the last value of
 * X-Forwarded-Host), so that both mean the same host.
 */
export function hostReader(trustProxy: Surroundings['trustProxy']): HostOf {
  const believes = believer(trustProxy);
  return ({ headers, socket }) => {
    const forwarded = headers['x-forwarded-host'];
    if (forwarded === undefined || !believes(socket.remoteAddress)) return hostNameOf(headers.host);
    return hostNameOf(String(forwarded).split(',').at(-1));
  };
}

function believer(trustProxy: Surroundings['trustProxy']): (address: string | undefined) => boolean {
  if (trustProxy === undefined) return () => false;
  if (typeof trustProxy === 'function') return (address) => address !== undefined && trustProxy(address, 0);
  const proxies = new BlockList();
  for (const one of trustProxy.split(',').map((text) => text.trim())) {
    const [address = '', bits] = one.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  return (address) => address !== undefined && proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
