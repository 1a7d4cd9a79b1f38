import fc from 'fast-check';

const surrogates = { first: 0xd800, count: 0x800 };

/** Any character of Unicode. fast-check's own unit `binary` is the same, but builds a map of all of them first, which takes a second. */
const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - surrogates.count })
  .map((code) => String.fromCodePoint(code < surrogates.first ? code : code + surrogates.count));

/** Any text at all. */
export function anyText({ minLength = 0 } = {}): fc.Arbitrary<string> {
  return fc.string({ unit: anyCharacter, minLength });
}
