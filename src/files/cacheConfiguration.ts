import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';

/** How long a word in the status bar stays, in milliseconds. */
const wordMs = 5_000;

/** Has Forge cache the configuration of a site anew, as its own command does. It is sent once. @throws ForgeError */
export async function cacheConfiguration(entry: SiteEntry): Promise<void> {
  await entry.api.call('runCommand', {}, { body: { command: 'php artisan config:cache' } });
  vscode.window.setStatusBarMessage(l10n.t('config:cache was started on {0}.', entry.site.name), wordMs);
}
