import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { pickHeading, pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import type { Fleet } from './fleet';
import type { OrganizationEntry, ServerEntry } from './rows';

interface Row extends vscode.QuickPickItem {
  readonly entry?: ServerEntry;
}

/**
 * Asks for several servers, by organization. Leaves out archived ones and those that are being set up: Forge can't run anything there.
 * @param where only those of that organization; of all by default
 * @param picked keys of the ones selected at first
 * @returns undefined if the user canceled, or selected none
 * @throws PlainError if there are none
 */
export async function pickServers(
  fleet: Fleet,
  title: string,
  { where, picked = [] }: { readonly where?: OrganizationEntry; readonly picked?: readonly string[] } = {},
): Promise<readonly ServerEntry[] | undefined> {
  await fleet.ready;
  await fleet.open();
  const organizations = where ? [where] : fleet.organizations();
  const groups = organizations
    .map((entry) => ({ entry, servers: fleet.servers(entry).filter(isReachable) }))
    .filter(({ servers }) => servers.length > 0);
  if (groups.length === 0) {
    throw new PlainError(l10n.t('No servers found. Refresh, then try again.'), steps.refresh());
  }
  const rows = groups.flatMap(({ entry, servers }): Row[] => [
    ...(groups.length > 1 ? [pickHeading(entry.organization.name)] : []),
    ...servers.map((one) => {
      const { name, ipAddress, type, phpVersion } = one.server;
      const description = [ipAddress, type, phpVersion && `PHP ${phpVersion}`].filter(Boolean).join(' · ');
      return pickRow({ label: name, description, icon: 'server' }, { entry: one, picked: picked.includes(one.key) });
    }),
  ]);
  const chosen = await vscode.window.showQuickPick(rows, {
    title,
    placeHolder: l10n.t('Select servers'),
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  const entries = (chosen ?? []).flatMap(({ entry }) => entry ?? []);
  return entries.length > 0 ? entries : undefined;
}

function isReachable({ server }: ServerEntry): boolean {
  return !server.revoked && server.isReady !== false;
}
