/** A part of a deployment's log: a command with its output, or what came before the first. */
export interface LogStep {
  /** The heading without its mark, at most 120 characters. */
  readonly title: string;
  /** Lines of the text, from 0; the last one is not empty. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** Whether the deployment ended here with an error. */
  readonly failed: boolean;
  /** What the tools in it say that they took, in milliseconds; null where none says so. */
  readonly durationMs: number | null;
}

/** What is told of a deployment that failed. */
export interface LogFailure {
  /** The failing step's. */
  readonly title: string;
  /** The last lines that say what went wrong: 1 to 3, at most 300 characters together. */
  readonly lines: readonly string[];
}

/** What begins a step. Forge prints what the deployment script prints, so there are as many shapes as scripts. */
const commandHeadings: readonly RegExp[] = [
  // A prompt, and the trace of `set -x`. Old npm lists packages as "+ name@1.0.0".
  /^\$ (?<title>\S.*)/,
  /^\+ (?!\S+@\d)(?<title>[^\s+].*)/,
];

const announcements: readonly RegExp[] = [
  // An emoji in front, as Forge does it for the steps of its own; ✅, ❌ and the ✨ of yarn are said of a step that ends.
  /^(?![✅❌✨])(?<mark>\p{Emoji_Presentation})\uFE0F?\s+(?<title>[\p{L}\d].*)/u,
  // An arrow or a line.
  /^(?:={1,5}|-{2,5})>\s+(?<title>\S.*)/,
  /^(?:#{2,}|={3,}|-{3,})\s+(?<title>[\p{L}].*?)\s+[#=-]{3,}$/u,
];

/** First lines of the output of well-known commands, where a script tells nothing itself. */
const outputs: readonly (readonly [RegExp, string | undefined])[] = [
  [/^(?:From \S+[:/]\S+|Cloning into '.*|Already up to date\.)/, 'git'],
  [/^(?:Installing dependencies from lock file|Loading composer repositories with package information)/, 'composer'],
  [/^(?:npm warn|npm WARN|added \d+ packages|up to date, audited)/, 'npm'],
  [
    /^> (?!@php|[A-Z]\w*\\)(?<title>(?:vite|mix|webpack|tsc|vue-tsc|next|nuxt|astro|tailwindcss|node|npm|npx)\b.*)/,
    undefined,
  ],
  [/^\s*INFO\s{1,2}(?<title>\S.*?)\.?$/, undefined],
  [/^(?<title>(?:Reloading|Restarting) (?:PHP|FPM).*?)\.*$/, undefined],
];

/** What says that the step in which it stands has failed. */
const failures: readonly RegExp[] = [
  /^❌/u,
  /\bFAIL$/,
  /^(?:PHP )?(?:Fatal|Parse) error\b/,
  /\bUncaught \S/,
  /^\s*(?:[A-Z]\w*\\)*[A-Z]\w*(?:Exception|Error)\b/,
  /\bSQLSTATE\[/,
  /^\s*ERROR\s{2}/,
  /^npm (?:ERR!|error)/,
  /^(?:✗|✘|✖)/u,
  /^error during build:/,
  /\bELIFECYCLE\b/,
  /^(?:fatal|error|Error): /,
  /Your requirements could not be resolved/,
  /^Your lock file does not contain/,
  /returned with error code [1-9]/,
  /\bexit(?:ed with|ed)?(?: with)?(?: exit)? (?:code|status):? [1-9]/,
  /\bprovision-\d+\.sh: line \d+: /,
  /: (?:command not found|Permission denied|No such file or directory|No space left on device)$/,
  /^(?:Killed|Terminated|Out of memory)\b/,
  /^Could not (?:open input file|delete|scan)/,
  /\b[Dd]eployment (?:has )?failed\b/,
];

/** A word of what says so, as a quick look: most lines of a long log have none. */
const failureWord =
  /FAIL|[Ee]rror|ERR|Exception|SQLSTATE|Uncaught|[✗✘✖❌]|LIFECYCLE|fatal|requirements|lock file|exit|provision-|not found|denied|No s|Killed|Terminated|memory|Could not|failed|complete|finished|successful|✅/u;

/** What says that all went well after all. */
const success = /^✅|\b[Dd]eployment (?:is )?(?:complete|completed|finished|successful)\b/u;

/** Lines that say nothing by themselves to somebody who has only three. */
const noise: readonly RegExp[] = [
  /^❌/u,
  // Code around a line, as Collision and vite show it.
  /^(?:➜\s*)?\d+\s*[▕|│]/u,
  /^[|│]?\s*\^+\s*$/u,
  // Stack frames.
  /^#\d+ /,
  /^at (?:async )?(?:file:\/\/\S+|.*\(.*:\d+:\d+\))$/,
  /^\d+\s+\S*[\\/]\S+:\d+$/,
  /^\d+\s+\[internal\]/,
  /^\+?\d+ vendor frames/,
  /^[A-Z]\w*\\[\w\\{}]+(?:::|->)[\w{}]+\(/,
  // What npm says after every error.
  /^npm (?:ERR!|error)(?:$| (?:code|path|command|errno|workspace|location|A complete log|Lifecycle script|A log|\/|\s))/,
  /\bELIFECYCLE\b/,
  /\.{3,}.*\bDONE$/,
  /^[-=_─═]+$/u,
];

const longestTitle = 120;
const longestFailure = 300;

/**
 * The steps of a deployment's log.
 * @param text without control characters: `ansiText`
 */
export function logSteps(text: string): readonly LogStep[] {
  const lines = text.split('\n');
  const hasCommands = lines.some(
    (line) => (line.startsWith('$ ') || line.startsWith('+ ')) && commandHeadings.some((heading) => heading.test(line)),
  );
  const begins: { title: string; line: number; mark: string | undefined }[] = [];
  lines.forEach((line, index) => {
    const found = line.length > 1000 ? undefined : headingOf(line, !hasCommands);
    const open = begins.at(-1);
    if (found && (!open || found.key === undefined || found.key !== open.mark)) {
      begins.push({ title: found.title, line: index, mark: found.key });
    } else if (!open && line.trim() !== '') {
      begins.push({ title: line, line: index, mark: undefined });
    }
  });
  const steps = begins.map(({ title, line }, index) => {
    const next = begins[index + 1]?.line ?? lines.length;
    let lastLine = next - 1;
    while (lastLine > line && lines[lastLine]?.trim() === '') {
      lastLine -= 1;
    }
    return {
      title: shortened(title.trim(), longestTitle),
      firstLine: line,
      lastLine,
      failed: false,
      durationMs: durationOf(lines.slice(line, lastLine + 1)),
    };
  });
  const failed = failedStep(lines, steps);
  return steps.map((step) => (step === failed ? { ...step, failed: true } : step));
}

/**
 * What a deployment's log says about why it failed. A deployment ends with the command that fails.
 * @param text without control characters: `ansiText`
 * @returns null where the log tells of no failure.
 */
export function failureOf(text: string): LogFailure | null {
  const lines = text.split('\n');
  const step = logSteps(text).find(({ failed }) => failed);
  if (!step) {
    return null;
  }
  const from = firstFailure(lines, step) ?? step.firstLine;
  const said = lines
    .slice(from, step.lastLine + 1)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  const telling = said.filter((line) => !noise.some((pattern) => pattern.test(line)));
  const chosen = (telling.length > 0 ? telling : said).slice(-3);
  // The first of the three gives way last: it is nearest to the cause.
  const kept: string[] = [];
  let left = longestFailure;
  chosen.forEach((line, index) => {
    const share = Math.max(60, left - 40 * (chosen.length - 1 - index));
    const short = shortened(line, Math.min(left, share));
    kept.push(short);
    left -= short.length;
  });
  return { title: step.title, lines: kept.filter((line) => line !== '') };
}

/** The heading that a line is. Headings with the same key that follow one another belong to one step. */
function headingOf(line: string, alsoByOutput: boolean): { title: string; key: string | undefined } | undefined {
  // A quick look at the first character: most lines are no headings.
  const first = line.charCodeAt(0);
  if (!alsoByOutput && !(first > 0x2000 || '$+=-#'.includes(line.charAt(0)))) {
    return undefined;
  }
  for (const heading of [...commandHeadings, ...announcements]) {
    const groups = heading.exec(line)?.groups;
    if (groups) {
      return { title: groups.title ?? line, key: groups.mark };
    }
  }
  if (alsoByOutput) {
    for (const [output, name] of outputs) {
      const match = output.exec(line);
      if (match) {
        return { title: name ?? match.groups?.title ?? line, key: name };
      }
    }
  }
  return undefined;
}

/** The last step, where it failed; or the one before what is announced after it, such as cleaning up. */
function failedStep(lines: readonly string[], steps: readonly LogStep[]): LogStep | undefined {
  for (const step of [...steps].reverse()) {
    if (firstFailure(lines, step) !== undefined) {
      return step;
    }
    const its = lines.slice(step.firstLine, step.lastLine + 1);
    if (!announcements.some((heading) => heading.test(its[0] ?? '')) || its.some((line) => success.test(line))) {
      return undefined;
    }
  }
  return undefined;
}

/** The line with which the step begins to fail; undefined where it does not, or where all went well afterwards. */
function firstFailure(lines: readonly string[], { firstLine, lastLine }: LogStep): number | undefined {
  let found: number | undefined;
  for (let index = firstLine; index <= lastLine; index += 1) {
    const line = (lines[index] ?? '').slice(0, 1000);
    if (!failureWord.test(line)) {
      continue;
    }
    if (success.test(line)) {
      found = undefined;
    } else if (found === undefined && failures.some((pattern) => pattern.test(line))) {
      found = index;
    }
  }
  return found;
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

/** A task of artisan, as in "config ........ 31.20ms DONE". */
const taskTime = new RegExp(String.raw`[.\s]\s*${time}\s*(?:DONE|FAIL)$`);

/** What npm, vite, webpack and others say at their end. */
const toolTime = new RegExp(
  String.raw`^(?:\S\s+)?(?:built|Build failed|[Cc]ompiled(?: successfully)?|added \d|removed \d|changed \d|up to date\b|audited \d)[^\n]{0,120}? in ${time}(?:$|[\s.,)])`,
);

/** What the one says that ran the others: yarn and pnpm. */
const wholeTime = new RegExp(String.raw`^(?:\S\s+)?Done in ${time}(?:$|[\s.,])`);

function durationOf(lines: readonly string[]): number | null {
  let parts: number | null = null;
  let whole: number | null = null;
  for (const line of lines) {
    if (line.length > 400 || !/ in \d|DONE$|FAIL$/.test(line)) {
      continue;
    }
    const part = (taskTime.exec(line) ?? toolTime.exec(line))?.[1];
    if (part !== undefined) {
      parts = (parts ?? 0) + milliseconds(part);
    }
    const all = wholeTime.exec(line)?.[1];
    if (all !== undefined) {
      whole = (whole ?? 0) + milliseconds(all);
    }
  }
  return parts === null ? whole : Math.max(parts, whole ?? 0);
}

/** @param text as in "1m 2.5s" */
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
