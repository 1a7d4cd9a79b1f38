import { stripVTControlCharacters } from 'node:util';

/**
 * A remote log as the text of a document: colours and other terminal control removed, a line that was drawn over with
 * carriage returns as it looked last, no other control characters than tab and line feed.
 */
export function plainLog(output: string): string {
  return stripVTControlCharacters(output)
    .replace(/\r\n/g, '\n')
    .replace(/[^\n]+/g, lastDrawn)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/** What was written last over a line. Split, because a pattern would try a long line from each of its characters. */
function lastDrawn(line: string): string {
  return line.split('\r').findLast((drawn) => drawn !== '') ?? '';
}
