import { atOnce, inSlices, mostAtOnce, type Work } from './slices';

// Required with the first log: most windows never open one (esbuild.mjs).
const ansi = () => require('@ansi-tools/parser') as typeof import('@ansi-tools/parser');

/** The sixteen named colors, in order of their numbers. VS Code's themes call them `terminal.ansi…`. */
const namedColours = [
  'Black',
  'Red',
  'Green',
  'Yellow',
  'Blue',
  'Magenta',
  'Cyan',
  'White',
  'BrightBlack',
  'BrightRed',
  'BrightGreen',
  'BrightYellow',
  'BrightBlue',
  'BrightMagenta',
  'BrightCyan',
  'BrightWhite',
] as const;

/** One of the sixteen named colors, or `#rrggbb`. */
export type AnsiColour = (typeof namedColours)[number] | `#${string}`;

/** How a piece of text is drawn. Undefined and false mean the default. */
export interface AnsiStyle {
  readonly foreground: AnsiColour | undefined;
  readonly background: AnsiColour | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

/** A styled piece of one line, from `start` up to but not including `end`, in UTF-16 units of that line. */
export interface Look {
  readonly start: number;
  readonly end: number;
  readonly style: AnsiStyle;
}

export interface AnsiText {
  /** Has no control characters but tab and line feed. */
  readonly text: string;
  /** The styled pieces of each line, counted from 0, in order. None is empty, and no two overlap. */
  readonly looks: ReadonlyMap<number, readonly Look[]>;
}

interface Strokes extends AnsiStyle {
  readonly inverse: boolean;
}

/** The default style. */
export const plainStyle: AnsiStyle = {
  foreground: undefined,
  background: undefined,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
};

const plainStrokes: Strokes = { ...plainStyle, inverse: false };

/** Maximum number of styles in one output: programs use dozens. Further ones are drawn in the default style. */
const mostPens = 500;

/** Maximum number of styled pieces in a line, and in an output. The rest is drawn in the default style. */
const mostOfLine = 1_000;
const mostInAll = 200_000;

/** Maximum length of the parameters of a color sequence, in characters. */
const longestParameters = 100;

/** The state that text is drawn with. A log switches between a few of them thousands of times, so each is created once. */
class Pen {
  /** Undefined for the default style. */
  readonly style: AnsiStyle | undefined;
  private readonly next = new Map<string, Pen>();
  private readonly origin: Pen;

  private constructor(
    private readonly strokes: Strokes,
    private readonly known: Map<string, Pen>,
    origin?: Pen,
  ) {
    this.style = styleOf(strokes);
    this.origin = origin ?? this;
  }

  /** The initial pen. */
  static plain(): Pen {
    const known = new Map<string, Pen>();
    const pen = new Pen(plainStrokes, known);
    known.set(JSON.stringify(plainStrokes), pen);
    return pen;
  }

  /** The pen after "select graphic rendition" with these parameters. Pens with the same style are the same object. */
  after(parameters: string): Pen {
    const made = this.next.get(parameters);
    if (made) {
      return made;
    }
    if (parameters.length > longestParameters) {
      return this;
    }
    const strokes = changed(this.strokes, parameters);
    const key = JSON.stringify(strokes);
    const pen =
      this.known.get(key) ?? (this.known.size < mostPens ? new Pen(strokes, this.known, this.origin) : this.origin);
    if (pen !== this.origin) {
      this.known.set(key, pen);
    }
    if (this.next.size < mostPens) {
      this.next.set(parameters, pen);
    }
    return pen;
  }
}

/** Control characters other than tab and line feed. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const controls = new RegExp(control, 'g');

/** A line whose only control characters are those of color sequences, as of most lines. */
const words = `${control.source.replace('[', '[^')}*`;
const colored = new RegExp(`^${words}(?:\\u001b\\[[\\d:;]*m${words})*$`);

/** Starts "select graphic rendition", which ends with an m. */
const introducer = '\u001b[';

/**
 * The 8-bit control characters that start a string, which would swallow the text after them. Nobody sends them on purpose in UTF-8; they
 * come from wrongly decoded text, as in "â€\u009d".
 */
const strayIntroducers = /[\u0080-\u009a\u009d-\u009f]/g;

/**
 * Turns a remote output into the text of a document and its styles. Removes terminal control sequences and hyperlinks; a line that
 * was overwritten with carriage returns shows its last state. Colors continue past the end of a line, as in a terminal; any other
 * sequence ends with its line, so that a broken one costs no more than that.
 */
export function* drawing(output: string): Work<DrawnText> {
  const looks = new Map<number, readonly Look[]>();
  const done: string[] = [];
  let lines: string[] = [];
  let lineCount = 0;
  let read = 0;
  let lookCount = 0;
  let pen = Pen.plain();
  for (let from = 0; from <= output.length; ) {
    const next = output.indexOf('\n', from);
    const end = next < 0 ? output.length : next;
    const line = output.slice(from, output[end - 1] === '\r' && end > from ? end - 1 : end);
    if (line === '' || (!pen.style && line.length <= longestPiece && !control.test(line))) {
      lines.push(line);
      read += line.length;
    } else {
      const isSimple = line.length <= longestPiece && !line.includes('\r');
      const drawn: Drawn = isSimple ? draw(line, pen) : yield* drawLine(line, pen);
      pen = drawn.pen;
      lines.push(drawn.text);
      read += drawn.cost;
      if (drawn.looks.length > 0 && lookCount < mostInAll) {
        lookCount += drawn.looks.length;
        looks.set(lineCount, drawn.looks);
      }
    }
    lineCount += 1;
    read += lineCost;
    from = end + 1;
    if (read > mostAtOnce) {
      // Joining a few long pieces is faster than joining many short ones.
      done.push(lines.join('\n'));
      lines = [];
      yield read;
      read = 0;
    }
  }
  return { text: [...done, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n'), looks, lineCount };
}

/** Draws a short output in one go. */
export function ansiText(output: string): AnsiText {
  return atOnce(drawing(output));
}

/** Draws an output that may be long, in slices. */
export function drawnText(output: string): Promise<DrawnText> {
  return inSlices(drawing(output));
}

export interface DrawnText extends AnsiText {
  /** The number of line feeds plus one. */
  readonly lineCount: number;
}

/** The result of drawing a line, or a piece of one. */
interface Drawn {
  readonly text: string;
  readonly looks: readonly Look[];
  readonly pen: Pen;
  /** The cost of drawing it, in characters of plain text, without what was already yielded. */
  readonly cost: number;
}

/** Costs in characters of plain text: of a line, of a character in a colored line, and of one that has to be parsed. */
const lineCost = 10;
const coloredCost = 3;
const parsedCost = 10;

const none: readonly Look[] = [];

/** How much of a line is drawn in one go, in characters. A longer sequence ends there. */
const longestPiece = 10_000;

/** Draws a line, again after each carriage return. The last drawing that isn't empty counts. */
function* drawLine(line: string, before: Pen): Work<Drawn> {
  let pen = before;
  let shown: Pick<Drawn, 'text' | 'looks'> = { text: '', looks: none };
  for (let from = 0, read = 0; from <= line.length; ) {
    const next = line.indexOf('\r', from);
    const end = next < 0 ? line.length : next;
    if (end > from) {
      const piece = line.slice(from, end);
      const drawn: Drawn = piece.length > longestPiece ? yield* drawLong(piece, pen) : draw(piece, pen);
      pen = drawn.pen;
      shown = drawn.text === '' ? shown : drawn;
      read += drawn.cost;
    }
    read += lineCost;
    from = end + 1;
    if (read > mostAtOnce) {
      yield read;
      read = 0;
    }
  }
  return { ...shown, pen, cost: 0 };
}

/** Draws a very long line piece by piece. Each piece starts at a control sequence if possible, so that none is cut. */
function* drawLong(drawing: string, before: Pen): Work<Drawn> {
  const looks: Look[] = [];
  const texts: string[] = [];
  let length = 0;
  let pen = before;
  for (let from = 0; from < drawing.length; ) {
    const next = drawing.slice(from, from + longestPiece);
    const sequence = from + next.length < drawing.length ? next.lastIndexOf('\u001b') : -1;
    const raw = sequence > 0 ? next.slice(0, sequence) : next;
    const piece = draw(raw, pen);
    for (const { start, end, style } of piece.looks.slice(0, mostOfLine - looks.length)) {
      looks.push({ start: start + length, end: end + length, style });
    }
    texts.push(piece.text);
    length += piece.text.length;
    pen = piece.pen;
    yield piece.cost;
    from += raw.length;
  }
  return { text: texts.join(''), looks, pen, cost: 0 };
}

/** Draws the text between two carriage returns or line ends. */
function draw(drawing: string, before: Pen): Drawn {
  return control.test(drawing)
    ? (drawInColour(drawing, before) ?? drawParsed(drawing, before))
    : plainly(drawing, before);
}

function plainly(drawing: string, pen: Pen): Drawn {
  const looks = pen.style ? [{ start: 0, end: drawing.length, style: pen.style }] : none;
  return { text: drawing, looks, pen, cost: drawing.length };
}

/** The fast path for lines that have only color sequences, as most lines do; undefined for others. */
function drawInColour(drawing: string, before: Pen): Drawn | undefined {
  if (!colored.test(drawing)) {
    return undefined;
  }
  const looks: Look[] = [];
  let text = '';
  let pen = before;
  let from = 0;
  for (let at = drawing.indexOf(introducer); at >= 0; at = drawing.indexOf(introducer, from)) {
    const end = drawing.indexOf('m', at);
    text += drawn(looks, text.length, drawing.slice(from, at), pen);
    pen = pen.after(drawing.slice(at + introducer.length, end));
    from = end + 1;
  }
  text += drawn(looks, text.length, drawing.slice(from), pen);
  return { text, looks, pen, cost: drawing.length * coloredCost };
}

function drawParsed(drawing: string, before: Pen): Drawn {
  const looks: Look[] = [];
  let text = '';
  let pen = before;
  for (const code of ansi().parse(drawing.replace(strayIntroducers, ''))) {
    if (code.type === 'TEXT') {
      text += drawn(looks, text.length, code.raw.replace(controls, ''), pen);
    } else if (code.type === 'CSI' && code.command === 'm') {
      const parameters = /^[^\d;:]{0,9}([\d;:]*)m$/.exec(code.raw)?.[1];
      pen = parameters === undefined ? pen : pen.after(parameters);
    }
  }
  return { text, looks, pen, cost: drawing.length * parsedCost };
}

/** Adds the style of a piece that starts there. @returns the piece */
function drawn(looks: Look[], start: number, piece: string, { style }: Pen): string {
  if (style && piece !== '') {
    const last = looks.at(-1);
    if (last && last.end === start && last.style === style) {
      looks[looks.length - 1] = { ...last, end: start + piece.length };
    } else if (looks.length < mostOfLine) {
      looks.push({ start, end: start + piece.length, style });
    }
  }
  return piece;
}

function styleOf({ inverse, foreground, background, ...rest }: Strokes): AnsiStyle | undefined {
  const style: AnsiStyle = inverse
    ? { ...rest, foreground: background, background: foreground }
    : { ...rest, foreground, background };
  return Object.values(style).some((value) => value !== undefined && value !== false) ? style : undefined;
}

/** Applies the parameters of "select graphic rendition", such as "1;38;5;208" (ECMA-48, 8.3.117). */
function changed(before: Strokes, parameters: string): Strokes {
  let strokes = before;
  const codes = parameters.split(';');
  for (let index = 0; index < codes.length; index += 1) {
    const [code = '', ...subparameters] = (codes[index] ?? '').split(':');
    const number = Number(code);
    if (number === 38 || number === 48) {
      // Either "38:2::r:g:b" or "38;2;r;g;b".
      const rest = subparameters.length > 0 ? subparameters : codes.slice(index + 1);
      const isTable = rest[0] === '5';
      const values = rest.slice(1).map(Number);
      const colour = isTable
        ? tableColour(values[0])
        : rest[0] === '2'
          ? rgbColour(subparameters.length > 4 ? values.slice(1) : values)
          : undefined;
      if (colour) {
        strokes = number === 38 ? { ...strokes, foreground: colour } : { ...strokes, background: colour };
      }
      if (subparameters.length === 0) {
        index += isTable ? 2 : rest[0] === '2' ? 4 : 0;
      }
    } else {
      strokes = { ...strokes, ...simpleChange(number, subparameters[0]) };
    }
  }
  return strokes;
}

function simpleChange(code: number, detail: string | undefined): Partial<Strokes> {
  switch (code) {
    case 0:
      return plainStrokes;
    case 1:
      return { bold: true };
    case 2:
      return { dim: true };
    case 3:
      return { italic: true };
    case 4:
      // Some programs turn underlining off with "4:0".
      return { underline: detail !== '0' };
    case 7:
      return { inverse: true };
    case 21:
      return { underline: true };
    case 22:
      return { bold: false, dim: false };
    case 23:
      return { italic: false };
    case 24:
      return { underline: false };
    case 27:
      return { inverse: false };
    case 39:
      return { foreground: undefined };
    case 49:
      return { background: undefined };
  }
  const tens = Math.floor(code / 10) * 10;
  const colour = namedColours[(code % 10) + (tens >= 90 ? 8 : 0)];
  if (code % 10 > 7 || colour === undefined) {
    return {};
  }
  return tens === 30 || tens === 90
    ? { foreground: colour }
    : tens === 40 || tens === 100
      ? { background: colour }
      : {};
}

/** A color of the 256-color table: the sixteen named ones, a 6 × 6 × 6 cube, and 24 shades of gray. */
function tableColour(index: number | undefined): AnsiColour | undefined {
  if (index === undefined || !Number.isInteger(index) || index < 0 || index > 255) {
    return undefined;
  }
  if (index < 16) {
    return namedColours[index];
  }
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return rgbColour([grey, grey, grey]);
  }
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return rgbColour([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

function rgbColour([red, green, blue]: readonly number[]): AnsiColour | undefined {
  const parts = [red, green, blue].map((part) =>
    part !== undefined && Number.isInteger(part) && part >= 0 && part <= 255
      ? part.toString(16).padStart(2, '0')
      : undefined,
  );
  return parts.includes(undefined) ? undefined : `#${parts.join('')}`;
}
