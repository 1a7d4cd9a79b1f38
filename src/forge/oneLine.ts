/**
 * Foreign text on one line: control characters, line ends, bidirectional control characters and lone surrogates (which no URI can hold)
 * become spaces, so that it can't draw over other text or fill the screen.
 * @param most maximum length in UTF-16 units; longer text ends with an ellipsis
 */
export function oneLine(text: string, most = Number.POSITIVE_INFINITY): string {
  const line = text.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]+/gu, ' ').trim();
  // It must not be cut in the middle of a character.
  return line.length > most ? `${line.slice(0, most - 1).replace(/[\s\ud800-\udbff]+$/, '')}…` : line;
}
