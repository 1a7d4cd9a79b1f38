import type { AnsiColour, AnsiStyle, AnsiText } from './ansiText';

const names: readonly AnsiColour[] = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'];

/** A text for a terminal, with its colors and no other control sequences. Lines end with a line feed. */
export function terminalText({ text, looks }: AnsiText): string {
  const lines = text.split('\n');
  for (const [line, its] of looks) {
    const plain = lines[line] ?? '';
    let written = '';
    let from = 0;
    for (const { start, end, style } of its) {
      written += `${plain.slice(from, start)}\u001b[${codesOf(style).join(';')}m${plain.slice(start, end)}\u001b[0m`;
      from = end;
    }
    lines[line] = written + plain.slice(from);
  }
  return lines.join('\n');
}

/** Parameters of "select graphic rendition" (ECMA-48, 8.3.117). */
function codesOf({ foreground, background, bold, dim, italic, underline }: AnsiStyle): number[] {
  return [
    ...[bold, dim, italic, underline].flatMap((isOn, place) => (isOn ? [place + 1] : [])),
    ...(foreground ? colourCodes(foreground, 30) : []),
    ...(background ? colourCodes(background, 40) : []),
  ];
}

/** @param base 30 for the foreground, 40 for the background */
function colourCodes(colour: AnsiColour, base: number): number[] {
  if (colour.startsWith('#')) {
    const rgb = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    return [base + 8, 2, ...rgb];
  }
  const isBright = colour.startsWith('Bright');
  return [base + (isBright ? 60 : 0) + names.indexOf(colour.replace('Bright', '') as AnsiColour)];
}
