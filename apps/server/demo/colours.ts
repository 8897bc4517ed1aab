/** A colour of the range: its name on the label, its code in a SKU, what it looks like and what it is shown in front of. */
export type Colour = { readonly name: string; readonly code: string; readonly hex: string; readonly ground: string };

/** The colours of the range by key. The grounds are quiet, and light or dark enough to set the thing off. */
export const COLOURS = {
  chalk: { name: 'chalk', code: 'CHK', hex: '#f3eee2', ground: '#c9b8a3' },
  oat: { name: 'oat', code: 'OAT', hex: '#e2d3b8', ground: '#a9b3a2' },
  linen: { name: 'linen', code: 'LIN', hex: '#d6c8ae', ground: '#8fa3a0' },
  fog: { name: 'fog', code: 'FOG', hex: '#b9c3c6', ground: '#eae3d8' },
  sky: { name: 'sky', code: 'SKY', hex: '#8db4cd', ground: '#f1e6d6' },
  ink: { name: 'ink', code: 'INK', hex: '#27385a', ground: '#e6dccb' },
  teal: { name: 'teal', code: 'TEA', hex: '#2c7377', ground: '#f0dccb' },
  sage: { name: 'sage', code: 'SAG', hex: '#9fb08f', ground: '#f1e7dc' },
  moss: { name: 'moss', code: 'MOS', hex: '#6c7c45', ground: '#efe4cf' },
  forest: { name: 'forest', code: 'FOR', hex: '#2d5040', ground: '#e9d9c4' },
  mustard: { name: 'mustard', code: 'MUS', hex: '#d79b2b', ground: '#dfe5e2' },
  coral: { name: 'coral', code: 'COR', hex: '#e0745a', ground: '#dce8e6' },
  rust: { name: 'rust', code: 'RUS', hex: '#a9482d', ground: '#ecdfcc' },
  clay: { name: 'clay', code: 'CLA', hex: '#c27249', ground: '#e3e6dc' },
  blush: { name: 'blush', code: 'BLU', hex: '#e5b3a6', ground: '#e7ebe8' },
  plum: { name: 'plum', code: 'PLU', hex: '#6d3c58', ground: '#ecdcd6' },
  charcoal: { name: 'charcoal', code: 'CHA', hex: '#3a3d42', ground: '#dcd8cf' },
  brass: { name: 'brass', code: 'BRA', hex: '#c59a45', ground: '#d8e0df' },
  oak: { name: 'oak', code: 'OAK', hex: '#c99a63', ground: '#dfe6e0' },
  walnut: { name: 'walnut', code: 'WAL', hex: '#744d34', ground: '#eaddc9' },
  clear: { name: 'clear', code: 'CLR', hex: '#cfe2df', ground: '#8fb0ad' },
} as const satisfies Record<string, Colour>;

/** The key of a colour. */
export type ColourKey = keyof typeof COLOURS;

/** `hex` mixed with `other`: 0 gives `hex`, 1 gives `other`. */
function mix(hex: string, other: string, share: number): string {
  const part = (text: string, at: number): number => Number.parseInt(text.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(part(hex, at) * (1 - share) + part(other, at) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Darker, towards a warm black. */
export function shade(hex: string, share: number): string {
  return mix(hex, '#1d1611', share);
}

/** Lighter, towards a warm white. */
export function tint(hex: string, share: number): string {
  return mix(hex, '#fffaf0', share);
}

/** Whether dark lines show better on it than light ones. */
export function isLight(hex: string): boolean {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return r * 299 + g * 587 + b * 114 > 150_000;
}
