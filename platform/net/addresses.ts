import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Ranges of ipaddr.js that the public internet routes. Everything else is somebody's own network, the machine itself, or nothing. */
const PUBLIC = 'unicast';

/**
 * Whether an address is one of the public internet. Mapped and translated addresses (`::ffff:10.0.0.1`, NAT64, 6to4, Teredo) are none: what they lead to is decided elsewhere.
 * Texts that are no address in the usual form (`127.1`, `0x7f000001`) are none either, so that nobody's reading of them matters.
 */
export function isPublicAddress(text: string): boolean {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (bare.includes('%')) return false;
  if (bare.includes(':')) {
    if (!ipaddr.IPv6.isValid(bare)) return false;
    const address = ipaddr.IPv6.parse(bare);
    // The deprecated form ::a.b.c.d is unicast by its range and leads to the IPv4 address on some systems.
    return address.range() === PUBLIC && address.parts.slice(0, 6).some((part) => part !== 0);
  }
  return ipaddr.IPv4.isValidFourPartDecimal(bare) && ipaddr.IPv4.parse(bare).range() === PUBLIC;
}

/** Whether the host of a URL is an address. The parser of URLs has made `1.2.3.4` of every notation of IPv4 by then (`0x7f000001`, `127.1`). */
export function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0;
}
