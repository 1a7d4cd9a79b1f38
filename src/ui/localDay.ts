const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A day as it is written in a language, such as "Nov 30, 2026".
 * @param time milliseconds since 1970; the day is that of UTC
 * @param language a BCP 47 tag, `vscode.env.language`
 */
export function localDay(time: number, language: string): string {
  // Preparing a format takes longer than the rest of a row.
  const format = formats.get(language) ?? new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  formats.set(language, format);
  return format.format(time);
}
