/**
 * TypeScript cut into what runs, what is quoted and what is said about it, so that a rule about code is not tripped
 * by a word in a comment. A scanner of a hundred lines is enough: rules look at words and imports, not at syntax trees.
 */

/** A quoted piece: `start` is the position of its first character after the quote. */
type Quoted = { readonly start: number; readonly text: string };

/** The same text three ways. `code` and `comments` keep every position and line break of the original. */
export type Scanned = {
  /** The text with comments, and the contents of strings, templates and regular expressions, turned into blanks. */
  readonly code: string;
  /** The text with everything but its comments turned into blanks. */
  readonly comments: string;
  /** Strings and the fixed parts of templates, in order. */
  readonly strings: readonly Quoted[];
  /** Regular expressions from slash to slash, without their flags. */
  readonly patterns: readonly Quoted[];
};

/** Cuts TypeScript, TSX or JavaScript. Text that is not valid gives some result, never an error. */
export function scan(text: string): Scanned {
  const code = blank(text).split('');
  const comments = blank(text).split('');
  const strings: Quoted[] = [];
  const patterns: Quoted[] = [];
  /** For each open `${`, how many `{` are open inside it. */
  const templates: number[] = [];
  let at = 0;

  const keep = (to: number): void => {
    for (; at < to; at += 1) code[at] = text.charAt(at);
  };
  const comment = (to: number): void => {
    for (; at < to; at += 1) comments[at] = text.charAt(at);
  };
  /** Reads on from inside a template until it ends or opens a `${`. */
  const template = (): void => {
    const start = at;
    while (at < text.length && text[at] !== '`' && !text.startsWith('${', at)) at += text[at] === '\\' ? 2 : 1;
    strings.push({ start, text: text.slice(start, at) });
    if (text[at] === '`') keep(at + 1);
    else if (at < text.length) {
      keep(at + 2);
      templates.push(0);
    }
  };

  while (at < text.length) {
    const here = text.charAt(at);
    if (text.startsWith('//', at)) {
      comment(endOr(text, text.indexOf('\n', at)));
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      comment(end < 0 ? text.length : end + 2);
    } else if (here === "'" || here === '"') {
      keep(at + 1);
      const start = at;
      while (at < text.length && text[at] !== here && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
      strings.push({ start, text: text.slice(start, at) });
      if (text[at] === here) keep(at + 1);
    } else if (here === '`') {
      keep(at + 1);
      template();
    } else if (here === '/' && startsRegex(code, at)) {
      keep(at + 1);
      const start = at;
      at = endOfRegex(text, at);
      patterns.push({ start, text: text.slice(start, at) });
      keep(at + 1);
    } else {
      keep(at + 1);
      const depth = templates.at(-1);
      if (depth === undefined) continue;
      if (here === '{') templates[templates.length - 1] = depth + 1;
      else if (here === '}' && depth > 0) templates[templates.length - 1] = depth - 1;
      else if (here === '}') {
        templates.pop();
        template();
      }
    }
  }
  return {
    code: code.slice(0, text.length).join(''),
    comments: comments.slice(0, text.length).join(''),
    strings,
    patterns,
  };
}

/** One module that a file names, and where. */
export type Import = { readonly specifier: string; readonly at: number; readonly reExported: boolean };

/**
 * Every module a file names: `import … from`, `import '…'`, `import('…')` also as a type, `export … from`. A dynamic
 * import of something that is not a plain string has the specifier `?`.
 */
export function importsOf(text: string): readonly Import[] {
  const { code } = scan(text);
  const keywords = [...code.matchAll(/(?<![\w$.])(?:import|export)(?![\w$])/g)];
  const found: Import[] = [];
  for (const match of code.matchAll(/(?<![\w$.])(?:from\s*|import\s*(?:\(\s*)?)(['"`])/g)) {
    const start = match.index + match[0].length;
    const specifier = text.slice(start, code.indexOf(match[1] ?? '', start));
    const keyword = keywords.findLast((word) => word.index < match.index)?.[0];
    const reExported = match[0].startsWith('from') && keyword === 'export';
    found.push({ specifier: specifier.includes('${') ? '?' : specifier, at: match.index, reExported });
  }
  for (const match of code.matchAll(/(?<![\w$.])import\s*\(\s*(?!['"`\s])/g)) {
    found.push({ specifier: '?', at: match.index, reExported: false });
  }
  return found.toSorted((a, b) => a.at - b.at);
}

function blank(text: string): string {
  return text.replace(/[^\n]/gu, (letter) => ' '.repeat(letter.length));
}

function endOr(text: string, end: number): number {
  return end < 0 ? text.length : end;
}

/** A slash starts a regular expression where a value may stand: after an operator, an opening bracket or a keyword. */
function startsRegex(code: readonly string[], at: number): boolean {
  let end = at;
  while (end > 0 && code[end - 1]?.trim() === '') end -= 1;
  const before = code.slice(Math.max(0, end - 12), end).join('');
  if (before === '' || /(?<![\w$.])(?:return|typeof|case|of|in|throw|await|yield)$/.test(before)) return true;
  return /[=(,[!&|?:;{+\-*%~^]$/.test(before) || before.endsWith('=>');
}

function endOfRegex(text: string, from: number): number {
  let inClass = false;
  for (let at = from; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass) return at;
  }
  return from;
}
