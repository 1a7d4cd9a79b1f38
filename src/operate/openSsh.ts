import { isIP } from 'node:net';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { PlainError } from '../ui/explain';
import { shellInFolder } from './shellInFolder';

/** The user of a server, and of each site that has none of its own (src/forge/README.md, Servers and sites). */
const usualUser = 'forge';

/**
 * Opens a terminal on a server, or in the folder of a site as the site's own user. No shell of this computer stands between, so that
 * nothing that Forge calls a user or an address is ever part of a command line; the server's is given the site's name where that is plain.
 */
export function openSsh(entry: ServerEntry | SiteEntry): void {
  const { server } = entry;
  const user = ('site' in entry ? entry.site.user : null) ?? usualUser;
  if (!server?.ipAddress || isIP(server.ipAddress) === 0) {
    throw new PlainError(l10n.t('This server has no IP address yet.'));
  }
  if (!/^[a-z_][a-z0-9_-]*$/i.test(user)) {
    throw new PlainError(l10n.t("SSH doesn't accept the name of this site's user."));
  }
  const command = 'site' in entry ? shellInFolder(entry.site.name) : undefined;
  vscode.window
    .createTerminal({
      name: 'site' in entry ? entry.site.name : server.name,
      iconPath: new vscode.ThemeIcon('remote'),
      shellPath: 'ssh',
      // A snapshot of an older version knows no port.
      shellArgs: [
        ...(server.sshPort ? ['-p', String(server.sshPort)] : []),
        ...(command ? ['-t'] : []),
        `${user}@${server.ipAddress}`,
        ...(command ? [command] : []),
      ],
    })
    .show();
}
