import * as l10n from '@vscode/l10n';
import type { Accounts } from '../account/accounts';
import { accountsOf } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import { allOf, type Disposable, type Event } from '../forge/emitter';
import type { LimiterState } from '../forge/limiter';
import { explain } from '../ui/explain';
import { localNumber } from '../ui/localNumber';
import { relativeTime } from '../ui/relativeTime';

/** How long calls wait before a message says so, in milliseconds. */
const patienceMs = 2_000;

/** How often to update the countdown, in milliseconds. */
const tickMs = 1_000;

/** A view with a line above its rows, such as VS Code's tree views. */
export interface MessageView {
  message?: string | undefined;
  readonly visible: boolean;
  readonly onDidChangeVisibility: Event<unknown>;
}

/**
 * The line above the tree: that calls wait, that Forge doesn't respond, why the last refresh failed, or the age of the data and the
 * progress during a refresh. It isn't the view's description, which VS Code hides if the view is alone in its container.
 * @param language for numbers and times, such as `en`
 */
export function showViewMessage(
  accounts: Pick<Accounts, 'session' | 'onDidChange'>,
  fleet: Fleet,
  view: MessageView,
  language: string,
): Disposable {
  const states = () => accountsOf(accounts.session).map(({ limiter }) => limiter.state);
  let waiting: string | undefined;
  let quietTicks = 0;
  // A refresh that is shorter than a tick needs no message.
  let isLong = false;

  const tell = () => {
    // VS Code shows the welcome content only if there is no message.
    isLong &&= fleet.isRefreshing;
    const told = () =>
      failing(states(), fleet, language) ?? stale(fleet, language) ?? (isLong ? renewing(fleet, language) : undefined);
    const message = waiting ?? (fleet.state === 'ready' ? told() : undefined) ?? '';
    if (view.message !== message) {
      view.message = message;
    }
  };
  const clock = fleet.clock.every(
    () => (view.visible && (waiting || fleet.isRefreshing || states().some(isWorthWatching)) ? tickMs : undefined),
    () => {
      isLong = fleet.isRefreshing;
      const sentence = waitingSentence(states(), fleet, language);
      // Between two waiting calls there is a moment without any: keep the line until it has passed.
      quietTicks = sentence ? 0 : quietTicks + 1;
      waiting = sentence ?? (quietTicks < 2 ? waiting : undefined);
      tell();
    },
  );
  let limiters: Disposable | undefined;
  const listen = () => {
    limiters?.dispose();
    limiters = allOf(...accountsOf(accounts.session).map(({ limiter }) => limiter.onDidChange(() => clock.wake())));
    waiting = undefined;
    tell();
    clock.restart();
  };
  listen();
  return allOf(
    clock,
    { dispose: () => limiters?.dispose() },
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

/** Says that calls wait for the rate limit, for how long, and how much of the fleet is loaded. Undefined if none has waited long. */
function waitingSentence(states: readonly LimiterState[], fleet: Fleet, language: string): string | undefined {
  const [longest] = states
    .filter(
      ({ waitingMs, nextInMs, failingForMs }) => waitingMs > patienceMs && nextInMs !== undefined && !failingForMs,
    )
    .sort((a, b) => b.waitingMs - a.waitingMs);
  if (!longest) {
    return undefined;
  }
  const { limit, nextInMs } = longest;
  const sentence = l10n.t('Rate limited ({0}/min). Continuing in {1}.', limit, seconds(nextInMs));
  return [sentence, fleet.isRefreshing ? renewing(fleet, language) : undefined].filter(Boolean).join(' ');
}

/**
 * The age of the data during a refresh, and its progress. Short, because a second line would move the rows. Undefined if there is nothing
 * to say.
 */
function renewing(fleet: Fleet, language: string): string | undefined {
  const { refreshedAt, progress } = fleet;
  if (refreshedAt === undefined) {
    const count = countOf(fleet, language);
    return count && l10n.t('Loading {0}…', count);
  }
  const age = relativeTime(refreshedAt, fleet.clock.now(), language);
  if (!progress?.about) {
    return l10n.t('Updated {0}. Refreshing…', age);
  }
  const percent = Math.min(99, Math.floor((progress.read / progress.about) * 100));
  return l10n.t('Updated {0}. Refreshing… {1}%', age, percent);
}

/** "1,230 of about 5,500" loaded servers and sites; undefined if there is nothing to say. */
function countOf({ progress }: Fleet, language: string): string | undefined {
  if (!progress || progress.read === 0) {
    return undefined;
  }
  const { read, about } = progress;
  return about === undefined
    ? l10n.t('{0} so far', localNumber(read, language))
    : l10n.t('{0} of about {1}', localNumber(read, language), localNumber(Math.max(about, read), language));
}

/** Says that Forge keeps failing, and when the next attempt is. */
function failing(states: readonly LimiterState[], fleet: Fleet, language: string): string | undefined {
  const state = states.find(({ failingForMs }) => failingForMs !== undefined);
  if (state?.failingForMs === undefined) {
    return undefined;
  }
  const sentence =
    state.failingForMs > 0
      ? l10n.t("Forge isn't responding. Retrying in {0}.", seconds(state.failingForMs))
      : l10n.t("Forge isn't responding.");
  return withAge(sentence, fleet, language);
}

/** Why the last refresh failed. */
function stale(fleet: Fleet, language: string): string | undefined {
  return fleet.error && withAge(explain(fleet.error).sentence, fleet, language);
}

function withAge(sentence: string, { refreshedAt, clock }: Fleet, language: string): string {
  if (refreshedAt === undefined) {
    return sentence;
  }
  const isToday = new Date(refreshedAt).toDateString() === new Date(clock.now()).toDateString();
  const style = isToday ? ({ timeStyle: 'short' } as const) : ({ dateStyle: 'medium', timeStyle: 'short' } as const);
  const time = new Intl.DateTimeFormat(language, style).format(refreshedAt);
  return `${sentence} ${l10n.t('Last updated {0}.', time)}`;
}

/** Such as "12 s", at least 1 s. @param ms milliseconds */
function seconds(ms = 0): string {
  return l10n.t('{0} s', Math.max(1, Math.ceil(ms / 1000)));
}
