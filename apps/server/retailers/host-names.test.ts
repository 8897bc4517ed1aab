import { expect, it } from 'vitest';
import { hostNameOf, hostReader } from './host-names.ts';

it.each([
  ['shop.example.com', 'shop.example.com'],
  ['SHOP.Example.COM', 'shop.example.com'],
  ['shop.example.com:8443', 'shop.example.com'],
  ['shop.example.com.', 'shop.example.com'],
  ['shop.example.com.:443', 'shop.example.com'],
  ['café.example', 'xn--caf-dma.example'],
  ['shop', 'shop'],
  ['127.0.0.1:4000', undefined],
  ['[::1]:4000', undefined],
  ['2130706433', undefined],
  ['shop.example.com..', undefined],
  ['a@shop.example.com', undefined],
  ['shop.example.com/other', undefined],
  ['shop.example.com, other.example.com', undefined],
  ['shop.example.com\t.evil', undefined],
  ['-shop.example.com', undefined],
  ['shop_x.example.com', undefined],
  [`${'a'.repeat(64)}.example`, undefined],
  ['a.'.repeat(200), undefined],
  ['', undefined],
  [undefined, undefined],
])('reads %s as %s', (text, host) => {
  expect(hostNameOf(text)).toBe(host);
});

const from = (remoteAddress: string, headers: Record<string, string>) =>
  ({ headers, socket: { remoteAddress } }) as unknown as Parameters<ReturnType<typeof hostReader>>[0];

it.each([
  ['nobody', undefined, '10.0.0.7', 'own.example'],
  ['a network, from inside', '10.0.0.0/8', '10.0.0.7', 'told.example'],
  ['a network, from inside as IPv6 writes it', '10.0.0.0/8', '::ffff:10.0.0.7', 'told.example'],
  ['a network, from elsewhere', '10.0.0.0/8', '192.0.2.1', 'own.example'],
  ['an address', '192.0.2.1,fd00::/8', 'fd00::5', 'told.example'],
  ['the first hop', (_address: string, hop: number) => hop < 1, '192.0.2.9', 'told.example'],
])('believes X-Forwarded-Host when %s is trusted', (_, trust, address, expected) => {
  const headers = { host: 'own.example', 'x-forwarded-host': 'first.example, told.example' };
  expect(hostReader(trust)(from(address, headers))).toBe(expected);
});

it('leads nowhere when a proxy that is believed says nonsense', () => {
  const headers = { host: 'own.example', 'x-forwarded-host': '[::1]' };
  expect(hostReader('10.0.0.0/8')(from('10.0.0.1', headers))).toBeUndefined();
});
