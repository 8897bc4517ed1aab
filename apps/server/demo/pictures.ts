import { isLight, shade, tint, type Colour } from './colours.ts';
import { DRAWINGS, type DrawingKind } from './drawings.ts';
import { ellipse, path, rect } from './strokes.ts';

/**
 * A picture of a product in one colour: an SVG of 400 by 400 without scripts, styles or links, under 4 kB. `motif` (from 0) is the
 * pattern where a kind has several, so that two cushions in ink do not look alike.
 */
export function drawPicture(kind: DrawingKind, colour: Colour, motif: number): string {
  const { hex: main, ground } = colour;
  const drawing = DRAWINGS[kind];
  const inks = {
    main,
    ground,
    motif,
    dark: shade(main, 0.28),
    deep: shade(main, 0.5),
    light: tint(main, 0.38),
    pale: tint(main, 0.72),
    line: isLight(main) ? shade(main, 0.55) : tint(main, 0.75),
  };
  const backdrop =
    drawing.stands === 'flat'
      ? rect(0, 0, 400, 400, ground) + path('M0 400 400 0V400z', shade(ground, 0.05))
      : rect(0, 0, 400, 400, tint(ground, 0.22)) +
        path('M70 316V186a130 130 0 0 1 260 0v130z', tint(ground, 0.5), ' opacity=".75"') +
        rect(0, 314, 400, 86, shade(ground, 0.09)) +
        (drawing.stands === 'hangs'
          ? ''
          : ellipse(212, 330, drawing.stands === 'wide' ? 140 : 104, 13, shade(ground, 0.6), ' opacity=".22"'));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">${backdrop}${drawing.draw(inks)}</svg>`.replaceAll(
    /(\d\.\d)\d+/g,
    '$1',
  );
}
