import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type FleetEntry, nameOfEntry } from '../fleet/rows';
import type { AnyResource } from '../forge/resources';
import { pickRow } from '../ui/pickRow';
import { confirm, sayBriefly } from '../ui/say';
import { type ActionName, actionsOf, type KindId, kindOf, nameOf } from './catalogue';
import { pathTo } from './pathTo';
import type { ResourceLists } from './resourceLists';
import { actionWord, wordsOf } from './resourceWords';

/**
 * Does something with a resource, after asking where it cannot be undone or takes something out of service. It is sent once; the list is
 * read again whatever comes of it.
 * @throws ForgeError
 */
export async function runAction(
  lists: ResourceLists,
  entry: FleetEntry,
  kind: KindId,
  resource: AnyResource,
  name: ActionName,
): Promise<void> {
  const action = kindOf(kind).actions?.[name];
  if (!action || !(await isAgreed(entry, kind, resource, name))) {
    return;
  }
  try {
    const options = action.body ? { body: action.body } : {};
    await entry.account.client.call(action.operation, pathTo(entry, kind, resource.id), options);
    sayBriefly(doneWords(name, nameOf(kind, resource)));
  } finally {
    await lists.readAgain(entry.key, kind, 'user');
  }
}

/** Asks what to do with a resource, apart from deleting it, and does that. @throws ForgeError */
export async function pickAction(
  lists: ResourceLists,
  entry: FleetEntry,
  kind: KindId,
  resource: AnyResource,
  title: string,
): Promise<void> {
  const names = actionsOf(kind, resource).filter((name) => name !== 'delete');
  const rows = names.map((name) => pickRow({ label: actionWord(name) }, { name }));
  const picked = await vscode.window.showQuickPick(rows, { title });
  await (picked && runAction(lists, entry, kind, resource, picked.name));
}

async function isAgreed(entry: FleetEntry, kind: KindId, resource: AnyResource, name: ActionName): Promise<boolean> {
  const place = nameOfEntry(entry);
  const { one } = wordsOf(kind);
  switch (name) {
    case 'delete':
      return confirm(
        l10n.t('Delete {0}?', nameOf(kind, resource)),
        l10n.t('This {0} is removed from {1}. You can’t undo this.', one, place),
        actionWord(name),
      );
    case 'stop':
      return confirm(
        l10n.t('Stop {0}?', nameOf(kind, resource)),
        l10n.t('This {0} on {1} stays stopped until it is started again.', one, place),
        actionWord(name),
      );
    default:
      return true;
  }
}

function doneWords(action: ActionName, name: string): string {
  switch (action) {
    case 'restart':
      return l10n.t('Restarting {0}', name);
    case 'start':
      return l10n.t('Starting {0}', name);
    case 'stop':
      return l10n.t('Stopping {0}', name);
    case 'delete':
      return l10n.t('Deleting {0}', name);
  }
}
