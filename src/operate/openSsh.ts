import { isIP } from 'node:net';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { PlainError } from '../ui/explain';
import { shellInFolder } from './shellInFolder';

/** The user of a server, and of each site that isn't isolated (src/forge/README.md, Servers and sites). */
const usualUser = 'forge';

/**
 * Opens a terminal on a server, or in a site's folder as the site's user. No local shell is involved, so no user name or address from
 * Forge ever becomes part of a command line. The server's shell gets the site's name, if that is only letters, digits and the like.
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
      // Snapshots of older versions have no port.
      shellArgs: [
        ...(server.sshPort ? ['-p', String(server.sshPort)] : []),
        ...(command ? ['-t'] : []),
        `${user}@${server.ipAddress}`,
        ...(command ? [command] : []),
      ],
    })
    .show();
}
