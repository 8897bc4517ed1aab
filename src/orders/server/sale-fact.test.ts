import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSaleFact } from './sale-fact.ts';

const folder = new URL('./samples/', import.meta.url);
const sample = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

describe('a fact that a till wrote', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

  it('has a sample of every version ever written', () => {
    expect(files).toEqual(['sale-1.json']);
  });

  it.each(files)('%s is still read', (file) => {
    const read = readSaleFact(sample(file));
    expect(read).toMatchObject({ ok: true });
    if (!read.ok) return;
    expect(read.fact).toMatchObject({
      currency: 'GBP',
      businessDay: '2026-11-22',
      occurredAt: Date.UTC(2026, 10, 22, 11, 58, 3, 250),
      document: { fiscalYear: 2026, number: 7 },
      lines: [{ quantity: 2, unitAmount: 119_995, grossMinor: 2400 }, { kind: 'bundle' }],
      tenders: [
        { method: 'card', feeMinor: 54 },
        { method: 'cash', feeMinor: 0 },
      ],
    });
    expect(read.fact.orderId).toMatch(/^[0-9a-f-]{36}$/);
  });

  const whole = JSON.parse(sample('sale-1.json')) as Record<string, unknown>;
  const lines = whole['lines'] as object[];
  it.each([
    ['{"type":"sale"', 'malformed', 'not JSON'],
    ['[]', 'malformed', 'not a JSON object'],
    ['{}', 'malformed', 'neither'],
    [JSON.stringify({ ...whole, version: 0 }), 'unknown_version', 'sale version 0'],
    [JSON.stringify({ ...whole, version: 2 }), 'unknown_version', 'sale version 2'],
    [JSON.stringify({ ...whole, type: 'refund' }), 'unknown_version', 'refund version 1'],
    [JSON.stringify({ ...whole, extra: 1 }), 'malformed', ''],
    [JSON.stringify({ ...whole, lines: [] }), 'malformed', '/lines'],
    [JSON.stringify({ ...whole, orderId: 'ord_1' }), 'malformed', '/orderId'],
    [JSON.stringify({ ...whole, businessDay: '2026-02-30' }), 'malformed', '/businessDay'],
    [JSON.stringify({ ...whole, occurredAt: 'noon' }), 'malformed', '/occurredAt'],
    [JSON.stringify({ ...whole, currency: 'XXQ' }), 'malformed', '/currency'],
    [
      JSON.stringify({ ...whole, lines: [{ ...lines[0], netMinor: 1 }] }),
      'malformed',
      '/lines/0 net and tax are not gross',
    ],
    [JSON.stringify({ ...whole, lines: [{ ...lines[0], quantity: 1.5 }] }), 'malformed', '/lines/0/quantity'],
  ])('%.60s is %s', (payload, reason, detail) => {
    const read = readSaleFact(payload);
    expect(read).toMatchObject({ ok: false, reason });
    if (!read.ok) expect(read.detail).toContain(detail);
  });
});
