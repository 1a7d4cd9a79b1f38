import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type SiteEntry, sitePath } from '../fleet/rows';
import { serverUnknown } from '../fleet/serverUnknown';
import { withoutIcons } from '../ui/inertText';

/** Has Forge deploy a site with each push to its branch, or no longer. */
export async function setPushToDeploy(fleet: Fleet, entry: SiteEntry, isOn: boolean): Promise<void> {
  const path = sitePath(entry);
  if (!path) {
    throw serverUnknown(entry);
  }
  const { client, signal } = entry.account;
  await client.setPushToDeploy(path, isOn, { signal });
  fleet.setPushToDeploy(entry.key, isOn);
  const name = entry.site.name;
  const branch = withoutIcons(entry.site.repository?.branch ?? '');
  vscode.window.setStatusBarMessage(
    isOn
      ? l10n.t('{0} is deployed with each push to {1} from now on.', name, branch)
      : l10n.t('{0} is no longer deployed with each push.', name),
    5_000,
  );
}
