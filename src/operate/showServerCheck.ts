import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { FileEditing } from '../files/fileEditing';
import type { LineAction } from '../files/shownTexts';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry } from '../fleet/rows';
import { commands } from '../manifest';
import { pathSegment } from '../ui/pathSegment';
import { ask } from '../ui/say';
import { serverTarget } from '../ui/target';
import { checkServer, newMark, type ServerCheck, siteForCheck, usualRequests } from './checkServer';
import { checkCommand } from './serverCheckCommand';
import { type FindingAction, type ServerFinding, severities } from './serverFindings';

/** The commands that findings lead to. */
const actions: Readonly<Record<FindingAction, { readonly command: string; readonly title: () => string }>> = {
  updatePhp: { command: commands.updatePhp, title: () => l10n.t('Update PHP…') },
  openSsh: { command: commands.openSsh, title: () => l10n.t('Open SSH Terminal') },
  rebootServer: { command: commands.rebootServer, title: () => l10n.t('Reboot Server…') },
  restartProcesses: { command: commands.restartProcesses, title: () => l10n.t('Restart Background Processes…') },
};

const headings: Readonly<Record<ServerFinding['severity'], () => string>> = {
  problem: () => l10n.t('Problems'),
  warning: () => l10n.t('Warnings'),
  unknown: () => l10n.t('Unknown'),
  fine: () => l10n.t({ message: 'Fine', comment: ['Heading of a list of what is all right on a server.'] }),
};

/**
 * Checks a server through one of its sites, after telling what runs there and what it costs, and shows what was found with what to do.
 * @throws ForgeError, PlainError
 */
export async function showServerCheck(fleet: Fleet, editing: FileEditing, entry: ServerEntry): Promise<void> {
  const site = siteForCheck(fleet, entry);
  await site.api.require('runCommand', 'listCommands', 'showCommandOutput');
  const { name } = entry.server;
  const mark = newMark();
  const check = l10n.t({
    message: 'Check',
    comment: ['Button: checks a server.'],
  });
  const showCommand = l10n.t('Show Command');
  const answer = await ask({
    severity: 'information',
    question: l10n.t('Check {0}?', name),
    detail: [
      l10n.t(
        'Runs one command on {0} as {1}, without root, that changes nothing. It asks for PHP versions, pending updates, disk use, whether a reboot is required, failed Supervisor programs, and PHP processes that run a replaced program.',
        site.site.name,
        site.site.user ?? 'forge',
      ),
      l10n.t("It takes up to {0} requests, and is in the site's history of commands afterwards.", usualRequests),
    ],
    answers: [check, showCommand],
  });
  const path = (title: string) => `/${pathSegment(name)}/${pathSegment(title)}`;
  const { signal } = entry.account;
  if (answer === showCommand) {
    const text = `${checkCommand(mark).replaceAll('; echo ', ';\necho ')}\n`;
    await open(await editing.showText(path(l10n.t('Check Command')), text, 'shellscript', signal));
  }
  if (answer !== check) {
    return;
  }
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: l10n.t('Checking {0}', name), cancellable: true },
    (_, canceled) => {
      const stop = new AbortController();
      canceled.onCancellationRequested(() => stop.abort());
      return checkServer(site, mark, fleet.clock, AbortSignal.any([signal, stop.signal]));
    },
  );
  const { text, lenses } = documentOf(entry, found);
  await open(await editing.showText(path(l10n.t('Check of {0}', name)), text, 'markdown', signal, lenses));
}

/** The findings under their headings, a line each, and what to do about them. */
function documentOf(
  entry: ServerEntry,
  { site, at, findings }: ServerCheck,
): { readonly text: string; readonly lenses: readonly LineAction[] } {
  const when = new Date(at).toLocaleString(vscode.env.language);
  const lines = [
    `# ${l10n.t('Check of {0}', entry.server.name)}`,
    '',
    l10n.t('{0}, by a command on {1} as {2}, without root', when, site.site.name, site.site.user ?? 'forge'),
  ];
  const lenses: LineAction[] = [];
  for (const severity of severities) {
    const those = findings.filter((finding) => finding.severity === severity);
    lines.push(...(those.length > 0 ? ['', `## ${headings[severity]()} (${those.length})`, ''] : []));
    for (const { text, action } of those) {
      if (action) {
        const { command, title } = actions[action];
        lenses.push({ line: lines.length, title: title(), command, argument: serverTarget(entry) });
      }
      lines.push(`- ${text}`);
    }
  }
  return { text: `${lines.join('\n')}\n`, lenses };
}

function open(uri: vscode.Uri): Thenable<unknown> {
  return vscode.commands.executeCommand('vscode.open', uri, {
    preview: false,
  } satisfies vscode.TextDocumentShowOptions);
}
