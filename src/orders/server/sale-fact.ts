import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { findUnkeepable } from '../../../platform/http/keepable.ts';
import { readSaleV2 } from './sale-fact-2.ts';
import {
  closed,
  HeadFields,
  idText,
  LineFields,
  minor,
  oneOf,
  plainId,
  positiveMinor,
  readHead,
  text,
  unreadable,
  type ReadFact,
} from './sale-fact-shape.ts';

/** A sale as a till writes it down, version 1: no promotions, cards or points. This reader stays for ever: tills hold facts for weeks. */
const SaleV1 = Type.Object(
  {
    type: Type.Literal('sale'),
    version: Type.Literal(1),
    ...HeadFields,
    lines: Type.Array(Type.Object(LineFields, closed), { minItems: 1, maxItems: 500 }),
    tenders: Type.Array(
      Type.Object(
        {
          paymentId: idText('payment'),
          method: oneOf('cash', 'card', 'bank', 'on_account', 'voucher'),
          amountMinor: minor,
          reference: text(100),
          feeMinor: Type.Optional(positiveMinor),
        },
        closed,
      ),
      { maxItems: 20 },
    ),
  },
  closed,
);
const checkV1 = Compile(SaleV1);

/** Reads the JSON text of a fact. Every version ever written is understood; the samples beside this file hold one of each. */
export function readSaleFact(payload: string): ReadFact {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return unreadable('malformed', 'not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return unreadable('malformed', 'not a JSON object');
  const odd = findUnkeepable(value);
  if (odd !== undefined)
    return unreadable('malformed', `${odd} holds NUL or half a character, which no database can keep`);
  const { type, version } = value as { type?: unknown; version?: unknown };
  if (typeof type !== 'string' || !Number.isSafeInteger(version))
    return unreadable('malformed', 'it says neither what it is nor its version');
  if (type === 'sale' && version === 2) return readSaleV2(value);
  if (type !== 'sale' || version !== 1)
    return unreadable('unknown_version', `${type.slice(0, 40)} version ${String(version)} was never written`);
  if (!checkV1.Check(value)) {
    const first = checkV1.Errors(value)[0];
    return unreadable('malformed', first === undefined ? 'does not fit' : `${first.instancePath} ${first.message}`);
  }
  return fromV1(value);
}

function fromV1(sale: Static<typeof SaleV1>): ReadFact {
  const read = readHead(sale);
  if (!read.ok) return read;
  return {
    ok: true,
    fact: {
      ...read.head,
      lines: sale.lines.map((line) => ({ ...line, skuId: plainId('sku', line.skuId) })),
      tenders: sale.tenders
        .filter((tender) => tender.amountMinor !== 0)
        .map((tender) => ({
          ...tender,
          paymentId: plainId('payment', tender.paymentId),
          feeMinor: tender.feeMinor ?? 0,
        })),
      promotions: [],
    },
  };
}
