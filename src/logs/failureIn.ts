import { type DeploymentOutputs, hurryMs } from '../deployments/deploymentOutputs';
import { type LogStep, logSteps, success } from '../deployments/logSteps';
import type { SiteEntry } from '../fleet/rows';
import { drawnText } from '../ui/ansiText';
import { type Lines, linesOf, Slices } from '../ui/slices';
import { type LogProblem, problemsIn } from './problemsIn';

/** Why a deployment failed, according to its log. */
export interface LogFailure {
  /** The step that failed. */
  readonly step: LogStep;
  /** The error, or else the last line of the step's output; undefined if there is none. */
  readonly reason: LogProblem | undefined;
  /** All problems in the log, without mere consequences of others. Includes the reason, if there is one. */
  readonly problems: readonly LogProblem[];
}

/** Lines without information of their own: code excerpts, stack frames, separators, successful tasks, advice. */
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
 * Why a deployment with status failed did so: finds a reason unless nothing was printed.
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

/** The steps of a log, and which one failed according to the log itself. @param text as for `failureIn` */
export async function stepsOf(
  text: string,
): Promise<{ readonly steps: readonly LogStep[]; readonly failed: LogStep | undefined }> {
  const lines = await linesOf(text);
  const steps = await logSteps(lines);
  return { steps, failed: await failedStep(lines, steps, await problemsIn(lines)) };
}

/**
 * The last step, if it has problems: a deployment ends with the command that fails. If a step that is only announced follows, such as
 * cleaning up, the one before it.
 * @returns undefined if it has no problems, or succeeded after all
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

/** The last command, or step with output: a step that is only announced after it, such as cleaning up, can't have failed. */
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

/** A tool's first error is the cause, and the rest follows from it; an earlier tool's errors didn't end the step. */
function firstOfLast(problems: readonly LogProblem[]): LogProblem | undefined {
  const last = problems.at(-1);
  const other = problems.findLastIndex(({ source }) => source !== last?.source);
  return problems[other + 1];
}

/** The last informative line of a step. */
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
    // A heading isn't output, but a log may start without one.
    const isHeading = line === firstLine && words !== title;
    const isSaid =
      /[\p{L}\d]/u.test(words) && !isHeading && !told.has(line) && !noise.some((pattern) => pattern.test(text));
    if (isSaid && !success.test(words) && !/^npm (?:ERR!|error)/.test(words)) {
      return { line, message: words.slice(0, 500), source: 'script' };
    }
  }
  return undefined;
}

/** Maximum length of a reason in a message, in characters. */
const longestReason = 160;

/** The class of an error, which means nothing to most people. */
const errorClass = /^(?:[A-Z]\w*\\)*(?:\w*(?:Exception|Error)(?: \[\w+\])?|ERROR): (?=\S)/;

/** The error in one sentence: without the class, without a database query, which may have many lines, and without advice. */
export function inOneSentence(message: string): string {
  const [before = ''] = message.replace(errorClass, '').split(/ \((?:Connection: |SQL: )/, 1);
  // The message starts with a capital letter, or with the name of a package.
  const end = /[.!?](?=\s+(?:[A-Z]|[\w-]{1,60}\/[\w-]{1,60} ))/.exec(before.slice(20));
  const sentence = (end ? before.slice(0, 20 + end.index + 1) : before).trim();
  return sentence.length > longestReason ? `${sentence.slice(0, longestReason - 1).trimEnd()}…` : sentence;
}

/**
 * The reason for the notification of a deployment that just failed; waits for a late log only as long as a person would.
 * @returns undefined if there is no log
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
