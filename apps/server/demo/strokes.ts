/** The inks a drawing is made with, all from one colour of the range: `main` the thing itself, `line` what is drawn on it. */
export type Inks = {
  readonly main: string;
  readonly dark: string;
  readonly deep: string;
  readonly light: string;
  readonly pale: string;
  readonly line: string;
  readonly ground: string;
  readonly motif: number;
};

/** A filled outline. */
export function path(d: string, fill: string, more = ''): string {
  return `<path d="${d}" fill="${fill}"${more}/>`;
}

/** A drawn line with round ends. */
export function stroke(d: string, ink: string, width: number, more = ''): string {
  return `<path d="${d}" fill="none" stroke="${ink}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"${more}/>`;
}

/** A rectangle, with round corners where `r` is given. */
export function rect(x: number, y: number, w: number, h: number, fill: string, r = 0, more = ''): string {
  return `<rect x="${x}" y="${y}" width="${w}" height="${h}"${r > 0 ? ` rx="${r}"` : ''} fill="${fill}"${more}/>`;
}

/** A disc. */
export function disc(x: number, y: number, r: number, fill: string, more = ''): string {
  return `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"${more}/>`;
}

/** An ellipse. */
export function ellipse(x: number, y: number, rx: number, ry: number, fill: string, more = ''): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"${more}/>`;
}

/** Something turned by degrees around a point, or moved. */
export function turned(degrees: number, x: number, y: number, inner: string): string {
  return `<g transform="rotate(${degrees} ${x} ${y})">${inner}</g>`;
}

/** Something moved, and scaled where told. */
export function moved(x: number, y: number, inner: string, scale = 1): string {
  return `<g transform="translate(${x} ${y})${scale === 1 ? '' : ` scale(${scale})`}">${inner}</g>`;
}

/** An outline filled, with details that stay inside it. `name` tells two of one drawing apart. */
export function within(d: string, fill: string, details: string, name = 'a'): string {
  return `<clipPath id="${name}"><path d="${d}"/></clipPath>${path(d, fill)}<g clip-path="url(#${name})">${details}</g>`;
}

/** The side that is turned away from the window, from `x` on. */
export function shadow(x: number, more = ' opacity=".14"'): string {
  return rect(x, 0, 400 - x, 400, '#1d1611', 0, more);
}

/** Light along a left side. */
export function gleam(d: string, width = 7, opacity = 0.4): string {
  return stroke(d, '#fffaf0', width, ` opacity="${opacity}"`);
}

/** What `make` gives for 0 to n − 1, joined. */
export function times(n: number, make: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => make(i)).join('');
}
