import { stripVTControlCharacters } from 'node:util';

/**
 * A remote log as the text of a document: colours and other terminal control removed, a line that was drawn over with
 * carriage returns as it looked last, no other control characters than tab and line feed.
 */
export function plainLog(output: string): string {
  return stripVTControlCharacters(output)
    .replace(/\r\n/g, '\n')
    .replace(/[^\n]*\r(?=[^\n])/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
