import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type AnyResource, line, time } from '../forge/resources';
import { commands, contextValues } from '../manifest';
import { actionsOf, isBad, isChanging, type KindId, kindOf, nameOf, stateOf } from '../resources/catalogue';
import type { ResourceList } from '../resources/resourceLists';
import { wordsOf } from '../resources/resourceWords';
import { relativeTime } from '../ui/relativeTime';
import { resourceTarget } from '../ui/target';
import { tooltip } from '../ui/tooltip';
import { contextOf } from './fleetItems';

/** States that are as they should be, and so are not worth a word. */
const quiet = /^(?:installed|enabled|active|ok|finished|success|created)$/i;

/** How many attributes the tooltip tells, and how long they may be there, in characters. */
const mostTold = 16;
const longestTold = 120;

/** A group of resources: a kind. */
export interface ResourceGroup {
  readonly kind: 'group';
  /** The same wherever the selection goes, so that a group that is open stays open. */
  readonly id: string;
  readonly key: string;
  readonly of: KindId;
  /** The fleet's key of the place below which it stands. */
  readonly at: string;
}

/** A row is the target of its commands. */
export interface ResourceRow extends Omit<ResourceGroup, 'kind'> {
  readonly kind: 'resource';
  readonly resourceId: string;
}

export function resourceGroupItem({ id, of }: ResourceGroup, { rows, hasMore }: ResourceList): vscode.TreeItem {
  const { many } = wordsOf(of);
  const item = new vscode.TreeItem(many, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon(kindOf(of).icon);
  const bad = rows?.filter((row) => isBad(stateOf(of, row))).length ?? 0;
  const words = [
    bad > 0 ? l10n.t('{0} need attention', bad) : undefined,
    rows === undefined ? undefined : hasMore ? l10n.t('more than {0}', rows.length) : String(rows.length),
  ].filter(Boolean);
  item.description = words.join(' · ');
  item.accessibilityInformation = { label: [many, ...words].join(', ') };
  return item;
}

/** @param now milliseconds since 1970 */
export function resourceItem({ id, of, at }: ResourceRow, resource: AnyResource, now: number): vscode.TreeItem {
  const kind = kindOf(of);
  const name = nameOf(of, resource);
  const state = stateOf(of, resource);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.None);
  const when = kind.at === undefined ? null : time(resource.attributes[kind.at]);
  const words = [
    state !== null && !quiet.test(state) ? (isChanging(state) ? `${state}…` : state) : undefined,
    ...(kind.about?.(resource.attributes) ?? []),
    when === null ? undefined : relativeTime(when, now, vscode.env.language),
  ].filter(Boolean);
  item.id = id;
  item.description = words.join(' · ');
  item.iconPath = isChanging(state)
    ? new vscode.ThemeIcon('sync~spin')
    : isBad(state)
      ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'))
      : new vscode.ThemeIcon(kind.icon);
  const actions = actionsOf(of, resource);
  item.contextValue = contextOf(contextValues.resource, {
    [contextValues.output]: kind.output !== undefined,
    [contextValues.actions]: actions.some((action) => action !== 'delete'),
    [contextValues.delete]: actions.includes('delete'),
  });
  item.tooltip = tooltip(name, told(resource));
  item.accessibilityInformation = { label: [name, state, ...words].filter(Boolean).join(', ') };
  item.command = {
    command: commands.openResource,
    title: l10n.t('Open'),
    arguments: [resourceTarget(at, of, resource.id)],
  };
  return item;
}

/** What Forge tells of it, as far as that is short. */
function told({ attributes }: AnyResource): readonly string[] {
  return Object.entries(attributes)
    .flatMap(([name, value]) => {
      const words = typeof value === 'number' || typeof value === 'boolean' ? String(value) : line(value);
      return words === null ? [] : [`${line(name)?.replaceAll('_', ' ')}: ${words.slice(0, longestTold)}`];
    })
    .slice(0, mostTold);
}
