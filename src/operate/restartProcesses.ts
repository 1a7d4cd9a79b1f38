import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { nameOfEntry, type ServerEntry, type SiteEntry } from '../fleet/rows';
import { isAborted } from '../forge/errors';
import type { AnyResource } from '../forge/resources';
import { actionsOf, type KindId } from '../resources/catalogue';
import type { ResourceLists } from '../resources/resourceLists';
import { nameOf } from '../resources/resourceWords';
import { explain } from '../ui/explain';
import { pickHeading, pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { notify, sayBriefly, whileSaying } from '../ui/say';

type Place = ServerEntry | SiteEntry;

interface Row extends vscode.QuickPickItem {
  readonly place?: Place;
  readonly process?: AnyResource;
}

function kindAt(place: Place): KindId {
  return 'site' in place ? 'siteBackgroundProcesses' : 'backgroundProcesses';
}

/**
 * Asks which background processes of servers or sites to restart, all at first, and restarts them. Each request is sent once.
 * @throws ForgeError, PlainError if there are none
 */
export async function restartProcesses(lists: ResourceLists, places: readonly Place[], title: string): Promise<void> {
  for (const place of places) {
    await place.api.require('runBackgroundProcessAction');
  }
  const rows = await whileSaying(l10n.t('Loading background processes…'), () => rowsOf(lists, places));
  if (!rows.some(({ process }) => process)) {
    const failed = places.find((place) => lists.list(place.key, kindAt(place)).error !== undefined);
    throw failed
      ? lists.list(failed.key, kindAt(failed)).error
      : new PlainError(l10n.t('No background processes found that can be restarted now.'));
  }
  const picked = await vscode.window.showQuickPick(rows, {
    title,
    placeHolder: l10n.t('Select background processes'),
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  const chosen = (picked ?? []).flatMap(({ place, process }) => (place && process ? [{ place, process }] : []));
  if (chosen.length === 0) {
    return;
  }
  const failed: { readonly name: string; readonly error: unknown }[] = [];
  await whileSaying(l10n.t('Restarting background processes…'), async () => {
    for (const { place, process } of chosen) {
      const body = { action: 'restart' };
      const { organization, server } = place.api.path;
      const path = { organization, server, backgroundProcess: process.id };
      try {
        await place.account.client.call('runBackgroundProcessAction', path, { body });
      } catch (error) {
        if (isAborted(error)) {
          throw error;
        }
        failed.push({ name: nameOf(kindAt(place), process), error });
      }
    }
    await Promise.all(
      [...new Set(chosen.map(({ place }) => place))].map((place) => lists.readAgain(place.key, kindAt(place), 'user')),
    );
  });
  const [first] = failed;
  if (first) {
    const rest = chosen.length - failed.length;
    const { sentence } = explain(first.error);
    await notify('error', l10n.t("Couldn't restart {0}. {1} ({2} others restarted)", first.name, sentence, rest));
    return;
  }
  sayBriefly(
    chosen.length === 1
      ? l10n.t('Restarting 1 background process')
      : l10n.t('Restarting {0} background processes', chosen.length),
  );
}

/** The processes that can be restarted now, below the name of what they belong to. What can't be loaded says so in its heading. */
async function rowsOf(lists: ResourceLists, places: readonly Place[]): Promise<readonly Row[]> {
  await Promise.all(places.map((place) => lists.read(place.key, kindAt(place), 'user')));
  return places.flatMap((place): Row[] => {
    const kind = kindAt(place);
    const { rows = [], error } = lists.list(place.key, kind);
    const found = rows.filter((process) => actionsOf(kind, process).includes('restart'));
    const name = nameOfEntry(place);
    return found.length === 0 && error === undefined
      ? []
      : [
          pickHeading(error === undefined ? name : l10n.t('{0}: {1}', name, explain(error).sentence)),
          ...found.map((process) => {
            const { user, status } = process.attributes;
            const description = [user, status].filter((text) => typeof text === 'string').join(' · ');
            return pickRow(
              { label: nameOf(kind, process), description, icon: 'server-process' },
              { place, process, picked: true },
            );
          }),
        ];
  });
}
