/** Methods that look at one character after another, and how many they have looked at. */
const counted = {
  indexOf: (text: string, [word, from = 0]: readonly unknown[], at: unknown) =>
    Number(at) < 0 ? text.length - Number(from) : Number(at) - Number(from) + String(word).length,
  lastIndexOf: (text: string, [word, from = text.length]: readonly unknown[], at: unknown) =>
    Number(at) < 0 ? Number(from) : text.length - Number(at) + String(word).length,
  includes: (text: string) => text.length,
  replaceAll: (text: string) => text.length,
  trim: (text: string) => text.length,
  trimEnd: (text: string, _: readonly unknown[], rest: unknown) => text.length - String(rest).length + 1,
  trimStart: (text: string, _: readonly unknown[], rest: unknown) => text.length - String(rest).length + 1,
  charAt: () => 1,
  startsWith: (_: string, [word]: readonly unknown[]) => String(word).length,
} as const;

/**
 * Does work on a text and counts the characters that it looks at, on a machine of any speed: those that regular expressions were given
 * up to the end of what they have found, and those that methods of strings have.
 */
export function countSteps(work: () => unknown): number {
  let steps = 0;
  const { exec } = RegExp.prototype;
  const methods = Object.keys(counted).map((name) => [name, Reflect.get(String.prototype, name)] as const);
  RegExp.prototype.exec = function (text) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const match = exec.call(this, text);
    steps += Math.max(1, (match ? match.index + match[0].length : this.sticky ? from : text.length) - from);
    return match;
  };
  for (const [name, method] of methods) {
    Object.assign(String.prototype, {
      [name](this: string, ...given: unknown[]) {
        const result: unknown = Reflect.apply(method, this, given);
        steps += Math.max(1, counted[name as keyof typeof counted](this, given, result));
        return result;
      },
    });
  }
  try {
    work();
  } finally {
    RegExp.prototype.exec = exec;
    Object.assign(String.prototype, Object.fromEntries(methods));
  }
  return steps;
}
