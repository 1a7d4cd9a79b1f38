import fc from './fastCheck';

const surrogates = { first: 0xd800, count: 0x800 };

// Of fast-check's own, the unit `binary`, `webPath` and `webUrl` build a map of all characters first, which takes a second.

/** Any character of Unicode. */
const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - surrogates.count })
  .map((code) => String.fromCodePoint(code < surrogates.first ? code : code + surrogates.count));

/** Any text at all. */
export function anyText(length: Pick<fc.StringConstraints, 'minLength' | 'maxLength'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...length, unit: anyCharacter });
}

const inPath = fc.oneof(
  fc.constantFrom(...'abcXYZ019', ..."-._~!$&'()*+,;=:@"),
  anyCharacter.map((character) => encodeURIComponent(character)),
);

/** Any path of an address; may be empty. */
export const anyPath = fc.array(fc.string({ unit: inPath }).map((part) => `/${part}`)).map((parts) => parts.join(''));

/** Any address of a page or an API, by name or number. */
export const anyUrl = fc
  .tuple(
    fc.constantFrom('https://', 'http://'),
    fc.webAuthority({ withIPv4: true, withIPv6: true, withPort: true }),
    anyPath,
    fc.option(
      fc.string({ unit: inPath }).map((query) => `?${query}`),
      { nil: '' },
    ),
    fc.option(
      fc.string({ unit: inPath }).map((fragment) => `#${fragment}`),
      { nil: '' },
    ),
  )
  .map((parts) => parts.join(''));
