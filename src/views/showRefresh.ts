import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { relativeTime } from '../ui/relativeTime';
import { Repeat } from '../ui/repeat';

/** How often the count is told anew, in milliseconds. A refresh that is over sooner needs none. */
const tickMs = 1_000;

/** A bar in the view while the fleet is read; beside the view's title how old is what is shown, and how far it has come. */
export function showRefresh(
  viewId: string,
  fleet: Fleet,
  view: Pick<vscode.TreeView<unknown>, 'description'>,
): vscode.Disposable {
  let done: (() => void) | undefined;
  const describe = (text: string) => {
    if ((view.description ?? '') !== text) {
      view.description = text;
    }
  };
  const clock = new Repeat(
    () => (fleet.isRefreshing ? tickMs : undefined),
    () => describe(fleet.isRefreshing ? (countOf(fleet) ?? ageOf(fleet)) : ''),
  );
  const follow = () => {
    if (fleet.isRefreshing && !done) {
      describe(ageOf(fleet));
      const end = new Promise<void>((resolve) => {
        done = resolve;
      });
      void vscode.window.withProgress({ location: { viewId } }, () => end);
      clock.wake();
    } else if (!fleet.isRefreshing && done) {
      done();
      done = undefined;
      describe('');
      clock.restart();
    }
  };
  return vscode.Disposable.from(clock, fleet.onDidChange(follow), new vscode.Disposable(() => done?.()));
}

function ageOf({ refreshedAt }: Fleet): string {
  return refreshedAt === undefined ? '' : relativeTime(refreshedAt, Date.now(), vscode.env.language);
}

/** "1,230 of about 5,500" servers and sites that were read; undefined where there is nothing to tell. */
export function countOf({ progress }: Fleet): string | undefined {
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
