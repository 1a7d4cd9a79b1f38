import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { redactForPublic } from '../forge/redactForPublic';
import { extensionId } from '../manifest';
import type { Log } from '../ui/log';

/**
 * Opens VS Code's issue reporter for this extension, or answers it if it is open and asks for details: menu "issue/reporter" in package.json.
 * The user sees everything before it is sent.
 */
export async function reportIssue(
  fleet: Pick<Fleet, 'organizations' | 'servers' | 'allSites'>,
  log: Log,
): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openIssueReporter', {
    extensionId,
    issueBody: template,
    data: details(fleet, log),
  });
}

/** In English, like the issues. */
const template = `## What happened

## What I expected

## Steps to reproduce

1.

<!-- The details below include the latest log lines, without tokens and the names of your sites. Read them before you submit. -->
`;

function details(fleet: Parameters<typeof reportIssue>[0], log: Log): string {
  const extension = vscode.extensions.getExtension(extensionId);
  const where = extension?.extensionKind === vscode.ExtensionKind.UI ? 'local' : 'workspace';
  const surface = vscode.env.uiKind === vscode.UIKind.Web ? 'browser' : 'desktop';
  // Of a server in a browser it is the address.
  const { remoteName: remote = 'none' } = vscode.env;
  const names = namesOf(fleet);
  return [
    `Extension: ${extension?.packageJSON.version} (${where} extension host)`,
    `${vscode.env.appName}: ${vscode.version}, ${surface}, remote: ${/^[\w-]+$/.test(remote) ? remote : 'server'}`,
    `Node.js: ${process.versions.node}, ${process.platform} ${process.arch}`,
    '',
    'Latest log lines:',
    '```',
    // Nothing in them can end the block.
    ...log.latest.map((line) => redactForPublic(line, names).replaceAll('```', "'''")),
    '```',
  ].join('\n');
}

/** What identifies the user, their customers or their computer, with what is shown instead. */
function namesOf(fleet: Parameters<typeof reportIssue>[0]): ReadonlyMap<string, string> {
  const organizations = fleet.organizations();
  const servers = organizations.flatMap((organization) => fleet.servers(organization));
  const sites = fleet.allSites();
  return new Map<string, string>([
    ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => [uri.fsPath, '<folder>'] as const),
    [homedir(), '~'] as const,
    ...sites.flatMap(({ site: { name, aliases, repository } }) =>
      [name, ...aliases, repository?.url ?? ''].map((text) => [text, '<site>'] as const),
    ),
    ...servers.flatMap(({ server: { name, slug } }) => [name, slug ?? ''].map((text) => [text, '<server>'] as const)),
    ...organizations.flatMap(({ account, organization: { name, slug } }) => [
      [name, '<organization>'] as const,
      [slug, '<organization>'] as const,
      [account.label, '<account>'] as const,
    ]),
  ]);
}
