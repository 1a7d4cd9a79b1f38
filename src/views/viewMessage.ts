import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { accountsOf } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { LimiterState } from '../forge/limiter';
import { explain } from '../ui/explain';
import { relativeTime } from '../ui/relativeTime';
import { Repeat } from '../ui/repeat';

/** How long calls wait before it is worth a word, in milliseconds. */
const patienceMs = 2_000;

/** How often the seconds are counted down, in milliseconds. */
const tickMs = 1_000;

/**
 * The line above the tree: that calls wait, that Forge does not answer, why what is shown could not be renewed, or how old it is while
 * it is being renewed and how far that has come. VS Code leaves out the description of a view that is alone in its container.
 */
export function showViewMessage(
  accounts: Accounts,
  fleet: Fleet,
  view: Pick<vscode.TreeView<unknown>, 'message' | 'visible' | 'onDidChangeVisibility'>,
): vscode.Disposable {
  const states = () => accountsOf(accounts.session).map(({ limiter }) => limiter.state);
  let waiting: string | undefined;
  let quietTicks = 0;
  // A refresh that is over sooner than a tick needs no word.
  let isLong = false;

  const tell = () => {
    // VS Code shows the welcome content only where there is no message.
    isLong &&= fleet.isRefreshing;
    const told = () => failing(states(), fleet) ?? stale(fleet) ?? (isLong ? renewing(fleet) : undefined);
    const message = waiting ?? (fleet.state === 'ready' ? told() : undefined) ?? '';
    if (view.message !== message) {
      view.message = message;
    }
  };
  const clock = new Repeat(
    () => (view.visible && (waiting || fleet.isRefreshing || states().some(isWorthWatching)) ? tickMs : undefined),
    () => {
      isLong = fleet.isRefreshing;
      const sentence = waitingSentence(states(), fleet);
      // Between two calls that wait there is a moment in which none does: the line stays until it is over.
      quietTicks = sentence ? 0 : quietTicks + 1;
      waiting = sentence ?? (quietTicks < 2 ? waiting : undefined);
      tell();
    },
  );
  let limiters: vscode.Disposable | undefined;
  const listen = () => {
    limiters?.dispose();
    limiters = vscode.Disposable.from(
      ...accountsOf(accounts.session).map(({ limiter }) => limiter.onDidChange(() => clock.wake())),
    );
    waiting = undefined;
    tell();
    clock.restart();
  };
  listen();
  return vscode.Disposable.from(
    clock,
    new vscode.Disposable(() => limiters?.dispose()),
    accounts.onDidChange(listen),
    fleet.onDidChange(() => {
      tell();
      clock.wake();
    }),
    view.onDidChangeVisibility(() => clock.wake()),
  );
}

function isWorthWatching({ nextInMs, failingForMs }: LimiterState): boolean {
  return (nextInMs ?? 0) > 0 || failingForMs !== undefined;
}

/** That calls wait for Forge's limit, for how long, and how far the fleet is read. Undefined where none has waited for long. */
function waitingSentence(states: readonly LimiterState[], fleet: Fleet): string | undefined {
  const [longest] = states
    .filter(
      ({ waitingMs, nextInMs, failingForMs }) => waitingMs > patienceMs && nextInMs !== undefined && !failingForMs,
    )
    .sort((a, b) => b.waitingMs - a.waitingMs);
  if (!longest) {
    return undefined;
  }
  const { limit, nextInMs } = longest;
  const sentence = vscode.l10n.t('Forge allows {0} requests a minute. Next one in {1}.', limit, seconds(nextInMs));
  return [sentence, fleet.isRefreshing ? renewing(fleet) : undefined].filter(Boolean).join(' ');
}

/**
 * How old what is shown is that is being renewed, and how far that has come: short, since a second line would move the rows. Undefined
 * where there is nothing to tell.
 */
function renewing(fleet: Fleet): string | undefined {
  const { refreshedAt, progress } = fleet;
  if (refreshedAt === undefined) {
    const count = countOf(fleet);
    return count && vscode.l10n.t('Reading {0}.', count);
  }
  const age = relativeTime(refreshedAt, Date.now(), vscode.env.language);
  if (!progress?.about) {
    return vscode.l10n.t('As of {0}. Reading…', age);
  }
  const percent = Math.min(99, Math.floor((progress.read / progress.about) * 100));
  return vscode.l10n.t('As of {0}. Reading: {1} %', age, percent);
}

/** "1,230 of about 5,500" servers and sites that were read; undefined where there is nothing to tell. */
function countOf({ progress }: Fleet): string | undefined {
  if (!progress || progress.read === 0) {
    return undefined;
  }
  const { read, about } = progress;
  return about === undefined
    ? vscode.l10n.t('{0} so far', read.toLocaleString(vscode.env.language))
    : vscode.l10n.t(
        '{0} of about {1}',
        read.toLocaleString(vscode.env.language),
        Math.max(about, read).toLocaleString(vscode.env.language),
      );
}

/** That Forge has failed again and again, and when it is tried anew. */
function failing(states: readonly LimiterState[], fleet: Fleet): string | undefined {
  const state = states.find(({ failingForMs }) => failingForMs !== undefined);
  if (state?.failingForMs === undefined) {
    return undefined;
  }
  const sentence =
    state.failingForMs > 0
      ? vscode.l10n.t('Forge does not answer. Next try in {0}.', seconds(state.failingForMs))
      : vscode.l10n.t('Forge does not answer.');
  return withAge(sentence, fleet);
}

/** Why the last refresh did not go well. */
function stale(fleet: Fleet): string | undefined {
  return fleet.error && withAge(explain(fleet.error).sentence, fleet);
}

function withAge(sentence: string, { refreshedAt }: Fleet): string {
  if (refreshedAt === undefined) {
    return sentence;
  }
  const isToday = new Date(refreshedAt).toDateString() === new Date().toDateString();
  const style = isToday ? ({ timeStyle: 'short' } as const) : ({ dateStyle: 'medium', timeStyle: 'short' } as const);
  const time = new Intl.DateTimeFormat(vscode.env.language, style).format(refreshedAt);
  return `${sentence} ${vscode.l10n.t('Last read at {0}.', time)}`;
}

/** "12 s", at least one. @param ms milliseconds */
function seconds(ms = 0): string {
  return `${Math.max(1, Math.ceil(ms / 1000))} s`;
}
