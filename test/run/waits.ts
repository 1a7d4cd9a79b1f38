/** The functions that wait: `insist` and what it tried, `until` and `eventually` and how often they looked. */
export type WaitKind = 'insist' | 'until' | 'eventually';

/** By what was waited for: for each call how many tries or looks it took. */
export type Waits = Readonly<Record<WaitKind, Readonly<Record<string, readonly number[]>>>>;

interface Noted {
  forgeWaits?: Record<WaitKind, Record<string, number[]>>;
  forgeTest?: string | undefined;
}

/** More tries than these are worth a look at the test. */
const fewTries = 3;

export const noWaits: Waits = { insist: {}, until: {}, eventually: {} };

/** Every wait in this process up to now. */
export function waitsSoFar(): Waits {
  return noted();
}

/** Notes which test runs from now on. */
export function noteTest(title: string | undefined): void {
  (globalThis as Noted).forgeTest = title;
}

/** Notes that a wait has ended, also in vain, after so many tries or looks; where these were many, with the test that runs. */
export function noteWait(kind: WaitKind, what: string, tries: number): void {
  const { forgeTest: title } = globalThis as Noted;
  const name = kind === 'insist' && tries > fewTries && title ? `${what} (${title})` : what;
  const waits = noted()[kind];
  waits[name] = [...(waits[name] ?? []), tries];
}

/** All of them in one. */
export function addWaits(all: readonly Waits[]): Waits {
  const sum = (kind: WaitKind) => {
    const calls: Record<string, readonly number[]> = {};
    for (const [what, tries] of all.flatMap((waits) => Object.entries(waits[kind]))) {
      calls[what] = [...(calls[what] ?? []), ...tries];
    }
    return calls;
  };
  return { insist: sum('insist'), until: sum('until'), eventually: sum('eventually') };
}

/** One line: how often was insisted, what took more than three tries, and how often one looked. Empty where nobody waited. */
export function sayWaits(waits: Waits): string {
  if (Object.values(waits).every((calls) => Object.keys(calls).length === 0)) {
    return '';
  }
  const tries = Object.values(waits.insist).flat();
  const stubborn = Object.entries(waits.insist)
    .map(([what, each]) => ({ what, many: each.filter((count) => count > fewTries) }))
    .filter(({ many }) => many.length > 0)
    .map(({ what, many }) => `“${what}” ${many.join(', ')}`);
  return [
    `${tries.length} steps insisted on, ${tries.filter((count) => count > 1).length} more than once`,
    ...(stubborn.length > 0 ? [`more than three tries: ${stubborn.join(', ')}`] : []),
    ...(['until', 'eventually'] as const).map((kind) => sayLooks(kind, Object.values(waits[kind]).flat())),
  ].join('; ');
}

function sayLooks(kind: WaitKind, looks: readonly number[]): string {
  return `${kind}: ${looks.length} steps, ${looks.reduce((sum, count) => sum + count, 0)} looks`;
}

// Each test module is a bundle with a copy of this one: what they share has to lie outside.
function noted(): Record<WaitKind, Record<string, number[]>> {
  const shared = globalThis as Noted;
  shared.forgeWaits ??= { insist: {}, until: {}, eventually: {} };
  return shared.forgeWaits;
}
