import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { warningColor } from '../deployments/wording';
import { type AnyResource, line, time } from '../forge/resources';
import { commands, contextValues } from '../manifest';
import {
  actionOf,
  actionsOf,
  groupsOn,
  isBad,
  isChanging,
  isSingle,
  type KindId,
  kindOf,
  stateOf,
} from '../resources/catalogue';
import type { ResourceList } from '../resources/resourceLists';
import { headingOf, nameOf } from '../resources/resourceWords';
import { relativeTime } from '../ui/relativeTime';
import { spinning } from '../ui/spinning';
import { resourcesTarget, resourceTarget } from '../ui/target';
import { contextOf } from './fleetItems';
import { RowItem } from './rowItem';

/** Normal states, which rows don't mention. */
const quiet = /^(?:installed|enabled|active|ok|finished|success|created|beating)$/i;

/** How many attributes the tooltip shows, and the maximum length of each, in characters. */
const mostTold = 16;
const longestTold = 120;

interface Row {
  /** Doesn't depend on the selection, so that expanded groups stay expanded. */
  readonly id: string;
  readonly key: string;
  /** Its place: see src/resources/place.ts. */
  readonly at: string;
}

/** A heading and the kinds below it. */
export interface ResourceGroup extends Row {
  readonly kind: 'group';
  readonly group: string;
  readonly kinds: readonly KindId[];
}

/** A resource. */
export interface ResourceRow extends Row {
  readonly kind: 'resource';
  readonly of: KindId;
  readonly resourceId: string;
}

/** A new resource that isn't in the list yet. */
export interface ComingRow extends Row {
  readonly kind: 'coming';
  readonly name: string;
}

/** Loads more rows, or creates the first resource. */
export interface OfferRow extends Row {
  readonly kind: 'offer';
  readonly does: 'more' | 'create';
  readonly of: KindId;
}

/** The kind that can be created in a group; undefined if none can. */
export function creatableIn(kinds: readonly KindId[]): KindId | undefined {
  return kinds.find((kind) => titleOfNew(kind) !== undefined);
}

/** @param lists of the group's kinds, in order */
export function resourceGroupItem({ id, group, kinds }: ResourceGroup, lists: readonly ResourceList[]): RowItem {
  const heading = headingOf(group);
  const item = new RowItem(heading, vscode.TreeItemCollapsibleState.Collapsed);
  const [first] = kinds;
  item.id = id;
  item.iconPath = new vscode.ThemeIcon(kinds.length > 1 ? 'settings-gear' : first ? kindOf(first).icon : 'list-flat');
  const counted = kinds.flatMap((kind, index) => {
    const list = lists[index];
    return list && !isSingle(kind) ? [{ kind, list }] : [];
  });
  const bad = counted.reduce(
    (sum, { kind, list }) => sum + (list.rows?.filter((row) => isBad(stateOf(kind, row))).length ?? 0),
    0,
  );
  const words = [
    bad > 0
      ? l10n.t({ message: '{0} need attention', args: [bad], comment: ['{0} is a number, of resources.'] })
      : undefined,
    ...counted.map(({ list: { rows, hasMore } }) =>
      rows === undefined ? undefined : hasMore ? l10n.t('more than {0}', rows.length) : String(rows.length),
    ),
  ].filter(Boolean);
  item.description = words.join(' · ');
  item.contextValue = contextOf(contextValues.resources, {
    [contextValues.create]: creatableIn(kinds) !== undefined,
  });
  item.accessibilityInformation = { label: [heading, ...words].join(', ') };
  return item;
}

/**
 * @param isGoing whether it is being deleted
 * @param now milliseconds since 1970
 */
export function resourceItem(
  { id, of, at }: ResourceRow,
  resource: AnyResource,
  isGoing: boolean,
  now: number,
): RowItem {
  const kind = kindOf(of);
  const name = nameOf(of, resource);
  const reported = stateOf(of, resource);
  const state = isGoing && !isChanging(reported) ? l10n.t('deleting') : reported;
  const isOnTheWay = isGoing || isChanging(state);
  const hasMore = groupsOn({ kind: of }).length > 0;
  const item = new RowItem(
    name,
    hasMore ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  const moment = kind.at === undefined ? undefined : resource.attributes[kind.at];
  // Forge reports the times of backups in seconds since 1970.
  const when = typeof moment === 'number' ? moment * 1000 : time(moment);
  const words = [
    state !== null && !quiet.test(state) ? (isOnTheWay ? `${state}…` : state) : undefined,
    ...(kind.about?.(resource.attributes) ?? []),
    when === null ? undefined : relativeTime(when, now, vscode.env.language),
  ].filter(Boolean);
  item.id = id;
  item.description = words.join(' · ');
  item.iconPath = isOnTheWay
    ? new vscode.ThemeIcon(spinning('sync'))
    : isBad(state)
      ? new vscode.ThemeIcon('warning', new vscode.ThemeColor(warningColor))
      : new vscode.ThemeIcon(kind.icon);
  const actions = isGoing ? [] : actionsOf(of, resource);
  const isDeletion = (action: string) => actionOf(of, action)?.isDeletion === true;
  item.contextValue = contextOf(contextValues.resource, {
    [contextValues.output]: kind.output !== undefined,
    [contextValues.text]: kind.file !== undefined,
    [contextValues.actions]: actions.some((action) => !isDeletion(action)),
    [contextValues.edit]: kind.edit !== undefined && !isOnTheWay,
    [contextValues.copy]: kind.copies !== undefined,
    [contextValues.delete]: actions.some(isDeletion),
  });
  item.about = told(resource);
  item.accessibilityInformation = { label: [name, state, ...words].filter(Boolean).join(', ') };
  item.command = {
    command: commands.openResource,
    title: l10n.t('Open'),
    arguments: [resourceTarget(at, of, resource.id)],
  };
  return item;
}

export function comingItem({ id, name }: ComingRow): RowItem {
  const item = new RowItem(name, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = l10n.t('creating…');
  item.iconPath = new vscode.ThemeIcon(spinning('sync'));
  item.accessibilityInformation = { label: l10n.t('{0}, creating', name) };
  return item;
}

export function offerItem({ id, does, of, at }: OfferRow): RowItem {
  const isMore = does === 'more';
  const label = isMore ? l10n.t('Show More') : l10n.t('{0}…', titleOfNew(of) ?? '');
  const item = new RowItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon(isMore ? 'ellipsis' : 'add');
  item.description = isMore ? '' : l10n.t('none yet');
  item.accessibilityInformation = { label: isMore ? label : l10n.t('None yet. {0}', label) };
  item.command = {
    command: isMore ? commands.showMoreResources : commands.newResource,
    title: label,
    arguments: [resourcesTarget(at, of)],
  };
  return item;
}

/** The title for creating one; undefined if Forge's API can't. */
export function titleOfNew(kind: KindId): string | undefined {
  const { create, createdBy } = kindOf(kind);
  return (create ?? createdBy)?.title();
}

/** The first attributes that fit on a line, with their names. */
function told({ attributes }: AnyResource): readonly string[] {
  return Object.entries(attributes)
    .flatMap(([name, value]) => {
      const words = typeof value === 'number' || typeof value === 'boolean' ? String(value) : line(value);
      return words === null ? [] : [`${line(name)?.replaceAll('_', ' ')}: ${words.slice(0, longestTold)}`];
    })
    .slice(0, mostTold);
}
