/**
 * Every measure and colour of the screens, once. The theme, the style sheet (as `--os-…` properties), receipts and the shop read
 * these; nothing else names a colour. Both palettes were checked for 4.5 : 1 between each ink and the grounds it is used on.
 */

/** Pixels, all multiples of 4. */
export const space = { xs: 4, sm: 8, md: 12, lg: 16, xl: 24, xxl: 32, xxxl: 48 } as const;

/** Pixels. */
export const radius = { sm: 4, md: 8, lg: 12 } as const;

/** Pixels: size and line height. The line heights stay on the 4 px grid. */
export const type = {
  small: [12, 16],
  body: [14, 20],
  strong: [16, 24],
  title: [20, 28],
  figure: [28, 32],
  hero: [40, 44],
} as const;

/** Milliseconds and easing. With reduced motion everything takes no time. */
export const motion = { quick: 120, calm: 220, highlight: 1600, ease: 'cubic-bezier(0.2, 0, 0, 1)' } as const;

/** Below this many pixels a screen is a phone. */
export const phoneBelow = 768;

/** The typeface is delivered with the program; no other server is asked. Its figures can stand in columns. */
export const fontFamily = '"Inter Variable", ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif';

/** What a colour is for. */
export type Palette = {
  readonly page: string;
  readonly surface: string;
  readonly sunken: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly ink: string;
  readonly inkSoft: string;
  readonly brand: string;
  readonly brandInk: string;
  readonly brandSoft: string;
  readonly onBrand: string;
  readonly positive: string;
  readonly positiveSoft: string;
  readonly warn: string;
  readonly warnSoft: string;
  readonly negative: string;
  readonly negativeSoft: string;
  readonly highlight: string;
  readonly shadow: string;
  /** Told apart by lightness as well as by hue, for those who do not see hues. */
  readonly series: readonly string[];
};

/** Paper by day. */
const light: Palette = {
  page: '#f6f5f0',
  surface: '#ffffff',
  sunken: '#eeece5',
  line: '#e3e0d7',
  lineStrong: '#c9c5b8',
  ink: '#1a211e',
  inkSoft: '#59635e',
  brand: '#0f5b4c',
  brandInk: '#0c4c3f',
  brandSoft: '#e0eee8',
  onBrand: '#ffffff',
  positive: '#1a6b3c',
  positiveSoft: '#e2f1e6',
  warn: '#7d5200',
  warnSoft: '#faefd4',
  negative: '#ab231b',
  negativeSoft: '#fbe7e4',
  highlight: '#ffedb0',
  shadow: '0 1px 2px rgb(26 33 30 / 0.05), 0 8px 24px -12px rgb(26 33 30 / 0.12)',
  series: ['#0f5b4c', '#c98a1b', '#4a6fa5', '#8a4f7d', '#b5523b', '#6f7a75'],
};

/** The same room at night. */
const dark: Palette = {
  page: '#101513',
  surface: '#181e1c',
  sunken: '#0c100f',
  line: '#29312e',
  lineStrong: '#434d49',
  ink: '#e6ebe8',
  inkSoft: '#a2ada8',
  brand: '#5fc4a8',
  brandInk: '#8edbc4',
  brandSoft: '#16332b',
  onBrand: '#08201a',
  positive: '#82d39d',
  positiveSoft: '#14301f',
  warn: '#e8ba5e',
  warnSoft: '#33290f',
  negative: '#ff968c',
  negativeSoft: '#3a1b18',
  highlight: '#51461a',
  shadow: '0 1px 2px rgb(0 0 0 / 0.4), 0 8px 24px -12px rgb(0 0 0 / 0.6)',
  series: ['#5fc4a8', '#e2b04a', '#86a9dc', '#c48bb7', '#e28f79', '#98a39e'],
};

/**
 * The two palettes with a retailer's own colour in place of ours. `brand` is any `#rrggbb`; text on it is white or nearly black, whichever
 * reads better (WCAG 2.2 relative luminance).
 */
export function withBrand(brand: string | undefined): { light: Palette; dark: Palette } {
  if (brand === undefined || !/^#[0-9a-f]{6}$/i.test(brand)) return { light, dark };
  const onBrand = luminance(brand) > 0.35 ? '#101513' : '#ffffff';
  const soft = (ground: string, share: number): string => `color-mix(in oklab, ${brand} ${share}%, ${ground})`;
  return {
    light: {
      ...light,
      brand,
      onBrand,
      brandInk: soft('#000000', 75),
      brandSoft: soft('#ffffff', 12),
      series: [brand, ...light.series.slice(1)],
    },
    dark: {
      ...dark,
      brand,
      onBrand,
      brandInk: soft('#ffffff', 55),
      brandSoft: soft(dark.surface, 24),
      series: [brand, ...dark.series.slice(1)],
    },
  };
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
