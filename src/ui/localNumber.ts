/**
 * A whole number as it is written in a language, such as "1,230".
 * @param language a BCP 47 tag, `vscode.env.language`
 */
export function localNumber(value: number, language: string): string {
  // Grouping starts at four digits. Preparing it takes 10 ms, which the first rows would wait for.
  return value < 1_000 ? String(value) : value.toLocaleString(language);
}
