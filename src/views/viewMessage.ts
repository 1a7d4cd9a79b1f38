import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { accountsOf } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import type { LimiterState } from '../forge/limiter';
import { explain } from '../ui/explain';
import { Repeat } from '../ui/repeat';
import { countOf } from './showRefresh';

/** How long calls wait before it is worth a word, in milliseconds. */
const patienceMs = 2_000;

/** How often the seconds are counted down, in milliseconds. */
const tickMs = 1_000;

/** The line above the tree: that calls wait, that Forge does not answer, or why what is shown could not be renewed. */
export function showViewMessage(
  accounts: Accounts,
  fleet: Fleet,
  view: Pick<vscode.TreeView<unknown>, 'message' | 'visible' | 'onDidChangeVisibility'>,
): vscode.Disposable {
  const states = () => accountsOf(accounts.session).map(({ limiter }) => limiter.state);
  let waiting: string | undefined;
  let quietTicks = 0;

  const tell = () => {
    // VS Code shows the welcome content only where there is no message.
    const message = waiting ?? (fleet.state === 'ready' ? (failing(states(), fleet) ?? stale(fleet)) : undefined) ?? '';
    if (view.message !== message) {
      view.message = message;
    }
  };
  const clock = new Repeat(
    () => (view.visible && (waiting || states().some(isWorthWatching)) ? tickMs : undefined),
    () => {
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

/**
 * That calls wait for Forge's limit, for how long, and how far the fleet is read, which stands nowhere else where VS Code leaves out
 * the description of a view that is alone in its container. Undefined where none has waited for long.
 */
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
  const count = countOf(fleet);
  return count ? `${sentence} ${vscode.l10n.t('Read: {0}.', count)}` : sentence;
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
