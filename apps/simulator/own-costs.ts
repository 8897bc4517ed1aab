import { ownShare } from './own-share.ts';

/** What units of a SKU cost in a valuation area, as the auditor reckons. */
export type OwnCost = {
  quantity: number;
  value: number;
  short: number;
  shortValue: number;
  lastQuantity: number;
  lastValue: number;
  layers: { quantity: number; value: number }[];
  method: string;
};

/** Units go out: what is there at its value, the rest at the last one known. */
export function ownIssue(own: OwnCost, quantity: number): void {
  const there = Math.min(quantity, own.quantity);
  const short = quantity - there;
  if (own.method === 'fifo') {
    let open = there;
    while (open > 0) {
      const layer = own.layers[0] as OwnCost['layers'][number];
      const part = Math.min(open, layer.quantity);
      const value = ownShare(layer.value, part, layer.quantity);
      own.value -= value;
      layer.value -= value;
      layer.quantity -= part;
      open -= part;
      if (layer.quantity === 0) own.layers.shift();
    }
  } else if (there > 0) {
    own.value -= ownShare(own.value, there, own.quantity);
  }
  own.quantity -= there;
  own.short += short;
  own.shortValue += ownShare(own.lastValue, short, own.lastQuantity);
}

/** Units come in: those that had left before they came settle what was estimated for them. */
export function ownReceipt(own: OwnCost, quantity: number, value: number): void {
  const covered = Math.min(quantity, own.short);
  const estimated = covered === 0 ? 0 : ownShare(own.shortValue, covered, own.short);
  const actual = covered === 0 ? 0 : ownShare(value, covered, quantity);
  own.short -= covered;
  own.shortValue -= estimated;
  own.quantity += quantity - covered;
  own.value += value - actual;
  own.lastQuantity = quantity;
  own.lastValue = value;
  if (own.method === 'fifo' && quantity > covered)
    own.layers.push({ quantity: quantity - covered, value: value - actual });
}
