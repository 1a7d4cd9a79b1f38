import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ServerEntry } from '../fleet/rows';
import type { AnyResource } from '../forge/resources';
import { actionOf, actionsOf, type KindId, kindOf, kindsOn } from '../resources/catalogue';
import type { ResourceActions } from '../resources/resourceActions';
import type { ResourceLists } from '../resources/resourceLists';
import { nameOf } from '../resources/resourceWords';
import { pickRow } from '../ui/pickRow';

interface Row extends vscode.QuickPickItem {
  readonly of: KindId;
  readonly resource: AnyResource;
}

/** Asks for a service of a server or an installed PHP version, and restarts it. @throws ForgeError */
export async function restartService(
  lists: ResourceLists,
  actions: ResourceActions,
  entry: ServerEntry,
  title: string,
): Promise<void> {
  // The services, which are known without a request, and the PHP versions.
  const kinds = kindsOn('server').filter((kind) => actionOf(kind, 'restart')?.isOnParent);
  const rows: Promise<Row[]> = Promise.all(kinds.map((kind) => lists.read(entry.key, kind, 'user'))).then(() =>
    kinds.flatMap((kind) =>
      (lists.list(entry.key, kind).rows ?? [])
        .filter((resource) => actionsOf(kind, resource).includes('restart'))
        .map((resource) => pickRow({ label: nameOf(kind, resource), icon: kindOf(kind).icon }, { of: kind, resource })),
    ),
  );
  const chosen = await vscode.window.showQuickPick(rows, {
    title,
    placeHolder: l10n.t('Select a service'),
  });
  if (chosen) {
    await actions.run({ entry, at: entry.key, kind: chosen.of }, chosen.resource, 'restart');
  }
}
