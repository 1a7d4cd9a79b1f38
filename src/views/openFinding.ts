import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { commands } from '../manifest';
import type { Attention } from '../operate/attention';
import type { Finding } from '../operate/findings';
import { isKind } from '../resources/catalogue';
import { entryAt } from '../resources/place';
import type { ResourceLists } from '../resources/resourceLists';
import { LivePick } from '../ui/livePick';
import { pickRow } from '../ui/pickRow';
import { runCommand } from '../ui/run';
import { sayBriefly } from '../ui/say';
import { deploymentTarget, resourceTarget, serverTarget, siteTarget } from '../ui/target';
import { lookOfFindings, tellFinding } from './findingWords';
import { there } from './targets';

/**
 * Opens what helps with a finding: the log, the resource, the site or its row.
 * @throws PlainError if it is gone, ForgeError if the resource can't be read
 */
export async function openFinding(fleet: Fleet, lists: ResourceLists, finding: Finding): Promise<void> {
  const { kind, at, state, resourceId } = finding;
  const entry = there(entryAt(fleet, at));
  if (isKind(kind) && resourceId !== undefined) {
    await lists.read(at, kind, 'user');
    const { error } = lists.list(at, kind);
    if (error !== undefined) {
      throw error;
    }
    await runCommand(commands.openResource, resourceTarget(at, kind, resourceId));
    return;
  }
  const { command } = lookOfFindings(kind);
  const target =
    kind === 'deployment'
      ? deploymentTarget(entry, { id: state })
      : 'site' in entry
        ? siteTarget(entry)
        : serverTarget(entry);
  await (command && runCommand(command, target));
}

interface FindingRow extends vscode.QuickPickItem {
  readonly finding: Finding;
}

/** Lists all findings, with a button on each to dismiss it, and opens the selected one. */
export async function showFindings(
  fleet: Fleet,
  attention: Attention,
  open: (finding: Finding) => Promise<void>,
): Promise<void> {
  const dismiss: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('check'), tooltip: l10n.t('Dismiss') };
  const rows = () =>
    attention.findings.flatMap((finding): FindingRow[] => {
      const told = tellFinding(fleet, finding, vscode.env.language);
      return told
        ? [
            pickRow(
              {
                label: told.name,
                description: [told.what, told.since].filter(Boolean).join(' · '),
                icon: lookOfFindings(finding.kind).icon,
              },
              { finding, buttons: [dismiss] },
            ),
          ]
        : [];
    });
  if (rows().length === 0) {
    sayBriefly(l10n.t('Nothing needs attention.'));
    return;
  }
  const pick = new LivePick<FindingRow, Finding>(l10n.t('Needs Attention'), l10n.t('Select what to look at'));
  pick.box.matchOnDescription = true;
  pick.replace(rows(), 'changed');
  const chosen = await pick.ask({
    accept: ({ finding }) => pick.end(finding),
    rowButton: async (_, { finding }) => {
      await attention.dismiss([finding]);
      pick.replace(rows(), 'changed');
    },
  });
  await (chosen && open(chosen));
}
