import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { warningColor } from '../deployments/wording';
import type { Fleet } from '../fleet/fleet';
import { commands, contextValues } from '../manifest';
import type { Finding } from '../operate/findings';
import { localNumber } from '../ui/localNumber';
import { lookOfFindings, tellFinding } from './findingWords';
import type { NodeOf } from './fleetNodes';
import { RowItem } from './rowItem';

/** The group at the top, with the number of findings. */
export function attentionItem({ id }: NodeOf<'attention'>, count: number): RowItem {
  const label = l10n.t('Needs Attention');
  const item = new RowItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = localNumber(count, vscode.env.language);
  item.iconPath = new vscode.ThemeIcon('bell-dot', new vscode.ThemeColor(warningColor));
  item.contextValue = contextValues.attention;
  item.tooltip = l10n.t('What failed, is missing or is out of date. Check Fleet… looks for more.');
  item.accessibilityInformation = {
    label: count === 1 ? l10n.t('Needs attention: 1') : l10n.t('Needs attention: {0}', count),
  };
  return item;
}

/** Undefined if it is gone. */
export function findingItem(node: NodeOf<'finding'>, fleet: Fleet, finding: Finding | undefined): RowItem | undefined {
  const told = finding && tellFinding(fleet, finding, vscode.env.language);
  if (!told) {
    return undefined;
  }
  const { icon, isError, action } = lookOfFindings(finding.kind);
  const { name, what, since, source } = told;
  const item = new RowItem(name, vscode.TreeItemCollapsibleState.None);
  item.id = node.id;
  item.description = [what, since].filter(Boolean).join(' · ');
  item.iconPath = new vscode.ThemeIcon(
    icon,
    new vscode.ThemeColor(isError ? 'problemsErrorIcon.foreground' : warningColor),
  );
  item.contextValue = contextValues.finding;
  item.about = [item.description, source, action()];
  item.accessibilityInformation = { label: [name, what, since, source].filter(Boolean).join(', ') };
  item.command = { command: commands.openFinding, title: l10n.t('Open'), arguments: [node] };
  return item;
}
