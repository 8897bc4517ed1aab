import { createTheme } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple, MantineThemeOverride } from '@mantine/core';
import { fontFamily, motion, phoneBelow, radius, space, type, withBrand } from './tokens.ts';
import type { Palette } from './tokens.ts';

const px = (pixels: number): string => `${pixels / 16}rem`;

/** The component library dressed in our tokens. `brand` is a retailer's colour, `#rrggbb`. */
export function makeTheme(brand?: string): { theme: MantineThemeOverride; cssVariablesResolver: CSSVariablesResolver } {
  const { light, dark } = withBrand(brand);
  const ramp = (colour: string, night: string): MantineColorsTuple => [
    light.brandSoft,
    light.brandSoft,
    dark.brandInk,
    dark.brandInk,
    night,
    night,
    colour,
    colour,
    light.brandInk,
    light.brandInk,
  ];
  const theme = createTheme({
    fontFamily,
    headings: { fontFamily, fontWeight: '620' },
    primaryColor: 'brand',
    primaryShade: { light: 7, dark: 4 },
    autoContrast: true,
    cursorType: 'pointer',
    defaultRadius: 'md',
    respectReducedMotion: true,
    focusRing: 'auto',
    radius: { xs: px(2), sm: px(radius.sm), md: px(radius.md), lg: px(radius.lg), xl: px(16) },
    spacing: { xs: px(space.xs), sm: px(space.sm), md: px(space.md), lg: px(space.lg), xl: px(space.xl) },
    fontSizes: {
      xs: px(type.small[0]),
      sm: px(type.body[0]),
      md: px(type.body[0]),
      lg: px(type.strong[0]),
      xl: px(type.title[0]),
    },
    breakpoints: { xs: '30em', sm: `${phoneBelow / 16}em`, md: '62em', lg: '75em', xl: '90em' },
    colors: {
      brand: ramp(light.brand, dark.brand),
      // From text to the deepest ground, in the order in which the library uses them.
      dark: [
        dark.ink,
        '#cdd4d0',
        dark.inkSoft,
        '#7f8a85',
        dark.lineStrong,
        dark.line,
        dark.surface,
        dark.page,
        dark.sunken,
        '#060908',
      ],
    },
    components: {
      Button: {
        defaultProps: { size: 'sm' },
        // The library would put white on a colour that is light by night.
        vars: (_theme: unknown, { variant = 'filled', color }: { variant?: string; color?: string }) => ({
          root:
            variant !== 'filled'
              ? {}
              : color === 'red'
                ? {
                    '--button-bg': 'var(--os-negative)',
                    '--button-hover': 'var(--os-negative)',
                    '--button-color': 'var(--os-page)',
                  }
                : { '--button-color': 'var(--os-on-brand)' },
        }),
      },
      TextInput: { defaultProps: { size: 'sm' } },
      NumberInput: { defaultProps: { size: 'sm', hideControls: true } },
      Select: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' } } },
      Textarea: { defaultProps: { size: 'sm' } },
    },
  });
  const cssVariablesResolver: CSSVariablesResolver = () => ({
    variables: {
      ...Object.fromEntries(Object.entries(space).map(([name, value]) => [`--os-space-${name}`, px(value)])),
      ...Object.fromEntries(Object.entries(radius).map(([name, value]) => [`--os-radius-${name}`, px(value)])),
      ...Object.fromEntries(
        Object.entries(type).flatMap(([name, [size, line]]) => [
          [`--os-size-${name}`, px(size)],
          [`--os-line-${name}`, px(line)],
        ]),
      ),
      '--os-quick': `${motion.quick}ms ${motion.ease}`,
      '--os-calm': `${motion.calm}ms ${motion.ease}`,
      '--os-highlight-time': `${motion.highlight}ms`,
    },
    light: colours(light, light),
    dark: colours(dark, dark),
  });
  return { theme, cssVariablesResolver };
}

function colours(
  palette: Palette,
  { ink, inkSoft, negative, lineStrong, page, surface, brand, brandSoft, brandInk }: Palette,
): Record<string, string> {
  const { series, ...named } = palette;
  const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    ...Object.fromEntries(Object.entries(named).map(([name, value]) => [`--os-${kebab(name)}`, value])),
    ...Object.fromEntries(series.map((value, at) => [`--os-series-${at}`, value])),
    '--mantine-color-body': page,
    '--mantine-color-text': ink,
    '--mantine-color-dimmed': inkSoft,
    '--mantine-color-placeholder': inkSoft,
    '--mantine-color-error': negative,
    '--mantine-color-anchor': brandInk,
    '--mantine-color-default': surface,
    '--mantine-color-default-border': lineStrong,
    '--mantine-color-default-color': ink,
    '--mantine-primary-color-filled': brand,
    '--mantine-primary-color-filled-hover': brandInk,
    '--mantine-primary-color-light': brandSoft,
    '--mantine-primary-color-light-color': brandInk,
    '--mantine-color-brand-light': brandSoft,
    '--mantine-color-brand-light-color': brandInk,
    '--mantine-color-brand-outline': brandInk,
  };
}
