import { atOnce, inSlices, mostAtOnce, type Work } from './slices';

// Required with the first log, which is opened later than at the start, if at all (esbuild.mjs).
const ansi = () => require('@ansi-tools/parser') as typeof import('@ansi-tools/parser');

/** The sixteen colours that have names, in the order of their numbers. VS Code's themes know them as `terminal.ansi…`. */
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

/** One of the sixteen colours, or `#rrggbb`. */
export type AnsiColour = (typeof namedColours)[number] | `#${string}`;

/** How a piece of text is drawn. What is undefined or false is as everywhere. */
export interface AnsiStyle {
  readonly foreground: AnsiColour | undefined;
  readonly background: AnsiColour | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

/** A piece of one line that has a look of its own, from `start` up to but not including `end`, in UTF-16 units of that line. */
export interface Look {
  readonly start: number;
  readonly end: number;
  readonly style: AnsiStyle;
}

export interface AnsiText {
  /** Without control characters other than tab and line feed. */
  readonly text: string;
  /** By line, from 0: the pieces that are not as everywhere, in order; none is empty, and no two overlap. */
  readonly looks: ReadonlyMap<number, readonly Look[]>;
}

interface Strokes extends AnsiStyle {
  readonly inverse: boolean;
}

/** How what is not drawn in any way looks. */
export const plainStyle: AnsiStyle = {
  foreground: undefined,
  background: undefined,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
};

const plainStrokes: Strokes = { ...plainStyle, inverse: false };

/** The most ways of drawing that one output has: a program has dozens. Further ones are drawn plainly, and so is what has too many. */
const mostPens = 500;

/** The most pieces of one line that have a look of their own, and of one output; what comes behind them is plain. */
const mostOfLine = 1_000;
const mostInAll = 200_000;

/** The longest parameters of a sequence that chooses a colour, in characters. */
const longestParameters = 100;

/** What is drawn with. A log changes between a few of them ten thousand times, so each is made once. */
class Pen {
  /** How it draws; undefined where that is as everywhere. */
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

  /** The one at the beginning. */
  static plain(): Pen {
    const known = new Map<string, Pen>();
    const pen = new Pen(plainStrokes, known);
    known.set(JSON.stringify(plainStrokes), pen);
    return pen;
  }

  /** The pen after "select graphic rendition" with these parameters. Pens that draw alike are one and the same. */
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

/** What is not text: the control characters but for tab and line feed. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
const controls = new RegExp(control, 'g');

/** Begins "select graphic rendition", which ends with an m. */
const introducer = '\u001b[';

/**
 * The control characters of eight bits that would begin a string which swallows what follows. Nobody sends them on purpose in
 * UTF-8; they come from text that was decoded wrongly, as in "â€\u009d".
 */
const strayIntroducers = /[\u0080-\u009a\u009d-\u009f]/g;

/**
 * A remote output as the text of a document, and how it was drawn. Terminal control and hyperlinks are removed; a line that was
 * drawn over with carriage returns is as it was drawn last. Colours go on over the end of a line, as they do in a terminal; any
 * other sequence ends with its line at the latest, so that a broken one costs no more than that.
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
      // Few long pieces are put together faster than very many short ones.
      done.push(lines.join('\n'));
      lines = [];
      yield read;
      read = 0;
    }
  }
  return { text: [...done, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n'), looks, lineCount };
}

/** The text that was drawn, in one go: for outputs that are short. */
export function ansiText(output: string): AnsiText {
  return atOnce(drawing(output));
}

/** The text that was drawn, in slices: for outputs that may be long. */
export function drawnText(output: string): Promise<DrawnText> {
  return inSlices(drawing(output));
}

export interface DrawnText extends AnsiText {
  /** One more than there are line feeds. */
  readonly lineCount: number;
}

/** What one drawing of a line leaves. */
interface Drawn {
  readonly text: string;
  readonly looks: readonly Look[];
  readonly pen: Pen;
  /** As how many characters of plain text it counts to draw that; without what was yielded already. */
  readonly cost: number;
}

/** As how many characters of plain text each counts: a line, one with a look, and one of a text with sequences of any kind. */
const lineCost = 10;
const coloredCost = 3;
const parsedCost = 10;

const none: readonly Look[] = [];

/** The most of a line that is drawn in one go, in characters. A sequence that is longer ends there. */
const longestPiece = 10_000;

/** Draws a line, over and over where it has carriage returns: the last drawing that leaves something stays. */
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

/** Draws what is very long piece by piece, each but the first from the beginning of a sequence where there is one. */
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

/** Draws what lies between two carriage returns or ends of line. */
function draw(drawing: string, before: Pen): Drawn {
  return control.test(drawing)
    ? (drawInColour(drawing, before) ?? drawParsed(drawing, before))
    : plainly(drawing, before);
}

function plainly(drawing: string, pen: Pen): Drawn {
  const looks = pen.style ? [{ start: 0, end: drawing.length, style: pen.style }] : none;
  return { text: drawing, looks, pen, cost: drawing.length };
}

/** Most lines have no other sequences than those that choose a colour; undefined for the others. A log has ten thousands of them. */
function drawInColour(drawing: string, before: Pen): Drawn | undefined {
  const looks: Look[] = [];
  let text = '';
  let pen = before;
  let from = 0;
  for (let at = drawing.indexOf(introducer); at >= 0; at = drawing.indexOf(introducer, from)) {
    let end = at + introducer.length;
    while (isParameter(drawing.charCodeAt(end))) {
      end += 1;
    }
    if (drawing[end] !== 'm') {
      return undefined;
    }
    text += drawn(looks, text.length, drawing.slice(from, at), pen);
    pen = pen.after(drawing.slice(at + introducer.length, end));
    from = end + 1;
  }
  text += drawn(looks, text.length, drawing.slice(from), pen);
  return control.test(text) ? undefined : { text, looks, pen, cost: drawing.length * coloredCost };
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

/** Notes how a piece looks that is written at this place of its line. @returns the piece */
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

/** Whether it is a digit, a colon or a semicolon. */
function isParameter(code: number): boolean {
  return code >= 0x30 && code <= 0x3b;
}

function styleOf({ inverse, foreground, background, ...rest }: Strokes): AnsiStyle | undefined {
  const style: AnsiStyle = inverse
    ? { ...rest, foreground: background, background: foreground }
    : { ...rest, foreground, background };
  return Object.values(style).some((value) => value !== undefined && value !== false) ? style : undefined;
}

/** The strokes after "select graphic rendition" with these parameters, as in "1;38;5;208" (ECMA-48, 8.3.117). */
function changed(before: Strokes, parameters: string): Strokes {
  let strokes = before;
  const codes = parameters.split(';');
  for (let index = 0; index < codes.length; index += 1) {
    const [code = '', ...subparameters] = (codes[index] ?? '').split(':');
    const number = Number(code);
    if (number === 38 || number === 48) {
      // Either "38:2::r:g:b" in one, or "38;2;r;g;b" one after another.
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
      // "4:0" is how some say no underline.
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

/** A colour of the table of 256: sixteen with names, a cube of 6 × 6 × 6, and 24 shades of grey. */
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
