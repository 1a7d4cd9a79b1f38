import vm from 'node:vm';

/** What something has cost. */
export interface Steps {
  /** Characters that were looked at by strings and patterns, and entries that were put into maps and sets. */
  readonly steps: number;
  /** The most of these steps between two moments in which something else had its turn. */
  readonly longestSlice: number;
  /** How often something was looked at between two such moments, however little it was each time. */
  readonly mostCalls: number;
  /** Milliseconds that a processor was busy with it. */
  readonly cpuMs: number;
}

/** None that is counted takes more than two arguments, and to none it matters whether one is given at all. */
type Method = (this: never, first?: never, second?: never) => unknown;

/** What a call of a method has looked at. @param from where a pattern began to look */
type Cost = (self: never, result: never, first: never, second: never, from: number) => number;

/** The most that is waited for what runs at once, in milliseconds: what is more than linear would take hours on megabytes. */
const patienceMs = 60_000;

const rest = (text: string, left: string) => text.length - left.length + 1;

/** The methods that look at one thing after another. */
const counted: readonly (readonly [prototype: object, costs: Readonly<Record<string, Cost>>])[] = [
  [
    String.prototype,
    {
      indexOf: (text: string, found: number, needle: string, from = 0) =>
        (found < 0 ? text.length - from : found - from) + needle.length,
      lastIndexOf: (text: string, found: number, needle: string, from = text.length) =>
        Math.min(from, text.length) - Math.max(0, found) + needle.length,
      includes: (text: string) => text.length,
      startsWith: (text: string, _: boolean, other: string, from = 0) => commonLength(text, other, from),
      endsWith: (_: string, __: boolean, other: string) => other.length,
      split: (text: string) => text.length,
      replaceAll: (text: string) => text.length,
      trim: rest,
      trimStart: rest,
      trimEnd: rest,
      charAt: () => 1,
    },
  ],
  [
    Array.prototype,
    { slice: (_: unknown[], { length }: unknown[]) => length, join: ({ length }: unknown[]) => length },
  ],
  [Map.prototype, { set: () => 1 }],
  [Set.prototype, { add: () => 1 }],
  [
    RegExp.prototype,
    {
      // All that is done with a pattern comes down to this one method, which leaves where the match has ended.
      exec: (
        { global, sticky }: RegExp,
        match: RegExpExecArray | null,
        text: string,
        _: undefined,
        lastIndex: number,
      ) => {
        const from = global || sticky ? lastIndex : 0;
        return match ? match.index + match[0].length - from : sticky ? 0 : text.length - from;
      },
    },
  ],
];

/**
 * Does work and counts its steps, on a machine of any speed: the characters that the methods of strings and patterns look at, and what
 * is put into maps and sets. A pattern that goes back and forth over a text counts once: that shows in the time alone.
 * @param work is over when what it returns is settled; is given what it calls where it lets something else have its turn, apart from
 * `setImmediate`
 * @throws what the work throws, and where it takes longer than anybody waits, as long as it runs at once
 */
export async function countSteps(work: (turn: () => void) => unknown): Promise<Steps> {
  let steps = 0;
  let calls = 0;
  let longestSlice = 0;
  let mostCalls = 0;
  let before = { steps: 0, calls: 0 };
  const turn = () => {
    longestSlice = Math.max(longestSlice, steps - before.steps);
    mostCalls = Math.max(mostCalls, calls - before.calls);
    before = { steps, calls };
  };
  const note = (cost: number) => {
    calls += 1;
    steps += 1 + cost;
  };
  const restore = counted.flatMap(([prototype, costs]) =>
    Object.entries(costs).map(([name, cost]) => replaceMethod(prototype, name, cost, note)),
  );
  const { setImmediate } = globalThis;
  globalThis.setImmediate = ((...given: Parameters<typeof setImmediate>) => {
    turn();
    return setImmediate(...given);
  }) as typeof setImmediate;
  let cpuMs = 0;
  try {
    cpuMs = await cpuMsOf(() => work(turn));
  } finally {
    for (const undo of restore) {
      undo();
    }
    globalThis.setImmediate = setImmediate;
  }
  turn();
  return { steps, longestSlice, mostCalls, cpuMs };
}

/**
 * Does work and tells how many milliseconds a processor was busy with it, whatever else the machine does.
 * @param work is over when what it returns is settled
 * @throws what the work throws, and where it takes longer than anybody waits, as long as it runs at once
 */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await inTime(work);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

/** Throws where it takes longer than anybody waits, which code that runs at once can be stopped for in no other way. */
function inTime(run: () => unknown): unknown {
  const name = '__timed';
  Object.assign(globalThis, { [name]: run });
  try {
    return new vm.Script(`globalThis.${name}()`).runInThisContext({ timeout: patienceMs });
  } finally {
    Reflect.deleteProperty(globalThis, name);
  }
}

function replaceMethod(prototype: object, name: string, cost: Cost, note: (cost: number) => void): () => void {
  const original = Reflect.get(prototype, name) as Method;
  const isPattern = prototype === RegExp.prototype;
  const counting = function (this: never, first?: never, second?: never): unknown {
    // A pattern is another after it has looked.
    const from = isPattern ? (this as RegExp).lastIndex : 0;
    const result = original.call(this, first, second);
    note(cost(this, result as never, first as never, second as never, from));
    return result;
  };
  Object.defineProperty(prototype, name, { value: counting, configurable: true, writable: true });
  return () => Object.defineProperty(prototype, name, { value: original, configurable: true, writable: true });
}

function commonLength(text: string, other: string, from: number): number {
  let length = 0;
  while (length < other.length && text[from + length] === other[length]) {
    length += 1;
  }
  return length;
}
