import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry } from '../fleet/rows';
import { serverOf } from './apiText';

/** The most sites that a question names. */
const mostSites = 6;

/** How long a word in the status bar stays, in milliseconds. */
const wordMs = 5_000;

/** Has Forge restart nginx on a server, after a modal that names the sites on it. It is sent once. @throws ForgeError */
export async function restartNginx(fleet: Fleet, entry: ServerEntry): Promise<void> {
  await entry.api.require('runNginxAction');
  const { name } = entry.server;
  const restart = l10n.t('Restart Nginx');
  const answer = await vscode.window.showWarningMessage(
    l10n.t('Restart nginx on {0}?', name),
    { modal: true, detail: describeSites(fleet, entry) },
    restart,
  );
  if (answer !== restart) {
    return;
  }
  await entry.api.call('runNginxAction', {}, { body: { action: 'reboot' } });
  vscode.window.setStatusBarMessage(l10n.t('Forge restarts nginx on {0}.', name), wordMs);
}

/** Who else is affected. */
function describeSites(fleet: Fleet, { key }: ServerEntry): string {
  const names = fleet
    .allSites()
    .filter((site) => serverOf(fleet, site)?.key === key)
    .map(({ site }) => site.name);
  const shown = names.slice(0, mostSites).join(', ');
  const more = names.length - mostSites;
  return names.length === 0
    ? l10n.t('Every site of this server is affected.')
    : more > 0
      ? l10n.t('Every site of this server is affected: {0} and {1} more.', shown, more)
      : l10n.t('Every site of this server is affected: {0}.', shown);
}
