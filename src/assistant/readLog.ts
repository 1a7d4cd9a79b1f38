import * as l10n from '@vscode/l10n';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { exceptionGroups, isAtLeast, logEntries, logLevels } from '../logs/laravelLog';
import { isLaravelLog, kindOf, type LogKind, type LogSource, logKinds } from '../logs/logSources';
import { drawnText } from '../ui/ansiText';
import { PlainError } from '../ui/plainError';
import { inSlices, splitLines } from '../ui/slices';
import type { Data } from './answer';
import { integer, oneOf, text, yesNo } from './input';
import { findServer, findSite } from './names';
import { type AssistantParts, defineTool, type ToolCall } from './tool';

/** How many lines or entries an answer has, unless a model asks for fewer. */
const mostEntries = 200;

/** The logs of a site, and what else prints something: by id, on a site or on a server. */
const siteLogs = logKinds.siteLog.ids as readonly string[];
const byId = { command: 'command', siteJob: 'siteJob', event: 'event', process: 'process', job: 'job' } as const;

/** The end of a log: its last lines; of Laravel's, its last entries from a level on, or its exceptions in groups. */
export const readLog = defineTool({
  input: { site: text, server: text, log: text, id: text, level: oneOf(logLevels), last: integer, exceptions: yesNo },
  run: async ({ site, server, log = 'application', id, level, last = mostEntries, exceptions = false }, call) => {
    const { entry, source } = await sourceOf(call.parts, { site, server, log, id });
    const { output, isShown } = await outputOf(call, entry, source);
    const lines = await inSlices(splitLines(output));
    const most = Math.max(1, Math.min(last, mostEntries));
    const shownNote = isShown ? ['It is followed in an open editor, so no request was needed.'] : [];
    if (!isLaravelLog(source)) {
      const kept = lines.slice(-most);
      return {
        of: entry,
        notes: [`${lines.length} lines in all.`, ...shownNote],
        data: [part('log, latest lines last', kept.join('\n'), lines.length - kept.length, 'lines')],
      };
    }
    const all = await inSlices(logEntries(lines));
    const entries = level === undefined ? all : all.filter((one) => isAtLeast(one, level));
    const notes = [
      `${all.length} entries in all${level === undefined ? '' : `, ${entries.length} from ${level} on`}.`,
      ...shownNote,
    ];
    if (exceptions) {
      const groups = await inSlices(exceptionGroups(lines, entries));
      const text = groups.map(
        ({ name, message, place, count, last: { time } }) =>
          `${count} times, latest ${time}: ${name ?? 'error'}${place === null ? '' : ` at ${place}`}: ${message.slice(0, 300)}`,
      );
      return { of: entry, notes, data: [{ title: 'exceptions in groups, latest first', text }] };
    }
    const kept = entries.slice(-most);
    const text =
      all.length === 0
        ? lines.slice(-most).join('\n')
        : kept.map(({ firstLine, lastLine }) => lines.slice(firstLine, lastLine + 1).join('\n')).join('\n');
    return {
      of: entry,
      notes,
      data: [part('log, latest entries last', text, entries.length - kept.length, 'entries')],
    };
  },
});

function part(title: string, text: string, omitted: number, unit: string): Data {
  return { title, text, keep: 'end', isPart: omitted > 0 ? `${omitted} earlier ${unit}` : undefined };
}

interface Names {
  readonly site: string | undefined;
  readonly server: string | undefined;
  readonly log: string;
  readonly id: string | undefined;
}

/** @throws PlainError if nothing has such a log */
async function sourceOf(
  parts: AssistantParts,
  { site, server, log, id }: Names,
): Promise<{ readonly entry: SiteEntry | ServerEntry; readonly source: LogSource }> {
  if (Object.hasOwn(byId, log)) {
    const kind: LogKind = byId[log as keyof typeof byId];
    if (id === undefined) {
      throw new PlainError(l10n.t('The input {0} is missing.', 'id'));
    }
    const entry = await (logKinds[kind].on === 'site' ? findSite(parts, site) : findServer(parts, server));
    return { entry, source: { kind, key: entry.key, id } };
  }
  if (siteLogs.includes(log) && server === undefined) {
    const entry = await findSite(parts, site);
    return { entry, source: { kind: 'siteLog', key: entry.key, id: log } };
  }
  if (!/^[\w.-]{1,60}$/.test(log)) {
    throw new PlainError(
      l10n.t("Logs are {0} of a site, and Forge's keys such as php-8.4 of a server.", siteLogs.join(', ')),
    );
  }
  const entry = await findServer(parts, server);
  return { entry, source: { kind: 'serverLog', key: entry.key, id: log } };
}

/** The text of a log, without control characters: that of an editor that follows it, or else read. @throws ForgeError */
async function outputOf({ parts, ask }: ToolCall, entry: SiteEntry | ServerEntry, source: LogSource) {
  const logs = parts.logs.now;
  const open = logs?.documents
    .ofKind(source.kind)
    .find((one) => one.source.key === source.key && one.source.id === source.id);
  const isCurrent = open?.isShown && (open.isComplete || (logs?.follower.isFollowing(open) && open.isVisible));
  if (open && isCurrent && logs?.reader.leastLevel(open) === undefined) {
    return { output: open.text, isShown: true };
  }
  const { read } = kindOf(source);
  // A command takes two: its state, and its output.
  const count = source.kind === 'command' ? 2 : 1;
  const answer = await (read && ask(entry.account, (options) => read(entry, source.id, options), count));
  return { output: (await drawnText(answer?.text ?? '')).text, isShown: false };
}
