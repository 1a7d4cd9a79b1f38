import { mask, redact } from './redact';

/** E-mail and IP addresses, which are nobody's business in a public issue. */
const addresses = [
  /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  /\b(?:[\da-f]{1,4}:){1,6}(?::[\da-f]{1,4}){1,6}\b|\b(?:[\da-f]{1,4}:){7}[\da-f]{1,4}\b/gi,
];

/**
 * A redacted text for the public: also without these names and without e-mail and IP addresses.
 * @param names each with what stands for it, such as "<site>"; names of one or two characters are too common to be replaced
 */
export function redactForPublic(text: string, names: ReadonlyMap<string, string>): string {
  const lower = text.toLowerCase();
  const inText = [...names].filter(([name]) => name.length > 2 && lower.includes(name.toLowerCase()));
  // The longest first, since a name may be part of another one.
  const withoutNames = inText
    .sort(([a], [b]) => b.length - a.length)
    .reduce((result, [name, placeholder]) => {
      const literally = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      return result.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literally}(?![\\p{L}\\p{N}])`, 'giu'), () => placeholder);
    }, redact(text));
  return addresses.reduce((result, pattern) => result.replace(pattern, mask), withoutNames);
}
