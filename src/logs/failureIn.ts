import { type DeploymentOutputs, hurryMs } from '../deployments/deploymentOutputs';
import { type LogStep, logSteps, success } from '../deployments/logSteps';
import type { SiteEntry } from '../fleet/rows';
import { drawnText } from '../ui/ansiText';
import { type Lines, linesOf, Slices } from '../ui/slices';
import { type LogProblem, problemsIn } from './problemsIn';

/** Why a deployment failed, as its log has it. */
export interface LogFailure {
  /** The step that failed. */
  readonly step: LogStep;
  /** What was wrong, else the step's own last words; undefined where it said nothing. */
  readonly reason: LogProblem | undefined;
  /** All that the log complains of: what only follows from something else is left out. Has the reason, if there is one. */
  readonly problems: readonly LogProblem[];
}

/** Lines that say nothing by themselves: code around a line, stack frames, rules, tasks that went well, advice. */
const noise: readonly RegExp[] = [
  /^\s*(?:➜\s*)?\d+\s*[▕|│]/u,
  /^\s*[|│]?\s*[\^~]+\s*$/u,
  /^#\d+ /,
  /^\s*at (?:async )?\S/,
  /^\s*\+?\d+ vendor frames/,
  /^[\s=_─═#*~-]+$/u,
  /(?:\bDONE|\.\.\.)$/,
  /^(?:hint|info|note|npm notice|Done in|Please see|See ) ?/i,
];

/**
 * Why a deployment failed that Forge calls failed: there is always something to tell, unless nothing was printed.
 * @param text without control characters: `ansiText`
 * @returns undefined for an empty text
 */
export async function failureIn(text: string): Promise<LogFailure | undefined> {
  const lines = await linesOf(text);
  const steps = await logSteps(lines);
  const found = await problemsIn(lines);
  const step = (await failedStep(lines, steps, found)) ?? (await lastTelling(lines, steps));
  if (!step) {
    return undefined;
  }
  const its = found.filter((problem) => isIn(step, problem));
  const reason =
    firstOfLast(its.filter(({ isConsequence }) => !isConsequence)) ?? (await lastWords(lines, step, its)) ?? its.at(-1);
  const causes = found.filter(({ isConsequence }) => !isConsequence);
  const isTold = reason === undefined || causes.includes(reason);
  return { step, reason, problems: isTold ? causes : [...causes.filter(({ line }) => line < reason.line), reason] };
}

/** The steps of a log, and which one has failed as far as the log itself tells. @param text as for `failureIn` */
export async function stepsOf(
  text: string,
): Promise<{ readonly steps: readonly LogStep[]; readonly failed: LogStep | undefined }> {
  const lines = await linesOf(text);
  const steps = await logSteps(lines);
  return { steps, failed: await failedStep(lines, steps, await problemsIn(lines)) };
}

/**
 * The last step, where it complains: a deployment ends with the command that fails. Before what is announced after it, such as cleaning
 * up, that is the one before.
 * @returns undefined where it doesn't complain, or went well after all
 */
async function failedStep(
  lines: Lines,
  steps: readonly LogStep[],
  found: readonly LogProblem[],
): Promise<LogStep | undefined> {
  const slices = new Slices();
  let left = found.length - 1;
  for (const step of [...steps].reverse()) {
    const problem = found[left];
    if (problem && isIn(step, problem)) {
      return (await succeeds(lines, { ...step, firstLine: problem.line }, slices)) ? undefined : step;
    }
    if (!step.isAnnounced || (await succeeds(lines, step, slices))) {
      return undefined;
    }
    while (left >= 0 && (found[left]?.line ?? 0) >= step.firstLine) {
      left -= 1;
    }
  }
  return undefined;
}

/** The last command, or step that says something: what is only announced after it, such as cleaning up, is no failure. */
async function lastTelling(lines: Lines, steps: readonly LogStep[]): Promise<LogStep | undefined> {
  for (const step of [...steps].reverse()) {
    if (!step.isAnnounced || (await lastWords(lines, step, []))) {
      return step;
    }
  }
  return steps.at(-1);
}

async function succeeds({ before, lines }: Lines, { firstLine, lastLine }: LogStep, slices: Slices): Promise<boolean> {
  for (let line = firstLine; line <= lastLine; line += 1) {
    const text = lines[line - before] ?? '';
    if (success.test(text)) {
      return true;
    }
    const pause = slices.take(text.length + 1);
    if (pause) {
      await pause;
    }
  }
  return false;
}

function isIn({ firstLine, lastLine }: LogStep, { line }: LogProblem): boolean {
  return line >= firstLine && line <= lastLine;
}

/** Tools say first what is wrong, and then more of the same; what another one has said before did not end the step. */
function firstOfLast(problems: readonly LogProblem[]): LogProblem | undefined {
  const last = problems.at(-1);
  const other = problems.findLastIndex(({ source }) => source !== last?.source);
  return problems[other + 1];
}

/** The last line of a step that says something. */
async function lastWords(
  { before, lines }: Lines,
  { title, firstLine, lastLine }: LogStep,
  found: readonly LogProblem[],
): Promise<LogProblem | undefined> {
  const slices = new Slices();
  const told = new Set(found.map(({ line }) => line));
  for (let line = lastLine; line >= firstLine; line -= 1) {
    const text = lines[line - before] ?? '';
    const pause = slices.take(text.length + 1);
    if (pause) {
      await pause;
    }
    const words = text.replace(/\s+/g, ' ').trim();
    // A heading is no output, but a log may begin without one.
    const isHeading = line === firstLine && words !== title;
    const isSaid =
      /[\p{L}\d]/u.test(words) && !isHeading && !told.has(line) && !noise.some((pattern) => pattern.test(text));
    if (isSaid && !success.test(words) && !/^npm (?:ERR!|error)/.test(words)) {
      return { line, message: words.slice(0, 500), source: 'script' };
    }
  }
  return undefined;
}

/** The most that is told of a reason in a sentence, in characters. */
const longestReason = 160;

/** The class of an error, which means nothing to a person. */
const errorClass = /^(?:[A-Z]\w*\\)*(?:\w*(?:Exception|Error)(?: \[\w+\])?|ERROR): (?=\S)/;

/** What is wrong in one sentence: without class, without the query of a database, which may have many lines, and without advice. */
export function inOneSentence(message: string): string {
  const [before = ''] = message.replace(errorClass, '').split(/ \((?:Connection: |SQL: )/, 1);
  // What follows begins with a capital, or with the name of a package.
  const end = /[.!?](?=\s+(?:[A-Z]|[\w-]{1,60}\/[\w-]{1,60} ))/.exec(before.slice(20));
  const sentence = (end ? before.slice(0, 20 + end.index + 1) : before).trim();
  return sentence.length > longestReason ? `${sentence.slice(0, longestReason - 1).trimEnd()}…` : sentence;
}

/**
 * What is told at once of a deployment that has just failed; a log that is late is waited for as long as somebody who wants to know.
 * @returns undefined where there is no log
 * @throws as `DeploymentOutputs.whole` does
 */
export async function readFailure(
  outputs: Pick<DeploymentOutputs, 'whole'>,
  site: SiteEntry,
  deploymentId: string,
): Promise<{ readonly step: string | undefined; readonly reason: string | undefined } | undefined> {
  const { text } = await outputs.whole(site, deploymentId, hurryMs);
  const failure = await failureIn((await drawnText(text)).text);
  return failure && { step: failure.step.title, reason: failure.reason && inOneSentence(failure.reason.message) };
}
