import { createServer, isIP } from 'node:net';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import { PlainError } from '../ui/plainError';
import { sayBriefly } from '../ui/say';
import { steps } from '../ui/steps';
import { remoteShell, type ShellUse } from './remoteShell';

/** The user of a server, and of each site that isn't isolated (src/forge/README.md, Servers and sites). */
const usualUser = 'forge';

/** The ports of databases on their server. */
const databases = [
  { type: /^(?:mysql|mariadb)/i, port: 3306, url: (place: string) => `mysql://${usualUser}@${place}` },
  { type: /^postgres/i, port: 5432, url: (place: string) => `postgresql://${usualUser}@${place}/${usualUser}` },
];

/** Microsoft's extension that opens folders over SSH. */
const remoteSsh = 'ms-vscode-remote.remote-ssh';

interface Host {
  readonly user: string;
  readonly address: string;
  readonly port: number | null;
}

/** Whom to connect to. @throws PlainError if the address or the user is none that SSH may be given */
function hostOf(entry: ServerEntry | SiteEntry): Host {
  const { server } = entry;
  const user = ('site' in entry ? entry.site.user : null) ?? usualUser;
  if (!server?.ipAddress || isIP(server.ipAddress) === 0) {
    throw new PlainError(l10n.t('This server has no IP address yet.'));
  }
  if (!/^[a-z_][a-z0-9_-]*$/i.test(user)) {
    throw new PlainError(l10n.t("SSH doesn't accept the name of this site's user."));
  }
  // Snapshots of older versions have no port.
  return { user, address: server.ipAddress, port: server.sshPort };
}

/** The arguments of `ssh`. @param more before the host */
function sshArguments({ user, address, port }: Host, more: readonly string[], command?: string): string[] {
  return [...(port ? ['-p', String(port)] : []), ...more, `${user}@${address}`, ...(command ? [command] : [])];
}

/**
 * A terminal on a server, or in a site's folder as the site's user. No local shell is involved, so no user name or address from Forge ever
 * becomes part of a command line. The server's shell gets the site's name, if that is only letters, digits and the like.
 * @throws PlainError
 */
export function sshTerminal(entry: ServerEntry | SiteEntry, use: ShellUse = 'shell'): vscode.TerminalOptions {
  const command = 'site' in entry ? remoteShell(entry.site.name, use) : undefined;
  if (use !== 'shell' && !command) {
    throw new PlainError(l10n.t("The site's name isn't safe to use on the server."));
  }
  const names: Readonly<Record<ShellUse, (name: string) => string>> = {
    shell: (name) => name,
    tinker: (name) => l10n.t('Tinker: {0}', name),
    database: (name) => l10n.t('Database: {0}', name),
    log: (name) => l10n.t('Log: {0}', name),
  };
  return {
    name: names[use]('site' in entry ? entry.site.name : entry.server.name),
    iconPath: new vscode.ThemeIcon('remote'),
    shellPath: 'ssh',
    shellArgs: sshArguments(hostOf(entry), command ? ['-t'] : [], command),
  };
}

/** Opens such a terminal. @throws PlainError */
export function openSsh(entry: ServerEntry | SiteEntry, use?: ShellUse): void {
  vscode.window.createTerminal(sshTerminal(entry, use)).show();
}

/**
 * Makes a server's database reachable on this machine as long as a terminal is open, and copies how to connect, without a password.
 * @throws PlainError
 */
export async function forwardDatabasePort(entry: ServerEntry | SiteEntry): Promise<void> {
  const host = hostOf(entry);
  const { name = '', databaseType } = entry.server ?? {};
  const database = databases.find(({ type }) => type.test(databaseType ?? ''));
  if (!database) {
    throw new PlainError(l10n.t('{0} has no database that Forge reports.', name));
  }
  const local = await freePort();
  const place = `127.0.0.1:${local}`;
  vscode.window
    .createTerminal({
      name: l10n.t('Database of {0} on port {1}', name, local),
      iconPath: new vscode.ThemeIcon('plug'),
      shellPath: 'ssh',
      shellArgs: sshArguments({ ...host, user: usualUser }, ['-N', '-L', `${place}:127.0.0.1:${database.port}`]),
    })
    .show();
  const url = database.url(place);
  await vscode.env.clipboard.writeText(url);
  sayBriefly(l10n.t('Copied {0}', url));
}

/** A port of this machine that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Opens a site's folder on its server in a new window, with Remote - SSH. @throws PlainError if that isn't installed */
export async function openFolderOnServer(entry: SiteEntry): Promise<void> {
  const { user, address, port } = hostOf(entry);
  if (!remoteShell(entry.site.name, 'shell')) {
    throw new PlainError(l10n.t("The site's name isn't safe to use on the server."));
  }
  if (!vscode.extensions.getExtension(remoteSsh)) {
    throw new PlainError(
      l10n.t('Install the extension “Remote - SSH” to open folders on a server.'),
      steps.installExtension(remoteSsh),
    );
  }
  const host = JSON.stringify({ hostName: address, user, ...(port && { port }) });
  const uri = vscode.Uri.from({
    scheme: 'vscode-remote',
    authority: `ssh-remote+${Buffer.from(host).toString('hex')}`,
    path: `/home/${user}/${entry.site.name}`,
  });
  await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
}
