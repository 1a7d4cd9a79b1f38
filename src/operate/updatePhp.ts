import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { ResourceLists } from '../resources/resourceLists';
import { explain } from '../ui/explain';
import { pickHeading, pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { ask, notify, whileSaying } from '../ui/say';
import { steps } from '../ui/steps';
import { type PhpOnServer, type PhpPlan, type PhpUpdateEnd, planPhpUpdates, updatePhpVersions } from './phpUpdates';
import { restartProcesses } from './restartProcesses';

/** Maximum number of sites in a row and in a sentence, and of lines in a dialog. */
const mostSites = 12;
const mostLines = 30;

interface Row extends vscode.QuickPickItem {
  readonly update?: PhpOnServer;
}

/**
 * Updates PHP on servers: shows first which versions of which servers and sites would be updated, asks, sends each request once, follows
 * each to its end, and offers to restart the background processes of the sites.
 * @throws PlainError if there is nothing to update
 */
export async function updatePhp(
  fleet: Fleet,
  lists: ResourceLists,
  servers: readonly ServerEntry[],
  title: string,
): Promise<void> {
  for (const { api } of servers) {
    await api.require('listPhpVersions', 'updatePhpVersion');
  }
  const plans = await whileSaying(l10n.t('Loading PHP versions…'), () => planPhpUpdates(fleet, lists, servers));
  const updates = await selectUpdates(plans, title);
  if (!updates || updates.length === 0 || !(await isConfirmed(updates))) {
    return;
  }
  const ends = await followed(fleet, lists, updates);
  await tellEnds(lists, updates, ends);
}

/** The dry run: all that would be updated, from which something can be left out. @returns undefined if it was canceled */
async function selectUpdates(plans: readonly PhpPlan[], title: string): Promise<readonly PhpOnServer[] | undefined> {
  if (plans.every(({ updates }) => updates.length === 0)) {
    const failed = plans.find(({ error }) => error !== undefined);
    if (failed) {
      throw failed.error;
    }
    throw new PlainError(l10n.t('No PHP version can be updated now. Try again later.'), steps.tryAgain());
  }
  const rows = plans.flatMap(({ server, updates, busy, error }): Row[] => [
    pickHeading(
      [
        server.server.name,
        ...(error === undefined ? [] : [explain(error).sentence]),
        ...busy.map(({ version, state }) => l10n.t('PHP {0} is {1}', version, state)),
      ].join(' · '),
    ),
    ...updates.map((update) =>
      pickRow(
        { label: named(update), description: usedBy(update.sites), icon: 'symbol-misc' },
        { update, picked: true },
      ),
    ),
  ]);
  const picked = await vscode.window.showQuickPick(rows, {
    title: l10n.t('{0} – Dry Run', title),
    placeHolder: l10n.t('Nothing is updated yet. Leave out what should stay, then confirm.'),
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.flatMap(({ update }) => update ?? []);
}

async function isConfirmed(updates: readonly PhpOnServer[]): Promise<boolean> {
  const [only] = updates;
  const update = l10n.t('Update');
  const lines = updates.map((one) => l10n.t('{0}: {1}', named(one), usedBy(one.sites)));
  const more = lines.length - mostLines;
  const servers = new Set(updates.map(({ server }) => server.key)).size;
  const answer = await ask({
    question:
      updates.length === 1 && only
        ? l10n.t('Update {0}?', named(only))
        : servers === 1 && only
          ? l10n.t('Update {0} PHP versions on {1}?', updates.length, only.server.server.name)
          : l10n.t('Update {0} PHP versions on {1} servers?', updates.length, servers),
    detail: [
      [...lines.slice(0, mostLines), ...(more > 0 ? [l10n.t('and {0} more', more)] : [])].join('\n'),
      l10n.t(
        'Installs the latest patch release of each version and restarts PHP. Sites may be unavailable for a moment.',
      ),
    ],
    answers: [update],
  });
  return answer === update;
}

async function followed(
  fleet: Fleet,
  lists: ResourceLists,
  updates: readonly PhpOnServer[],
): Promise<ReadonlyMap<PhpOnServer, PhpUpdateEnd>> {
  const ends = new Map<PhpOnServer, PhpUpdateEnd>();
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: l10n.t('Updating PHP'), cancellable: true },
    async (progress, canceled) => {
      const stop = new AbortController();
      canceled.onCancellationRequested(() => stop.abort());
      const tell = (update: PhpOnServer, end: PhpUpdateEnd) => {
        ends.set(update, end);
        progress.report({
          increment: 100 / updates.length,
          message: l10n.t('{0} of {1} done, latest {2}', ends.size, updates.length, named(update)),
        });
      };
      progress.report({ message: l10n.t('{0} of {1} done', 0, updates.length) });
      await updatePhpVersions(lists, updates, fleet.clock, tell, stop.signal);
    },
  );
  return ends;
}

async function tellEnds(
  lists: ResourceLists,
  updates: readonly PhpOnServer[],
  ends: ReadonlyMap<PhpOnServer, PhpUpdateEnd>,
): Promise<void> {
  const updated = updates.filter((update) => ends.get(update)?.is === 'updated');
  const failed = updates.filter((update) => ends.get(update)?.is !== 'updated');
  const sites = [...new Map(updated.flatMap((update) => update.sites).map((site) => [site.key, site])).values()];
  const restart = sites.length > 0 ? l10n.t('Restart Background Processes…') : undefined;
  const reasons = failed.map((update) => reason(update, ends.get(update)));
  const answer =
    failed.length === 0
      ? await notify('information', l10n.t('Updated {0}.', list(updated.map(named))), restart)
      : await notify(
          'error',
          [
            ...reasons.slice(0, 3),
            ...(reasons.length > 3 ? [l10n.t('{0} more failed.', reasons.length - 3)] : []),
            ...(updated.length > 0 ? [l10n.t('Updated {0}.', list(updated.map(named)))] : []),
          ].join(' '),
          restart,
        );
  if (answer !== undefined) {
    await restartProcesses(lists, sites, l10n.t('Restart Background Processes'));
  }
}

/** Why an update failed, as a sentence. */
function reason(update: PhpOnServer, end: PhpUpdateEnd | undefined): string {
  if (end?.is === 'failed') {
    return end.error === undefined
      ? l10n.t(
          "Couldn't update {0}: Forge reports the status “{1}”. See the server's events.",
          named(update),
          end.state ?? '',
        )
      : l10n.t("Couldn't update {0}. {1}", named(update), explain(end.error).sentence);
  }
  return end
    ? l10n.t("Lost track of the update of {0}. Check the server's events.", named(update))
    : l10n.t("{0} wasn't updated, because you stopped before.", named(update));
}

function named({ server, version }: PhpOnServer): string {
  return l10n.t('PHP {0} on {1}', version, server.server.name);
}

function usedBy(sites: readonly SiteEntry[]): string {
  return sites.length === 0 ? l10n.t('no sites') : list(sites.map(({ site }) => site.name));
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, mostSites).join(', ');
  const more = names.length - mostSites;
  return more > 0 ? l10n.t('{0} and {1} more', shown, more) : shown;
}
