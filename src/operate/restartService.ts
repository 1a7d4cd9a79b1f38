import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ServerEntry } from '../fleet/rows';
import type { AnyResource } from '../forge/resources';
import { actionOf, actionsOf, type KindId, kindOf, kindsOn } from '../resources/catalogue';
import type { ResourceActions } from '../resources/resourceActions';
import type { ResourceLists } from '../resources/resourceLists';
import { nameOf } from '../resources/resourceWords';
import { explain } from '../ui/explain';
import { pickRow } from '../ui/pickRow';

interface Row extends vscode.QuickPickItem {
  /** What to do; undefined for a row that only says what couldn't be loaded. */
  readonly chosen?: { readonly kind: KindId; readonly resource: AnyResource; readonly action: string };
}

/** Asks for a service of a server or an installed PHP version, and restarts or reloads it. @throws ForgeError */
export async function restartService(
  lists: ResourceLists,
  actions: ResourceActions,
  entry: ServerEntry,
  title: string,
): Promise<void> {
  await actOnService(lists, actions, entry, title, ['restart', 'reload']);
}

/** Asks for a service of a server that Forge can stop, and stops it. @throws ForgeError */
export async function stopService(
  lists: ResourceLists,
  actions: ResourceActions,
  entry: ServerEntry,
  title: string,
): Promise<void> {
  await actOnService(lists, actions, entry, title, ['stop']);
}

/** Restarts Nginx on a server. @throws ForgeError */
export async function restartNginx(actions: ResourceActions, entry: ServerEntry): Promise<void> {
  const [nginx] = kindOf('nginx').known?.(entry) ?? [];
  await (nginx && actions.run({ entry, at: entry.key, kind: 'nginx' }, nginx, 'restart'));
}

async function actOnService(
  lists: ResourceLists,
  actions: ResourceActions,
  entry: ServerEntry,
  title: string,
  names: readonly string[],
): Promise<void> {
  const kinds = kindsOn('server').filter((kind) => names.some((name) => actionOf(kind, name)?.isOnParent));
  const picked = await vscode.window.showQuickPick(rowsOf(lists, entry, kinds, names), {
    title,
    placeHolder: l10n.t('Select a service'),
    matchOnDescription: true,
  });
  if (picked?.chosen) {
    const { kind, resource, action } = picked.chosen;
    await actions.run({ entry, at: entry.key, kind }, resource, action);
  }
}

/** The services, which are known without a request, and the PHP versions. A list that can't be loaded leaves the others. */
async function rowsOf(
  lists: ResourceLists,
  { key }: ServerEntry,
  kinds: readonly KindId[],
  names: readonly string[],
): Promise<Row[]> {
  await Promise.all(kinds.map((kind) => lists.read(key, kind, 'user')));
  return kinds.flatMap((kind): Row[] => {
    const { rows = [], error } = lists.list(key, kind);
    const { icon } = kindOf(kind);
    const choices = rows.flatMap((resource) =>
      actionsOf(kind, resource)
        .filter((name) => names.includes(name))
        .map((action) => {
          const name = nameOf(kind, resource);
          const isReload = action === 'reload';
          const label = isReload ? l10n.t('Reload {0}', name) : name;
          const description = isReload ? l10n.t('lets running requests finish') : undefined;
          return pickRow({ label, description, icon }, { chosen: { kind, resource, action } });
        }),
    );
    return error === undefined ? choices : [...choices, pickRow({ label: explain(error).sentence, icon: 'warning' })];
  });
}
