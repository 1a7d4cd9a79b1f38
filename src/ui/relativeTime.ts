const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const formats = new Map<string, Intl.RelativeTimeFormat>();

/** Preparing a format takes longer than writing with it. */
function formatOf(language: string, numeric: 'auto' | 'always'): Intl.RelativeTimeFormat {
  const key = `${language} ${numeric}`;
  // The narrow style is a bare "-5 min" in some languages, such as French.
  const style = /^en\b/i.test(language) ? 'narrow' : 'short';
  const format = formats.get(key) ?? new Intl.RelativeTimeFormat(language, { numeric, style });
  formats.set(key, format);
  return format;
}

/**
 * How long ago a time was, such as "5m ago", in the user's language; "now" for less than a minute, and for times in the future, because
 * clocks differ.
 * @param time milliseconds since 1970
 * @param language a BCP 47 tag, `vscode.env.language`
 */
export function relativeTime(time: number, now: number, language: string): string {
  const seconds = Math.max(0, Math.floor((now - time) / 1000));
  const [unit, length] = units.find(([, unitSeconds]) => seconds >= unitSeconds) ?? [
    'second',
    Number.POSITIVE_INFINITY,
  ];
  const format = formatOf(language, seconds < 60 ? 'auto' : 'always');
  return format.format(-Math.floor(seconds / length) || 0, unit);
}

/** A duration as a clock shows it: 0:07, 12:34, 1:02:03. @param ms milliseconds; negative ones count as 0 */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const padded = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`;
}
