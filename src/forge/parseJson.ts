/** Text up to this length is parsed without further ado, in characters: a few milliseconds at worst. */
const longestUnseen = 200_000;

/** Maximum number of values and keys in a longer text: what Forge sends has long texts, not many small ones. */
const mostParts = 100_000;

/** How much is looked at in one go, in characters. */
const sliceLength = 50_000;

/**
 * Parses JSON of any length. Parsing is one stretch, fast for long strings and slow for many small values, so a long text is first
 * searched, in slices, for how many it has.
 * @returns undefined for text that isn't JSON, or has more parts than any answer of Forge
 */
export async function parseJson(text: string): Promise<unknown> {
  if (text.length > longestUnseen && !(await hasFewParts(text))) {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const [quote, backslash] = [0x22, 0x5c];
/** `,`, `:`, `[` and `{`: each is followed by a value or key. */
const beforePart: ReadonlySet<number> = new Set([0x2c, 0x3a, 0x5b, 0x7b]);

async function hasFewParts(text: string): Promise<boolean> {
  let parts = 0;
  let isInString = false;
  let paused = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (isInString) {
      const end = text.indexOf('"', at);
      at = end < 0 ? text.length : end;
      isInString = isEscaped(text, at);
    } else {
      const code = text.charCodeAt(at);
      isInString = code === quote;
      parts += beforePart.has(code) ? 1 : 0;
      if (parts > mostParts) {
        return false;
      }
    }
    if (at - paused > sliceLength) {
      paused = at;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return true;
}

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text.charCodeAt(from - 1) === backslash) {
    from -= 1;
  }
  return (at - from) % 2 === 1;
}
