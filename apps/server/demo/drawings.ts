import { isLight, shade, tint } from './colours.ts';
import {
  disc,
  ellipse,
  gleam,
  moved,
  path,
  rect,
  shadow,
  stroke,
  times,
  turned,
  within,
  type Inks,
} from './strokes.ts';

/** How a thing is shown: on the table (`up`, `wide` with a broad shadow), hanging, or seen from above. */
type Drawing = { readonly stands: 'up' | 'wide' | 'hangs' | 'flat'; readonly draw: (inks: Inks) => string };

const OAK = '#c99a63';
const LEAF = '#4f7448';
const FLAME = '#f4b942';
const CREAM = '#f6f0e3';

/** A sprig with leaves on both sides, growing up from the origin. */
function sprig(height: number, leaf: string, size = 1): string {
  let left = '';
  let right = '';
  for (const i of [0, 1, 2, 3]) {
    const y = Math.round(-height * (0.3 + i * 0.2));
    const w = 26 * size * (1 - i * 0.13);
    const [half, third, up, down] = [w / 2, w / 3, w * 0.5, w * 0.75].map(Math.round);
    const wide = Math.round(w);
    right += `M0 ${y}q${half} ${-Math.round(w * 0.8)} ${wide} ${-(up ?? 0)}q${-(third ?? 0)} ${down} ${-wide} ${up}z`;
    left += `M0 ${y}q${-(half ?? 0)} ${-Math.round(w * 0.8)} ${-wide} ${-(up ?? 0)}q${third} ${down} ${wide} ${up}z`;
  }
  return (
    stroke(`M0 0C4 ${-height / 2} -4 ${-height / 2} 0 ${-height}`, shade(leaf, 0.25), 3) +
    path(right, leaf) +
    path(left, tint(leaf, 0.14))
  );
}

/** A plain earthen pot for plants, its rim at y = 236. */
function pot(inks: Inks): string {
  return (
    within('M150 250h108l-12 82h-84z', inks.main, shadow(214)) +
    rect(142, 232, 124, 26, inks.light, 5) +
    rect(218, 232, 48, 26, inks.dark, 5, ' opacity=".35"')
  );
}

/** One thing drawn many times at small cost. The id holds the ink, so that two patterns in one picture stay apart. */
function sown(inner: string, ink: string, places: readonly (readonly [x: number, y: number])[]): string {
  const id = `s${ink.slice(1)}`;
  return (
    `<defs><g id="${id}">${inner}</g></defs>` +
    places.map(([x, y]) => `<use href="#${id}" x="${x}" y="${y}"/>`).join('')
  );
}

/** Places in rows: `across` and `down` how many, from `x`, `y` on, `dx` and `dy` apart; every other row is shifted. */
function rows(
  across: number,
  down: number,
  [x, y, dx, dy, shift]: readonly [number, number, number, number, number],
): readonly (readonly [number, number])[] {
  return Array.from({ length: across * down }, (_, n) => {
    const row = Math.floor(n / across);
    return [x + (n % across) * dx + (row % 2) * shift, y + row * dy] as const;
  });
}

/** The pattern of textiles and papers. */
function pattern({ motif, line, light, dark }: Inks): string {
  switch (motif % 6) {
    case 0:
      return times(9, (i) => rect(84 + i * 28, 60, 10, 290, line, 0, ' opacity=".5"'));
    case 1:
      return stroke(
        times(6, (row) => times(6, (i) => `M${96 + i * 44 + (row % 2) * 22} ${84 + row * 46}h0`)),
        line,
        14,
        ' opacity=".65"',
      );
    case 2:
      return stroke(
        times(6, (i) => `M60 ${96 + i * 44}l35 -24 35 24 35 -24 35 24 35 -24 35 24 35 -24 35 24`),
        line,
        6,
        ' opacity=".55"',
      );
    case 3:
      return sown(sprig(52, line, 0.7), line, rows(3, 3, [112, 172, 80, 74, 30]));
    case 4:
      return times(4, (i) => rect(60, 96 + i * 66, 290, 30, i % 2 === 0 ? light : dark, 0, ' opacity=".7"'));
    default:
      return stroke(
        times(3, (row) =>
          times(
            4,
            (i) =>
              `M${74 + i * 74} ${170 + row * 74}a37 37 0 0 1 74 0M${90 + i * 74} ${170 + row * 74}a21 21 0 0 1 42 0`,
          ),
        ),
        line,
        5,
        ' opacity=".5"',
      );
  }
}

const mug: Drawing = {
  stands: 'up',
  draw: ({ main, dark, deep, light, line, motif }) => {
    const body = 'M126 160h132v132q0 38 -38 38h-56q-38 0 -38 -38z';
    const glaze =
      motif % 2 === 0
        ? path('M120 150h150v66q-18 16 -34 2t-36 6 -36 -2 -44 4z', light)
        : rect(120, 252, 150, 10, line) + rect(120, 270, 150, 4, line);
    return (
      stroke('M254 196c58 -10 58 84 -6 80', dark, 20) +
      within(body, main, glaze + shadow(218)) +
      ellipse(192, 160, 66, 15, light) +
      ellipse(192, 162, 57, 10, deep) +
      ellipse(192, 165, 50, 7, '#4a2c1a') +
      gleam('M142 190v84')
    );
  },
};

const espresso: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, deep, light }) =>
    ellipse(200, 316, 112, 16, dark) +
    ellipse(200, 311, 112, 15, light) +
    stroke('M246 246c40 -4 38 46 -8 42', dark, 13) +
    within('M146 222h108q-2 84 -34 88h-40q-32 -4 -34 -88z', main, shadow(214)) +
    ellipse(200, 222, 54, 12, light) +
    ellipse(200, 224, 46, 8, deep) +
    gleam('M160 240q2 32 12 48', 6) +
    stroke('M184 196c-12 -18 12 -24 0 -44M214 196c-12 -18 12 -24 0 -44', '#fffaf0', 5, ' opacity=".6"'),
};

const bowl: Drawing = {
  stands: 'wide',
  draw: (inks) =>
    rect(164, 306, 76, 24, inks.dark, 6) +
    within(
      'M84 204h236c-6 70 -58 112 -118 112S90 274 84 204z',
      inks.main,
      (inks.motif % 2 === 0
        ? times(7, (i) => rect(70, 222 + i * 15, 260, 5, inks.line, 0, ' opacity=".35"'))
        : path('M60 190h290v40q-40 22 -72 4t-74 8 -70 -6 -74 4z', inks.light)) + shadow(244),
    ) +
    ellipse(202, 204, 118, 24, inks.light) +
    ellipse(202, 207, 106, 18, inks.deep) +
    gleam('M104 230q14 44 46 62', 6),
};

const plate: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, light, line, motif, ground }) =>
    disc(210, 214, 148, shade(ground, 0.5), ' opacity=".25"') +
    disc(200, 200, 148, main) +
    disc(200, 200, 148, 'none', ` stroke="${dark}" stroke-width="5"`) +
    disc(200, 200, 104, light) +
    disc(200, 200, 104, 'none', ` stroke="${dark}" stroke-width="2" opacity=".5"`) +
    (motif % 2 === 0
      ? times(28, (i) => turned((i * 360) / 28, 200, 200, path('M200 62q7 14 0 26q-7 -12 0 -26z', line)))
      : disc(200, 200, 128, 'none', ` stroke="${line}" stroke-width="6"`) +
        disc(200, 200, 116, 'none', ` stroke="${line}" stroke-width="2"`)) +
    gleam('M116 160a92 92 0 0 1 52 -48', 8, 0.55),
};

const glass: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, light }) => {
    const one = (level: number): string =>
      path('M0 0h96l-10 158q-1 12 -12 12h-52q-11 0 -12 -12z', main, ' opacity=".55"') +
      path(
        `M${level / 16} ${level}h${96 - level / 8}l-${(158 - level) / 16} ${158 - level}q-1 12 -12 12h-52q-11 0 -12 -12z`,
        light,
        ' opacity=".75"',
      ) +
      times(4, (i) => stroke(`M${20 + i * 18} 22l3 134`, '#fffaf0', 2, ' opacity=".5"')) +
      ellipse(48, 0, 48, 9, '#fffaf0', ' opacity=".65"') +
      stroke('M0 0a48 9 0 0 0 96 0a48 9 0 0 0 -96 0', dark, 2.5) +
      gleam('M14 26l6 108', 6, 0.7);
    return moved(206, 150, one(40)) + moved(98, 164, one(62));
  },
};

const teapot: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, light, motif, line }) =>
    stroke('M282 220c64 -22 62 84 -4 72', dark, 17) +
    path('M132 282c-44 -8 -44 -66 -78 -74l20 -12c44 10 46 54 70 58z', dark) +
    within(
      'M112 262c0 -62 40 -86 90 -86s90 24 90 86c0 46 -36 68 -90 68s-90 -22 -90 -68z',
      main,
      (motif % 2 === 0
        ? rect(90, 248, 220, 8, line, 0, ' opacity=".6"') + rect(90, 262, 220, 3, line, 0, ' opacity=".6"')
        : times(11, (i) => rect(112 + i * 18, 160, 4, 180, line, 0, ' opacity=".3"'))) + shadow(232),
    ) +
    path('M148 184c6 -26 102 -26 108 0q-54 16 -108 0z', light) +
    disc(202, 156, 13, motif % 2 === 0 ? OAK : dark) +
    gleam('M132 252q4 -40 32 -54', 8),
};

const jug: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, deep, motif }) =>
    moved(
      196,
      150,
      turned(-14, 0, 0, sprig(104, LEAF, 1.2)) +
        turned(16, 0, 0, sprig(88, '#6d8c55', 1.1)) +
        disc(-26, -104, 13, '#e8c9b8') +
        disc(30, -84, 11, '#f2ded2'),
    ) +
    stroke('M244 178c60 -6 56 100 -2 106', dark, 15) +
    within(
      'M142 140l-22 -14c10 -8 24 -8 34 -6h80l10 16c-12 46 24 66 24 122 0 50 -20 72 -64 72h-16c-44 0 -62 -22 -62 -72 0 -54 30 -78 16 -118z',
      main,
      (motif % 2 === 0
        ? path('M100 262h200v80h-200z', light)
        : times(3, (i) => rect(100, 196 + i * 12, 200, 4, deep, 0, ' opacity=".45"'))) + shadow(222),
    ) +
    gleam('M146 210q-8 26 -6 62', 7),
};

const lamp: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, line, motif }) =>
    disc(200, 150, 128, '#ffe9b0', ' opacity=".35"') +
    rect(194, 176, 12, 40, '#b38a42') +
    within(
      motif % 2 === 0
        ? 'M178 206h44c2 34 42 44 42 86 0 28 -20 38 -40 38h-48c-20 0 -40 -10 -40 -38 0 -42 40 -52 42 -86z'
        : 'M176 206h48l10 104 q0 20 -20 20h-28q-20 0 -20 -20z',
      main,
      (motif % 2 === 0 ? '' : times(4, (i) => rect(150, 226 + i * 24, 100, 7, line, 0, ' opacity=".5"'))) + shadow(216),
    ) +
    gleam('M162 268q4 -14 14 -26', 7) +
    within(
      'M146 74h108l40 110h-188z',
      CREAM,
      path('M220 60h100v140h-70z', '#d9c9a8', ' opacity=".6"') + rect(90, 172, 220, 14, isLight(main) ? dark : light),
    ) +
    stroke('M254 198v26', '#b38a42', 3) +
    disc(254, 228, 5, '#b38a42'),
};

const pendant: Drawing = {
  stands: 'hangs',
  draw: ({ main, dark, deep, light, motif }) =>
    path('M118 232L50 400h300L282 232z', '#fff0c2', ' opacity=".5"') +
    stroke('M200 0v96', deep, 5) +
    rect(186, 86, 28, 26, '#b38a42', 4) +
    within(
      motif % 2 === 0 ? 'M178 110h44c54 12 88 58 92 122H86c4 -64 38 -110 92 -122z' : 'M184 108h32l74 124H110z',
      main,
      shadow(234) + rect(70, 222, 260, 10, dark),
    ) +
    ellipse(200, 232, motif % 2 === 0 ? 114 : 90, 15, '#fff3cf') +
    disc(200, 238, 22, '#ffe08a') +
    gleam(motif % 2 === 0 ? 'M122 200q12 -38 42 -60' : 'M140 202l36 -66', 7, 0.5) +
    ellipse(200, 232, motif % 2 === 0 ? 114 : 90, 15, 'none', ` stroke="${light}" stroke-width="3"`),
};

const floorLamp: Drawing = {
  stands: 'wide',
  draw: ({ main, light, dark }) =>
    disc(200, 118, 120, '#ffe9b0', ' opacity=".35"') +
    stroke('M200 160L150 332M200 160l50 172M200 160v164', OAK, 9) +
    stroke('M168 262h64', shade(OAK, 0.3), 4) +
    within(
      'M142 50h116l26 112H116z',
      main,
      shadow(224, ' opacity=".1"') + rect(100, 150, 200, 12, dark) + rect(100, 50, 200, 8, light),
    ) +
    gleam('M150 72l-14 66', 6),
};

const lantern: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light }) =>
    stroke('M164 130a36 46 0 0 1 72 0', dark, 7) +
    path('M140 142l34 -32h52l34 32z', main) +
    rect(140, 140, 120, 180, '#fff3cf', 4, ' opacity=".75"') +
    disc(200, 250, 48, '#ffdf8a', ' opacity=".6"') +
    rect(180, 250, 40, 64, CREAM, 4) +
    path('M200 206q18 26 0 42q-18 -16 0 -42z', FLAME) +
    stroke('M140 140v182M200 140v60M260 140v182M140 140h120', main, 8) +
    rect(128, 314, 144, 18, dark, 4) +
    gleam('M152 158v130', 6, 0.7) +
    rect(128, 314, 60, 7, light, 3, ' opacity=".5"'),
};

const cushion: Drawing = {
  stands: 'wide',
  draw: (inks) => {
    const shape =
      'M92 118q16 -12 108 -2q92 -10 108 2q14 16 4 100q10 86 -4 100q-16 14 -108 4q-92 10 -108 -4q-14 -14 -4 -100q-10 -84 4 -100z';
    return (
      within(shape, inks.main, pattern(inks) + path('M250 90q60 120 6 250h90V90z', '#1d1611', ' opacity=".1"')) +
      stroke(shape, inks.dark, 4, ' opacity=".6"') +
      gleam('M112 146q-6 50 -2 110', 8, 0.25)
    );
  },
};

const throwRug: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, light, line, motif }) =>
    times(3, (i) => {
      const y = 300 - i * 46;
      const name = `t${i}`;
      return within(
        `M98 ${y - 16}q0 -14 14 -14h176q16 0 16 14v16q0 14 -14 14h-178q-14 0 -14 -14z`,
        i === 1 && motif % 2 === 0 ? light : main,
        stroke(
          times(7, (n) => `M${113 + n * 30} ${y - 34}v60`),
          line,
          motif % 2 === 0 ? 6 : 14,
          ' opacity=".35"',
        ) + rect(90, y + 4, 220, 12, dark, 0, ' opacity=".35"'),
        name,
      );
    }) +
    stroke(
      times(13, (i) => `M${104 + i * 16} 196q-3 10 ${i % 2 === 0 ? -4 : 3} 22`),
      light,
      4,
    ) +
    rect(98, 176, 206, 22, light, 8) +
    gleam('M112 184h80', 4, 0.4),
};

const towel: Drawing = {
  stands: 'hangs',
  draw: (inks) =>
    rect(60, 84, 280, 12, OAK, 6) +
    disc(60, 90, 11, shade(OAK, 0.3)) +
    disc(340, 90, 11, shade(OAK, 0.3)) +
    within(
      'M116 84h168v250q-44 8 -84 0t-84 0z',
      inks.main,
      (inks.motif % 3 === 0
        ? times(3, (i) => rect(100, 252 + i * 22, 200, 9, inks.line))
        : inks.motif % 3 === 1
          ? times(6, (i) => rect(128 + i * 26, 60, 4, 300, inks.line, 0, ' opacity=".7"')) +
            times(9, (i) => rect(100, 112 + i * 26, 200, 4, inks.line, 0, ' opacity=".7"'))
          : sown(sprig(46, inks.line, 0.7), inks.line, rows(3, 3, [142, 186, 58, 66, 0]))) +
        path('M232 84q10 120 0 260h70V84z', '#1d1611', ' opacity=".1"') +
        rect(100, 84, 200, 10, '#1d1611', 0, ' opacity=".12"'),
    ),
};

const apron: Drawing = {
  stands: 'hangs',
  draw: ({ main, dark, line }) =>
    disc(200, 58, 8, shade(OAK, 0.3)) +
    stroke('M162 128C150 70 190 60 200 60s50 10 38 68', dark, 8) +
    stroke('M124 208c-36 20 -44 54 -30 84M276 208c36 20 44 54 30 84', dark, 7) +
    within(
      'M160 122q40 12 80 0c2 44 14 68 44 86v126q-84 16 -168 0V208c30 -18 42 -42 44 -86z',
      main,
      shadow(232, ' opacity=".1"') +
        rect(150, 228, 100, 70, dark, 6, ' opacity=".55"') +
        stroke('M150 240h100M200 240v56', line, 2.5, ' stroke-dasharray="6 6"'),
    ) +
    rect(216, 216, 8, 40, OAK, 3),
};

const candle: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, deep, motif }) =>
    disc(200, 118, 74, '#ffdf8a', ' opacity=".4"') +
    path('M200 74q26 36 0 60q-26 -24 0 -60z', FLAME) +
    path('M200 98q12 18 0 32q-12 -14 0 -32z', '#fff1c4') +
    stroke('M200 134v30', '#3a2c22', 4) +
    within('M128 176h144v138q0 18 -18 18H146q-18 0 -18 -18z', main, shadow(230)) +
    ellipse(200, 176, 72, 15, light) +
    ellipse(200, 178, 63, 11, CREAM) +
    (motif % 2 === 0
      ? rect(152, 220, 84, 76, CREAM, 3) + stroke('M168 240h52M176 254h36M184 280h20', deep, 4)
      : disc(194, 258, 40, CREAM) + moved(194, 286, sprig(52, isLight(main) ? dark : main, 0.8))) +
    gleam('M140 200v96', 7),
};

const tapers: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, light }) =>
    times(3, (i) => {
      const x = 116 + i * 84;
      const top = [92, 58, 112][i] ?? 0;
      return (
        path(`M${x} ${top - 46}q15 24 0 40q-15 -16 0 -40z`, FLAME) +
        stroke(`M${x} ${top - 4}v10`, '#3a2c22', 3) +
        rect(x - 11, top, 22, 214 - top + 66, i === 1 ? light : main, 5) +
        rect(x + 2, top, 9, 214 - top + 66, dark, 4, ' opacity=".4"') +
        path(`M${x - 26} 272h52l-8 24h-36z`, '#b38a42') +
        rect(x - 36, 296, 72, 12, '#c59a45', 6) +
        rect(x - 8, 306, 16, 12, '#b38a42') +
        rect(x - 30, 316, 60, 12, '#c59a45', 6)
      );
    }),
};

const diffuser: Drawing = {
  stands: 'up',
  draw: ({ main, light, deep }) =>
    stroke('M196 170L150 44M202 170L186 36M206 170l20 -126M210 170l50 -108', OAK, 6) +
    rect(178, 160, 46, 32, '#b38a42', 4) +
    within(
      'M178 190h46c4 28 52 34 52 76v46q0 20 -20 20H146q-20 0 -20 -20v-46c0 -42 48 -48 52 -76z',
      main,
      rect(100, 250, 200, 100, deep, 0, ' opacity=".25"') + shadow(234),
    ) +
    rect(158, 258, 86, 50, CREAM, 3) +
    stroke('M174 276h54M184 290h34', deep, 4) +
    gleam('M142 252q6 -20 28 -34', 7) +
    rect(178, 186, 46, 8, light, 0, ' opacity=".5"'),
};

const matches: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, light, line, ground, motif }) =>
    turned(
      -14,
      200,
      200,
      rect(98, 154, 220, 140, shade(ground, 0.5), 8, ' opacity=".25"') +
        rect(210, 140, 122, 128, '#e6d3b1', 4) +
        times(6, (i) => rect(216, 148 + i * 19, 104, 9, '#dcbf8e', 3) + ellipse(320, 152.5 + i * 19, 9, 6.5, light)) +
        rect(86, 134, 196, 140, main, 6) +
        rect(86, 250, 196, 24, dark, 4) +
        (motif % 2 === 0
          ? disc(184, 192, 38, light) + path('M184 164q22 30 0 50q-22 -20 0 -50z', FLAME)
          : times(5, (i) => turned(i * 36, 184, 192, rect(181, 154, 6, 76, line, 3)))) +
        stroke('M98 262h172', '#1d1611', 2, ' stroke-dasharray="2 5" opacity=".6"'),
    ),
};

const vase: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, line, motif }) => {
    const bodies = [
      'M174 158h52c-6 30 54 52 54 108 0 44 -30 64 -60 64h-40c-30 0 -60 -20 -60 -64 0 -56 60 -78 54 -108z',
      'M164 150h72l-12 40q40 60 10 140h-68q-30 -80 10 -140z',
      'M150 190q0 -30 26 -32v-24h48v24q26 2 26 32v110q0 30 -30 30h-40q-30 0 -30 -30z',
    ];
    return (
      moved(
        200,
        152,
        turned(-20, 0, 0, sprig(118, '#7d9160', 1)) +
          turned(2, 0, 0, sprig(130, LEAF, 1.1)) +
          turned(24, 0, 0, sprig(106, '#93a678', 1)),
      ) +
      within(
        bodies[motif % 3] ?? '',
        main,
        (motif % 3 === 0
          ? path('M100 200h200v34q-40 18 -70 2t-60 6 -70 -2z', light)
          : motif % 3 === 1
            ? times(8, (i) => rect(120, 196 + i * 18, 160, 5, line, 0, ' opacity=".35"'))
            : times(4, (i) => disc(168 + (i % 2) * 64, 214 + Math.floor(i / 2) * 70, 20, light, ' opacity=".6"'))) +
          shadow(218),
      ) +
      gleam('M158 236q-8 24 -2 48', 7) +
      ellipse(200, motif % 3 === 2 ? 136 : 156, motif % 3 === 1 ? 34 : 25, 6, dark)
    );
  },
};

const basket: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, light, motif }) => {
    const weave = (odd: number): string =>
      times(7, (row) =>
        times(9, (i) => ((i + row) % 2 === odd ? `M${84 + i * 28 + (row % 2) * 14} ${206 + row * 19}h22v10h-22z` : '')),
      );
    return (
      stroke('M132 206c-8 -70 30 -104 68 -104s76 34 68 104', dark, 12) +
      within(
        'M96 200h208l-18 118q-2 14 -16 14H130q-14 0 -16 -14z',
        main,
        path(weave(0), light, ' opacity=".5"') +
          path(weave(1), dark, ' opacity=".5"') +
          (motif % 2 === 0 ? '' : rect(80, 268, 240, 70, CREAM, 0, ' opacity=".9"')) +
          shadow(248),
      ) +
      rect(86, 190, 228, 22, light, 10) +
      stroke(
        times(11, (i) => `M${98 + i * 20} 192l12 18`),
        dark,
        3,
        ' opacity=".6"',
      )
    );
  },
};

const frame: Drawing = {
  stands: 'hangs',
  draw: ({ main, dark, light, motif }) =>
    rect(110, 58, 200, 256, '#1d1611', 3, ' opacity=".16"') +
    rect(98, 46, 204, 258, main, 3) +
    rect(98, 46, 204, 10, light, 3, ' opacity=".6"') +
    rect(292, 46, 10, 258, dark, 3) +
    rect(116, 64, 168, 222, '#fbf8f0') +
    (motif % 2 === 0
      ? within(
          'M140 92h120v166H140z',
          '#d9e4e1',
          disc(222, 140, 22, '#e9a568') +
            path('M140 214q36 -54 68 -18t56 -10v80H140z', '#6d8c7a') +
            path('M140 236q50 -34 130 6v30H140z', '#2d5040'),
        )
      : within(
          'M140 92h120v166H140z',
          '#efe2cf',
          disc(182, 150, 40, '#c27249') + rect(190, 150, 60, 108, '#27385a') + disc(222, 224, 30, '#d79b2b'),
        )),
};

const clock: Drawing = {
  stands: 'hangs',
  draw: ({ main, dark, light, line, motif }) =>
    disc(210, 188, 126, '#1d1611', ' opacity=".16"') +
    disc(200, 176, 126, main) +
    disc(200, 176, 108, motif % 2 === 0 ? '#fbf8f0' : light) +
    times(12, (i) =>
      turned(i * 30, 200, 176, i % 3 === 0 ? rect(196, 78, 8, 24, dark, 3) : rect(198, 80, 4, 12, dark, 2)),
    ) +
    stroke('M200 176L158 136', '#2b2622', 9) +
    stroke('M200 176l52 -52', '#2b2622', 6) +
    stroke('M186 200l34 -58', line === '#fff' ? dark : '#c9572f', 3) +
    disc(200, 176, 9, '#c9572f') +
    gleam('M96 140a110 110 0 0 1 60 -66', 7, 0.35),
};

const board: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, light, motif, ground }) => {
    const shape =
      motif % 2 === 0
        ? 'M128 150q0 -24 24 -24h28V70q0 -22 20 -22t20 22v56h28q24 0 24 24v172q0 24 -24 24h-96q-24 0 -24 -24z'
        : 'M200 116a112 112 0 1 1 -1 0zM176 130V70q0 -22 24 -22t24 22v60z';
    return (
      moved(10, 12, path(shape, shade(ground, 0.5), ' opacity=".25"')) +
      within(
        shape,
        main,
        times(9, (i) =>
          stroke(
            `M${100 + i * 24} 40q${10 - i * 2} 150 0 330`,
            i % 3 === 0 ? light : dark,
            i % 2 === 0 ? 4 : 9,
            ' opacity=".22"',
          ),
        ),
      ) +
      disc(200, 76, 10, ground) +
      moved(196, 302, turned(30, 0, 0, sprig(86, '#5d7d4a', 0.9)))
    );
  },
};

const rubberPlant: Drawing = {
  stands: 'up',
  draw: (inks) =>
    stroke('M203 240C200 180 204 130 202 84', '#6b5138', 5) +
    times(7, (i) => {
      const side = i % 2 === 0 ? 1 : -1;
      const y = 218 - i * 25;
      return (
        path(
          `M202 ${y}q${side * 30} -56 ${side * 92} -50q${-side * 14} 56 ${-side * 92} 50z`,
          i % 3 === 0 ? '#5d8752' : LEAF,
        ) + stroke(`M202 ${y}q${side * 44} -22 ${side * 84} -46`, '#86a978', 2.5)
      );
    }) +
    path('M202 88q-22 -34 4 -62q20 30 -4 62z', '#6d9a60') +
    pot(inks),
};

const snakePlant: Drawing = {
  stands: 'up',
  draw: (inks) => {
    const leaves = [
      [-36, -20, 150],
      [36, 18, 166],
      [-18, -8, 198],
      [20, 8, 186],
      [2, 0, 216],
    ] as const;
    return (
      leaves
        .map(([x, tilt, h], i) => {
          const bands = times(5, (n) => `M-10 ${-Math.round(26 + n * h * 0.15)}q10 -9 20 0`);
          return moved(
            203 + x,
            246,
            turned(
              tilt,
              0,
              0,
              path(`M-16 0Q-24 ${-h / 2} 0 ${-h}Q24 ${-h / 2} 16 0z`, '#8fae6c') +
                path(`M-9 0Q-15 ${-h / 2} 0 ${16 - h}Q15 ${-h / 2} 9 0z`, i % 2 === 0 ? '#4f7a4f' : '#3f6744') +
                stroke(bands, '#35563a', 3, ' opacity=".55"'),
            ),
          );
        })
        .join('') + pot(inks)
    );
  },
};

const cactus: Drawing = {
  stands: 'up',
  draw: (inks) =>
    stroke('M172 176h-40v-44', '#4d7d55', 26) +
    stroke('M232 196h38v-56', '#457049', 24) +
    within(
      'M170 246V110q0 -34 33 -34t33 34v136z',
      '#568a5d',
      times(4, (i) => stroke(`M${180 + i * 15} 70v180`, '#7fae7a', 2.5)) + shadow(214),
    ) +
    times(9, (i) => stroke(`M${178 + (i % 3) * 22} ${112 + Math.floor(i / 3) * 42}l6 -5`, CREAM, 2.5)) +
    disc(203, 74, 13, '#e5849a') +
    disc(132, 122, 9, '#e5849a') +
    pot(inks),
};

const olive: Drawing = {
  stands: 'up',
  draw: (inks) => {
    const leaves = (odd: number): string =>
      times(44, (i) => {
        if (i % 2 !== odd) return '';
        const [away, turn] = [18 + ((i * 23) % 66), i * 2.39996];
        const [x, y] = [203 + away * Math.cos(turn), 132 + away * 0.86 * Math.sin(turn)].map(Math.round);
        const [dx, dy] = [Math.round(24 * Math.cos(i * 1.7)), Math.round(24 * Math.sin(i * 1.7)) - 8];
        return `M${x} ${y}q${dx / 2 - dy / 3} ${dy / 2 + dx / 3} ${dx} ${dy}q${-dx / 2 + dy / 3} ${-dy / 2 - dx / 3} ${-dx} ${-dy}z`;
      });
    return (
      stroke('M203 244C196 208 210 190 204 128M203 190q-20 -24 -40 -42M204 172q22 -20 38 -42', '#7a6147', 7) +
      path(leaves(0), '#6f8a68') +
      path(leaves(1), '#93a883') +
      times(6, (i) => disc(152 + i * 20, 96 + ((i * 47) % 72), 6, '#3d4a33')) +
      pot(inks)
    );
  },
};

const fern: Drawing = {
  stands: 'up',
  draw: (inks) => {
    const blades = times(8, (n) => {
      const [y, w] = [-36 - n * 15, 27 - n * 2];
      return `M0 ${y}q${w / 2} -14 ${w} -8q-8 12 ${-w} 8zM0 ${y}q${-w / 2} -14 ${-w} -8q8 12 ${w} 8z`;
    });
    const frond = (leaf: string): string => stroke('M0 0V-160', '#48703f', 3) + path(blades, leaf);
    return (
      `<defs><g id="f">${frond('#5f8f50')}</g><g id="g">${frond('#7dab68')}</g></defs>` +
      moved(
        203,
        244,
        times(9, (i) => `<use href="#${i % 2 === 0 ? 'f' : 'g'}" transform="rotate(${-76 + i * 19})"/>`),
      ) +
      pot(inks)
    );
  },
};

const planter: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, light, motif, line }) =>
    within('M196 196h128l-16 124q-2 10 -12 10h-72q-10 0 -12 -10z', dark, shadow(280), 'b') +
    rect(190, 184, 140, 24, main, 5) +
    within(
      'M86 226h138l-14 94q-2 10 -12 10h-86q-10 0 -12 -10z',
      main,
      (motif % 2 === 0
        ? rect(70, 270, 170, 14, line, 0, ' opacity=".5"')
        : times(9, (i) => rect(92 + i * 16, 220, 5, 120, line, 0, ' opacity=".35"'))) + shadow(172),
    ) +
    rect(78, 212, 154, 26, light, 5) +
    gleam('M104 252l6 56', 7),
};

const wateringCan: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, light }) =>
    stroke('M244 214c80 -60 104 30 20 88', dark, 13) +
    path('M128 296L58 190l16 -12 84 76z', dark) +
    path('M38 196l40 -38 10 12 -38 38z', light) +
    within(
      'M130 204h126l10 112q0 16 -16 16H136q-16 0 -16 -16z',
      main,
      rect(100, 288, 190, 8, dark, 0, ' opacity=".6"') + shadow(214),
    ) +
    ellipse(193, 204, 63, 14, light) +
    ellipse(193, 206, 52, 9, dark) +
    stroke('M150 200q42 -66 86 0', main, 11) +
    gleam('M140 230l-4 60', 7),
};

const trowel: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, ground }) => {
    const spade =
      path('M-34 0h68q8 82 -34 132q-42 -50 -34 -132z', '#b9c0c0') +
      path('M0 0h34q8 82 -34 132z', '#9aa3a4') +
      rect(-6, -52, 12, 56, '#9aa3a4') +
      rect(-16, -170, 32, 124, main, 14) +
      rect(2, -170, 14, 124, dark, 8, ' opacity=".4"') +
      rect(-16, -62, 32, 12, '#b38a42') +
      disc(0, -152, 5, ground);
    const fork =
      stroke('M-26 112V24q0 -18 26 -18t26 18v88M0 118V0', '#aab2b2', 11) +
      rect(-6, -52, 12, 60, '#9aa3a4') +
      rect(-16, -170, 32, 124, main, 14) +
      rect(2, -170, 14, 124, dark, 8, ' opacity=".4"') +
      rect(-16, -62, 32, 12, '#b38a42') +
      disc(0, -152, 5, ground);
    return moved(152, 224, turned(-16, 0, 0, spade)) + moved(262, 224, turned(12, 0, 0, fork));
  },
};

const twine: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light }) =>
    rect(128, 148, 144, 24, OAK, 10) +
    within(
      'M148 170h104v136H148z',
      main,
      times(12, (i) => stroke(`M140 ${178 + i * 12}q60 -12 124 0`, i % 2 === 0 ? light : dark, 6, ' opacity=".7"')) +
        shadow(222),
    ) +
    rect(128, 304, 144, 26, OAK, 10) +
    rect(128, 304, 144, 8, tint(OAK, 0.3), 4) +
    stroke('M250 290c40 0 52 30 88 42', dark, 5),
};

const seeds: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, light, ground, motif }) =>
    turned(
      6,
      200,
      200,
      rect(112, 66, 190, 280, shade(ground, 0.5), 4, ' opacity=".25"') +
        rect(102, 54, 190, 280, CREAM, 4) +
        rect(102, 54, 190, 34, main, 4) +
        stroke('M102 88h190', dark, 2, ' stroke-dasharray="5 5"') +
        stroke('M132 112h130M158 130h78', dark, 6) +
        moved(197, 296, sprig(86, LEAF, 1.3)) +
        (motif % 2 === 0
          ? times(8, (i) => turned(i * 45, 197, 190, ellipse(197, 164, 13, 24, i % 2 === 0 ? main : light))) +
            disc(197, 190, 15, '#d79b2b')
          : turned(
              0,
              0,
              0,
              disc(176, 196, 24, '#cf4b35') +
                disc(220, 206, 20, '#dd6a44') +
                disc(196, 230, 18, '#cf4b35') +
                stroke('M176 172l-4 -12M220 186l6 -10', LEAF, 5),
            )) +
        rect(132, 306, 130, 8, main, 4),
    ),
};

const notebook: Drawing = {
  stands: 'flat',
  draw: (inks) =>
    turned(
      -9,
      200,
      200,
      rect(112, 64, 200, 280, shade(inks.ground, 0.5), 10, ' opacity=".25"') +
        rect(104, 62, 198, 276, '#efe7d6', 8) +
        times(5, (i) => rect(296, 68, 3, 264, '#d5c9b1', 0, ` transform="translate(${-i * 0.1} 0)"`)) +
        within(
          'M96 62q0 -8 8 -8h180q10 0 10 10v264q0 10 -10 10H104q-8 0 -8 -8z',
          inks.main,
          (inks.motif % 3 === 0 ? '' : pattern({ ...inks, motif: inks.motif + 1 })) +
            rect(96, 50, 22, 300, inks.dark, 0, ' opacity=".55"'),
        ) +
        (inks.motif % 3 === 0
          ? rect(148, 104, 112, 70, CREAM, 4) + stroke('M164 128h80M164 148h52', '#8d8272', 4)
          : '') +
        rect(262, 54, 10, 284, inks.deep, 0, ' opacity=".85"') +
        path('M196 338h16v40l-8 -9 -8 9z', '#c9572f'),
    ),
};

const planner: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, line, ground, motif }) =>
    turned(
      7,
      200,
      200,
      rect(94, 76, 230, 268, shade(ground, 0.5), 10, ' opacity=".25"') +
        rect(84, 66, 230, 264, main, 8) +
        rect(112, 66, 202, 264, dark, 8, ' opacity=".18"') +
        (motif % 2 === 0
          ? path(
              times(4, (r) => times(5, (i) => `M${144 + i * 30} ${156 + r * 36}h20v24h-20z`)),
              line,
              ' opacity=".45"',
            ) +
            rect(204, 228, 20, 24, line) +
            stroke('M144 110h90M144 130h50', line, 7)
          : stroke('M150 130h124M150 160h124M150 190h84', line, 7) + disc(262, 276, 22, '#d79b2b')) +
        times(11, (i) => disc(100, 84 + i * 23, 6, ground)) +
        stroke(
          times(11, (i) => `M76 ${84 + i * 23}h24`),
          '#8b8f92',
          6,
        ),
    ),
};

const card: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, light, ground, motif }) =>
    turned(
      10,
      210,
      220,
      rect(120, 130, 220, 160, shade(ground, 0.4), 4, ' opacity=".2"') +
        rect(112, 120, 220, 160, light, 4) +
        path('M112 124l110 86 110 -86z', main) +
        stroke('M112 278l84 -82M332 278l-84 -82', dark, 2, ' opacity=".4"'),
    ) +
    turned(
      -12,
      170,
      190,
      rect(86, 78, 156, 220, shade(ground, 0.5), 4, ' opacity=".25"') +
        rect(78, 70, 156, 220, '#fbf7ee', 4) +
        (motif % 3 === 0
          ? moved(156, 236, turned(-16, 0, 0, sprig(110, main, 1.2)) + turned(18, 0, 0, sprig(94, dark, 1)))
          : motif % 3 === 1
            ? times(5, (i) => turned(i * 72, 156, 170, ellipse(156, 136, 19, 32, main))) + disc(156, 170, 18, '#d79b2b')
            : times(3, (i) => path(`M${120 + i * 36} 150q18 -30 36 0l-18 66z`, i === 1 ? dark : main)) +
              stroke('M120 130q36 20 72 0', dark, 3)) +
        stroke('M116 262h80', dark, 4),
    ),
};

const wrap: Drawing = {
  stands: 'flat',
  draw: (inks) =>
    turned(
      -24,
      200,
      200,
      [0, 1]
        .map((n) => {
          const y = 104 + n * 104;
          return (
            rect(52, y + 14, 300, 78, shade(inks.ground, 0.5), 12, ' opacity=".22"') +
            within(
              `M44 ${y}h296v78H44z`,
              n === 0 ? inks.main : inks.light,
              moved(
                -40,
                y - 130,
                pattern({ ...inks, motif: inks.motif + n, line: n === 0 ? inks.line : inks.dark }),
                1.05,
              ) +
                rect(40, y + 56, 310, 30, '#1d1611', 0, ' opacity=".14"') +
                rect(40, y + 8, 310, 9, '#fffaf0', 0, ' opacity=".3"'),
              `w${n}`,
            ) +
            ellipse(340, y + 39, 13, 39, tint(inks.main, 0.6)) +
            ellipse(341, y + 39, 7, 24, inks.deep) +
            rect(150, y - 2, 40, 82, CREAM, 2)
          );
        })
        .join(''),
    ),
};

const ribbon: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, deep }) =>
    path('M226 318c60 30 80 -22 136 6l-10 28c-50 -26 -74 26 -136 -6z', main) +
    path('M352 352l10 -28 14 22z', main) +
    ellipse(232, 206, 64, 122, OAK) +
    rect(168, 84, 64, 244, main) +
    path('M168 84h64v244h-64z', dark, ' opacity=".25"') +
    times(7, (i) => rect(168 + i * 9, 88, 2, 236, light, 0, ' opacity=".5"')) +
    ellipse(168, 206, 64, 122, OAK) +
    ellipse(168, 206, 64, 122, 'none', ` stroke="${shade(OAK, 0.2)}" stroke-width="4"`) +
    ellipse(168, 206, 44, 86, CREAM) +
    stroke('M148 176h40M142 196h52M150 216h36', deep, 4) +
    ellipse(168, 250, 8, 14, shade(OAK, 0.6)),
};

const pencils: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, motif }) => {
    const inks = ['#d79b2b', '#2c7377', '#c9572f', '#27385a', '#6c7c45'];
    return (
      times(5, (i) =>
        moved(
          164 + i * 19,
          210,
          turned(
            -16 + i * 8,
            0,
            0,
            rect(-8, -96 - ((i * 29) % 40), 16, 150, inks[(i + motif) % 5] ?? main, 2) +
              path(`M-8 ${-96 - ((i * 29) % 40)}h16l-8 -24z`, '#ead2a8') +
              path(`M-3 ${-111 - ((i * 29) % 40)}h6l-3 -9z`, '#2b2622') +
              rect(2, -96 - ((i * 29) % 40), 6, 150, '#1d1611', 0, ' opacity=".15"'),
          ),
        ),
      ) +
      within(
        'M144 196h116v114q0 22 -22 22h-72q-22 0 -22 -22z',
        main,
        (motif % 2 === 0 ? rect(130, 262, 140, 12, light) : path('M130 190h140v50q-40 20 -70 4t-70 2z', light)) +
          shadow(218),
      ) +
      ellipse(202, 196, 58, 11, dark, ' opacity=".55"') +
      gleam('M156 222v72', 7)
    );
  },
};

const pen: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, light, ground, motif }) =>
    rect(72, 238, 256, 90, '#fbf7ee', 3) +
    stroke('M96 264q20 -18 34 0t34 0 34 0 34 -4', '#27385a', 4) +
    stroke('M96 294h120', '#27385a', 3, ' opacity=".5"') +
    turned(
      -32,
      200,
      190,
      rect(60, 186, 290, 34, shade(ground, 0.5), 16, ' opacity=".2"') +
        rect(148, 168, 192, 34, main, 16) +
        rect(148, 188, 192, 14, dark, 8, ' opacity=".5"') +
        rect(228, 166, 8, 38, '#c59a45') +
        (motif % 2 === 0
          ? stroke('M328 164h-86', '#c59a45', 6) +
            path('M148 168v34l-44 -8 -44 -9 44 -9z', '#c59a45') +
            stroke('M62 185h54', '#7c5d22', 2) +
            disc(118, 185, 4, '#7c5d22')
          : path('M148 170v30l-52 -10v-10z', dark) +
            path('M96 180v10l-22 -5z', '#c59a45') +
            rect(326, 176, 22, 18, light, 4)),
    ),
};

const tray: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, light, ground }) =>
    rect(64, 116, 290, 196, shade(ground, 0.5), 18, ' opacity=".25"') +
    rect(54, 104, 290, 196, main, 18) +
    rect(68, 118, 262, 168, dark, 10) +
    rect(68, 118, 262, 12, '#1d1611', 6, ' opacity=".2"') +
    rect(214, 118, 10, 168, main) +
    rect(224, 196, 106, 10, main) +
    turned(-6, 140, 200, rect(84, 160, 116, 12, '#d79b2b', 3) + path('M200 160v12l16 -6z', '#ead2a8')) +
    turned(5, 140, 220, rect(84, 210, 118, 9, '#2c7377', 4)) +
    rect(84, 240, 90, 26, CREAM, 3) +
    disc(276, 156, 22, '#c59a45') +
    disc(276, 156, 14, dark) +
    stroke('M244 244h30q10 0 10 -8t-10 -8h-24q-16 0 -16 14t16 14h34', light, 4),
};

const pouch: Drawing = {
  stands: 'wide',
  draw: (inks) =>
    stroke('M318 196q34 12 26 48', inks.dark, 9) +
    rect(336, 236, 16, 34, OAK, 6) +
    within(
      'M76 186q0 -14 14 -14h228q14 0 14 14l8 128q0 16 -16 16H84q-16 0 -16 -16z',
      inks.main,
      pattern(inks) + rect(60, 170, 300, 20, inks.deep, 0, ' opacity=".5"') + shadow(270, ' opacity=".1"'),
    ) +
    stroke('M84 181h236', '#c59a45', 5, ' stroke-dasharray="3 6"') +
    rect(298, 172, 12, 30, '#c59a45', 4),
};

const tin: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, deep, motif }) =>
    within(
      'M132 150h140v160q0 22 -22 22h-96q-22 0 -22 -22z',
      main,
      shadow(234) +
        rect(120, 196, 170, 100, CREAM) +
        rect(120, 196, 170, 5, '#c59a45') +
        rect(120, 291, 170, 5, '#c59a45'),
    ) +
    rect(126, 110, 152, 48, dark, 8) +
    rect(126, 110, 152, 12, light, 6, ' opacity=".6"') +
    ellipse(202, 110, 70, 11, main) +
    moved(
      202,
      266,
      motif % 2 === 0
        ? sprig(56, isLight(main) ? deep : main, 0.9)
        : turned(-20, 0, 0, sprig(50, isLight(main) ? deep : main, 0.8)) +
            turned(20, 0, 0, sprig(50, isLight(main) ? deep : main, 0.8)),
    ) +
    stroke('M168 280h68', deep, 4) +
    gleam('M142 206v80', 6, 0.5),
};

const coffee: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, line }) =>
    within(
      'M132 112h140l14 206q0 14 -16 14H134q-16 0 -16 -14z',
      main,
      path('M132 112h22l-16 220h-30z', light, ' opacity=".35"') +
        path('M252 112h30l10 230h-26z', '#1d1611', ' opacity=".2"'),
    ) +
    path('M128 84h148v34H128z', dark) +
    stroke('M128 100h148', light, 2) +
    rect(120, 90, 14, 12, '#c59a45') +
    rect(270, 90, 14, 12, '#c59a45') +
    rect(156, 164, 92, 110, CREAM, 3) +
    turned(30, 202, 206, ellipse(202, 206, 20, 28, '#5a3822') + stroke('M202 180q-9 26 0 52', CREAM, 4)) +
    stroke('M174 250h56M186 262h32', dark, 4) +
    disc(202, 302, 7, line, ' opacity=".6"'),
};

const honey: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light }) =>
    within(
      'M140 160h124q24 10 24 40v96q0 36 -36 36H152q-36 0 -36 -36v-96q0 -30 24 -40z',
      main,
      shadow(238) + rect(100, 160, 200, 18, light, 0, ' opacity=".7"'),
    ) +
    rect(134, 112, 136, 50, '#f3eee2', 8) +
    rect(134, 146, 136, 10, '#cbbfa6') +
    rect(216, 112, 54, 50, '#1d1611', 8, ' opacity=".08"') +
    path('M202 196l48 27v54l-48 27 -48 -27v-54z', CREAM) +
    path('M202 216l30 17v34l-30 17 -30 -17v-34z', 'none', ` stroke="${dark}" stroke-width="5"`) +
    disc(202, 250, 9, dark) +
    gleam('M130 210v72', 8, 0.55),
};

const book: Drawing = {
  stands: 'up',
  draw: ({ main, dark, light, line, motif }) =>
    path('M120 78l26 -14v258l-26 14z', dark) +
    rect(146, 64, 150, 258, main, 3) +
    path('M120 336l26 -14h150v8l-24 8z', '#e9dfca') +
    rect(146, 64, 8, 258, '#1d1611', 0, ' opacity=".12"') +
    (motif % 5 === 0
      ? disc(221, 150, 44, light) + path('M158 250q36 -70 66 -26t62 -14v60H158z', dark)
      : motif % 5 === 1
        ? moved(221, 262, turned(-18, 0, 0, sprig(130, light, 1.2)) + turned(16, 0, 0, sprig(112, line, 1.1)))
        : motif % 5 === 2
          ? times(5, (i) =>
              rect(174 + i * 20, 110 + ((i * 31) % 50), 12, 150 - ((i * 31) % 50), i % 2 === 0 ? light : line, 6),
            )
          : motif % 5 === 3
            ? path('M180 220q0 -60 41 -60t41 60q0 26 -41 26t-41 -26z', light) +
              stroke('M198 130c-10 -16 10 -20 0 -36M224 130c-10 -16 10 -20 0 -36M250 130c-10 -16 10 -20 0 -36', line, 4)
            : path('M176 250V170l45 -40 45 40v80z', light) + rect(208, 206, 26, 44, main) + disc(264, 112, 14, line)) +
    stroke('M176 284h90M192 300h58', line, 5),
};

const giftCard: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, light, ground }) =>
    turned(
      -8,
      200,
      200,
      rect(72, 122, 272, 176, shade(ground, 0.5), 18, ' opacity=".28"') +
        within(
          'M62 128q0 -18 18 -18h236q18 0 18 18v140q0 18 -18 18H80q-18 0 -18 -18z',
          main,
          path('M60 290L340 110v180z', dark, ' opacity=".45"') +
            rect(118, 100, 26, 200, '#c59a45') +
            rect(50, 176, 300, 22, '#c59a45'),
        ) +
        path('M131 187c-60 -60 -70 10 0 0c70 10 60 -60 0 0z', light) +
        path('M131 187l-22 44 16 -4 6 14zM131 187l22 44 -16 -4 -6 14z', light) +
        disc(131, 187, 11, CREAM) +
        stroke('M218 236h86M250 256h54', CREAM, 7),
    ),
};

const parcel: Drawing = {
  stands: 'wide',
  draw: ({ main, dark, light }) =>
    path('M92 176l108 -46 108 46v118l-108 46L92 294z', main) +
    path('M200 222v118l108 -46V176z', dark) +
    path('M92 176l108 46 108 -46 -108 -46z', light) +
    path('M140 155l108 47v118l-18 8V209l-108 -46z', '#c59a45', ' opacity=".9"') +
    path('M170 168c-50 -60 -8 -74 14 -10c14 -66 66 -58 6 12z', '#e0745a') +
    stroke('M108 262h44M108 276h28', dark, 5),
};

const birdhouse: Drawing = {
  stands: 'hangs',
  draw: ({ main, dark, light }) =>
    stroke('M200 0v92', '#8d8272', 5) +
    within(
      'M126 166l74 -66 74 66v140H126z',
      main,
      times(5, (i) => rect(110, 186 + i * 28, 180, 3, dark, 0, ' opacity=".5"')) + shadow(230),
    ) +
    stroke('M108 182l92 -82 92 82', dark, 20) +
    stroke('M112 176l88 -78', light, 5, ' opacity=".6"') +
    disc(200, 206, 26, '#2b2019') +
    stroke('M200 256v14', OAK, 9) +
    disc(200, 260, 8, OAK) +
    path('M232 262q30 -26 44 4l14 4 -14 8q-10 20 -34 12z', '#c9572f') +
    disc(268, 262, 3, '#1d1611'),
};

const soap: Drawing = {
  stands: 'up',
  draw: ({ main, dark, deep, light }) =>
    stroke('M202 128V92h-44', '#2b2622', 13) +
    rect(186, 70, 40, 18, '#2b2622', 7) +
    rect(176, 124, 52, 34, '#2b2622', 5) +
    within('M176 156h52q48 10 48 56v98q0 22 -22 22H150q-22 0 -22 -22v-98q0 -46 48 -56z', main, shadow(234)) +
    rect(152, 214, 100, 84, CREAM, 4) +
    stroke('M168 234h66M168 250h44', deep, 4) +
    disc(232, 276, 10, isLight(main) ? dark : main) +
    gleam('M142 216v82', 7) +
    rect(176, 154, 52, 6, light, 0, ' opacity=".4"'),
};

const brush: Drawing = {
  stands: 'flat',
  draw: ({ main, dark, ground, light }) =>
    turned(
      -28,
      200,
      200,
      rect(52, 196, 300, 70, shade(ground, 0.5), 20, ' opacity=".18"') +
        stroke(
          times(17, (i) => `M${60 + i * 8.5} 206l${((i * 5) % 7) - 3} 54`),
          dark,
          7,
        ) +
        stroke(
          times(17, (i) => `M${63 + i * 8.5} 206l${((i * 3) % 7) - 3} 50`),
          light,
          4,
        ) +
        rect(50, 158, 156, 54, OAK, 22) +
        rect(190, 172, 164, 28, OAK, 14) +
        rect(50, 190, 156, 22, shade(OAK, 0.25), 11, ' opacity=".45"') +
        gleam('M70 172h110', 5) +
        rect(268, 170, 24, 32, main, 3) +
        disc(336, 186, 6, ground),
    ),
};

const doormat: Drawing = {
  stands: 'flat',
  draw: (inks) =>
    turned(
      -6,
      200,
      200,
      rect(58, 122, 300, 184, shade(inks.ground, 0.5), 6, ' opacity=".25"') +
        within(
          'M48 110h304v184H48z',
          inks.main,
          moved(-60, -40, pattern(inks), 1.3) + stroke('M62 124h276v156H62z', inks.line, 5, ' opacity=".7"'),
        ) +
        stroke(
          times(19, (i) => `M48 ${114 + i * 10}h-9M352 ${114 + i * 10}h9`),
          inks.dark,
          3,
        ),
    ),
};

/** Every kind of thing that can be drawn. */
export const DRAWINGS = {
  mug,
  espresso,
  bowl,
  plate,
  glass,
  teapot,
  jug,
  lamp,
  pendant,
  floorLamp,
  lantern,
  cushion,
  throw: throwRug,
  towel,
  apron,
  candle,
  tapers,
  diffuser,
  matches,
  vase,
  basket,
  frame,
  clock,
  board,
  rubberPlant,
  snakePlant,
  cactus,
  olive,
  fern,
  planter,
  wateringCan,
  trowel,
  twine,
  seeds,
  notebook,
  planner,
  card,
  wrap,
  ribbon,
  pencils,
  pen,
  tray,
  pouch,
  tin,
  coffee,
  honey,
  book,
  giftCard,
  parcel,
  birdhouse,
  soap,
  brush,
  doormat,
} as const satisfies Record<string, Drawing>;

/** A kind of thing that can be drawn. */
export type DrawingKind = keyof typeof DRAWINGS;
