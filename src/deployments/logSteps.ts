import { type Lines, Slices } from '../ui/slices';

/** A part of a deployment's log: a command with its output, or the lines before the first command. */
export interface LogStep {
  /** The heading without its marker, at most 120 characters. */
  readonly title: string;
  /** Line numbers, from 0. The last line isn't empty. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** Whether the heading is an announcement, as for Forge's own steps, and not a command. */
  readonly isAnnounced: boolean;
  /** The duration that its tools report, in milliseconds; null if none does. */
  readonly durationMs: number | null;
}

/** The starts of steps. Forge prints what the deployment script prints, so there are many forms. */
const commandHeadings: readonly RegExp[] = [
  // A prompt, or the trace of `set -x`. Old npm lists packages as "+ name@1.0.0".
  /^\$ (?<title>\S.*)/,
  /^\+ (?!\S+@\d)(?<title>[^\s+].*)/,
];

const announcements: readonly RegExp[] = [
  // An emoji, as Forge prints before its own steps; ✅, ❌ and yarn's ✨ mark the end of a step.
  /^(?![✅❌✨])(?<mark>\p{Emoji_Presentation})\uFE0F?\s+(?<title>[\p{L}\d].*)/u,
  // An arrow.
  /^(?:={1,5}|-{2,5})>\s+(?<title>\S.*)/,
];

/** A title between lines, such as "=== Build ===". Node.js prints one above its stack traces. */
const ruled = /^(?:#{2,}|={3,}|-{3,})\s+(?!Native stack trace|JS stack trace)(?<title>\p{L}.*)/u;

/** First output lines of well-known commands, for scripts without headings. */
const outputs: readonly (readonly [RegExp, string | undefined])[] = [
  [/^(?:From \S+[:/]\S+|Cloning into '.*|Already up to date\.)/, 'git'],
  [/^(?:Installing dependencies from lock file|Loading composer repositories with package information)/, 'composer'],
  [/^(?:npm warn|npm WARN|added \d+ packages|up to date, audited)/, 'npm'],
  [
    /^> (?!@php|[A-Z]\w*\\)(?<title>(?:vite|mix|webpack|tsc|vue-tsc|next|nuxt|astro|tailwindcss|node|npm|npx)\b.*)/,
    undefined,
  ],
  [/^\s*INFO\s{1,2}(?<title>\S.*?)\.?$/, undefined],
  [/^(?<title>(?:Reloading|Restarting) (?:PHP|FPM)(?:[^.]|\.(?!\.|$))*)/, undefined],
];

/** Messages of success. */
export const success = /^✅|\b[Dd]eployment (?:is )?(?:complete|completed|finished|successful)\b/u;

const longestTitle = 120;

/** Maximum length of a heading or a line that reports a duration, in characters. */
const longestHeading = 400;

/**
 * The steps of a deployment's log, parsed in slices.
 * @param lines without control characters: `linesOf` an `ansiText`
 */
export async function logSteps({ before, lines }: Lines): Promise<readonly LogStep[]> {
  const hasCommands = lines.some(
    (line) => (line.startsWith('$ ') || line.startsWith('+ ')) && commandHeadings.some((heading) => heading.test(line)),
  );
  const slices = new Slices();
  const steps: { title: string; mark: string | undefined; isAnnounced: boolean; first: number; last: number }[] = [];
  const times: Times[] = [];
  for (const [index, line] of lines.entries()) {
    const pause = slices.take(line.length + 1);
    if (pause) {
      await pause;
    }
    if (line.trim() === '') {
      continue;
    }
    const found = line.length > longestHeading ? undefined : headingOf(line, !hasCommands);
    const open = steps.at(-1);
    if (!open || (found && (found.key === undefined || found.key !== open.mark))) {
      const { title = line, key, isAnnounced = false } = found ?? {};
      steps.push({ title: shortened(title.trim(), longestTitle), mark: key, isAnnounced, first: index, last: index });
      times.push({ parts: null, whole: null });
    } else {
      open.last = index;
    }
    takeTimes(line, times.at(-1));
  }
  return steps.map(({ title, isAnnounced, first, last }, index) => ({
    title,
    firstLine: before + first,
    lastLine: before + last,
    isAnnounced,
    durationMs: durationOf(times[index]),
  }));
}

interface Heading {
  readonly title: string;
  /** Consecutive headings with the same group belong to one step. */
  readonly key: string | undefined;
  readonly isAnnounced: boolean;
}

/** The heading in a line, if it is one. */
function headingOf(line: string, alsoByOutput: boolean): Heading | undefined {
  // The first character rules out most lines quickly.
  const first = line.charCodeAt(0);
  if (!alsoByOutput && !(first > 0x2000 || '$+=-#'.includes(line.charAt(0)))) {
    return undefined;
  }
  for (const heading of commandHeadings) {
    const title = heading.exec(line)?.groups?.title;
    if (title !== undefined) {
      return { title, key: undefined, isAnnounced: false };
    }
  }
  for (const heading of announcements) {
    const groups = heading.exec(line)?.groups;
    if (groups) {
      return { title: groups.title ?? line, key: groups.mark, isAnnounced: true };
    }
  }
  const title = betweenRules(line);
  if (title !== undefined) {
    return { title, key: undefined, isAnnounced: true };
  }
  for (const [output, name] of alsoByOutput ? outputs : []) {
    const match = output.exec(line);
    if (match) {
      return { title: name ?? match.groups?.title ?? line, key: name, isAnnounced: false };
    }
  }
  return undefined;
}

/** The title between two lines. */
function betweenRules(line: string): string | undefined {
  const title = ruled.exec(line)?.groups?.title;
  if (title === undefined) {
    return undefined;
  }
  let end = title.length;
  while (end > 0 && '#=-'.includes(title.charAt(end - 1))) {
    end -= 1;
  }
  return title.length - end >= 3 && title[end - 1] === ' ' ? title.slice(0, end) : undefined;
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
};

const time = String.raw`((?:\d+(?:\.\d+)?\s?(?:ms|s|sec|seconds?|m|min|minutes?|h)\s?){1,4})`;

/** An Artisan task, such as "config ........ 31.20ms DONE". */
const taskTime = new RegExp(String.raw`[. ]${time}\s?(?:DONE|FAIL)$`);

/** The durations that npm, Vite, webpack and others report at their end. */
const toolTime = new RegExp(
  String.raw`^(?:\S\s+)?(?:built|Build failed|[Cc]ompiled(?: successfully)?|added \d|removed \d|changed \d|up to date\b|audited \d)[^\n]{0,120}? in ${time}(?:$|[\s.,)])`,
);

/** The total duration that Yarn and pnpm report, which includes the tools they run. */
const wholeTime = new RegExp(String.raw`^(?:\S\s+)?Done in ${time}(?:$|[\s.,])`);

/** The sums of the durations that the tools in a step report, in milliseconds; null if none does. */
interface Times {
  parts: number | null;
  whole: number | null;
}

function takeTimes(line: string, times: Times | undefined): void {
  if (!times || line.length > longestHeading || !/ in \d|(?:DONE|FAIL)$/.test(line)) {
    return;
  }
  const part = (taskTime.exec(line.replace(/ {2,}/g, ' ')) ?? toolTime.exec(line))?.[1];
  if (part !== undefined) {
    times.parts = (times.parts ?? 0) + milliseconds(part);
  }
  const all = wholeTime.exec(line)?.[1];
  if (all !== undefined) {
    times.whole = (times.whole ?? 0) + milliseconds(all);
  }
}

function durationOf({ parts, whole }: Times = { parts: null, whole: null }): number | null {
  return parts === null ? whole : Math.max(parts, whole ?? 0);
}

/** @param text such as "1m 2.5s" */
function milliseconds(text: string): number {
  let sum = 0;
  for (const [, value, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)\s?([a-z]+)/g)) {
    sum += Number(value) * (unitsMs[unit] ?? 0);
  }
  return Math.round(sum);
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, Math.max(0, length - 1)).trimEnd()}…` : text;
}
