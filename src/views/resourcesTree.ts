import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type FleetEntry, nameOfEntry } from '../fleet/rows';
import type { Debounced, Repeat } from '../forge/clock';
import type { Event } from '../forge/emitter';
import { ForgeError } from '../forge/errors';
import { contextKeys } from '../manifest';
import { groupsOn, type KindId, kindOf } from '../resources/catalogue';
import type { FormContext } from '../resources/kind';
import { entryAt, kindOfPlace, placeBelow, readPlace } from '../resources/place';
import { ResourceActions } from '../resources/resourceActions';
import { ResourceChanges } from '../resources/resourceChanges';
import { ResourceLists } from '../resources/resourceLists';
import { wordsOf } from '../resources/resourceWords';
import { explain } from '../ui/explain';
import type { Focus } from '../ui/focus';
import type { Git } from '../workspace/git';
import { forgeRepository } from '../workspace/matchSites';
import { DrawnRows } from './drawnRows';
import { noteItem } from './fleetItems';
import { type NodeOf, noteNode } from './fleetNodes';
import {
  type ComingRow,
  comingItem,
  creatableIn,
  type OfferRow,
  offerItem,
  type ResourceGroup,
  type ResourceRow,
  resourceGroupItem,
  resourceItem,
} from './resourceItems';
import { lookOf, RowItem } from './rowItem';

/** How long to wait before following the selection, in milliseconds. Moving through rows with the keyboard makes no requests. */
const restMs = 400;

export type ResourceNode = ResourceGroup | ResourceRow | ComingRow | OfferRow | NodeOf<'note'>;

/** What the view works with. */
export interface ResourceParts {
  readonly lists: ResourceLists;
  readonly changes: ResourceChanges;
  readonly actions: ResourceActions;
}

/** The resources of the organization, server or site selected in the other view. Reads a group when it is expanded. */
export class ResourcesTree implements vscode.TreeDataProvider<ResourceNode>, vscode.Disposable {
  private readonly drawn: DrawnRows<ResourceNode>;
  private readonly follow: Debounced;
  private readonly repeat: Repeat;
  private readonly disposables: vscode.Disposable;
  /** The fleet key of the row whose resources are shown; `selected` is the one to show next. */
  private place: string | undefined;
  private selected: string | undefined;
  private isPinned = false;
  private isShowing = false;

  readonly onDidChangeTreeData: vscode.Event<ResourceNode | undefined>;

  /** @param selection fleet key of the selected row, and its changes */
  constructor(
    private readonly view: vscode.TreeView<ResourceNode>,
    private readonly fleet: Fleet,
    readonly parts: ResourceParts,
    selection: { readonly selectedKey: string | undefined; readonly onDidSelect: Event<string> },
  ) {
    const { lists, changes, actions } = parts;
    this.drawn = new DrawnRows<ResourceNode>(
      fleet.clock,
      {
        look: (node) => lookOf(this.itemOf(node)),
        below: (node) => this.below(node),
        dependence: () => ({ rows: false, look: false }),
      },
      () => this.repeat.wake(),
    );
    this.onDidChangeTreeData = this.drawn.onDidChange;
    this.follow = fleet.clock.debounce(restMs, () => {
      if (!this.isPinned && this.selected !== this.place) {
        this.place = this.selected;
        this.show();
      }
    });
    this.repeat = fleet.clock.every(
      () => this.pauseMs(),
      () => this.readChanging(),
    );
    this.disposables = vscode.Disposable.from(
      this.drawn,
      lists,
      changes,
      this.repeat,
      selection.onDidSelect((key) => {
        this.selected = key;
        this.follow();
      }),
      lists.onDidChange(({ at, kind }) => this.drawn.redraw([groupKey(at, groupOf(kind))])),
      changes.onDidChange(({ at, kind }) => this.drawn.redraw([groupKey(at, groupOf(kind))])),
      changes.onDidEnd((outcome) => void actions.tellEnd(outcome)),
      fleet.onDidChange((keys) => {
        // It is gone, signed out, back again or renamed.
        const isChanged = this.place !== undefined && [...keys].includes(this.place);
        if (isChanged || this.isShowing !== (this.entry !== undefined)) {
          this.show();
        }
      }),
      this.view.onDidExpandElement(({ element }) => {
        this.drawn.setOpen(element, true);
        this.repeat.wake();
      }),
      this.view.onDidCollapseElement(({ element }) => this.drawn.setOpen(element, false)),
      this.view.onDidChangeVisibility(() => this.repeat.wake()),
    );
    this.selected = selection.selectedKey;
    this.place = this.selected;
    this.show();
  }

  /** The name of the row whose resources are shown, as in the view's title; empty if nothing is selected. */
  get description(): string {
    return this.view.description ?? '';
  }

  /** Stops following the selection, or follows it again. */
  pin(isPinned: boolean): void {
    this.isPinned = isPinned;
    void vscode.commands.executeCommand('setContext', contextKeys.resourcesPinned, isPinned);
    this.follow();
  }

  /** Reads the expanded groups again, even those that Forge refused. */
  async refresh(): Promise<void> {
    const { lists } = this.parts;
    await Promise.all(this.openLists().map(({ at, kind }) => lists.readAgain(at, kind, 'user')));
  }

  /** The row whose resources are shown; undefined if nothing is selected. */
  get shown(): FleetEntry | undefined {
    return this.entry;
  }

  getTreeItem(node: ResourceNode): RowItem {
    const item = this.itemOf(node);
    this.drawn.giveLook(node, lookOf(item));
    return item;
  }

  /** Writes the tooltip, when the pointer rests on a row. */
  resolveTreeItem(item: RowItem): RowItem {
    return item.withTooltip();
  }

  async getChildren(node?: ResourceNode): Promise<ResourceNode[]> {
    if (node?.kind === 'group') {
      const { lists } = this.parts;
      await Promise.all(
        node.kinds.map((kind) => {
          const isFirst = lists.list(node.at, kind).rows === undefined;
          return lists.read(node.at, kind, isFirst ? 'user' : 'visible', false);
        }),
      );
    }
    const children = this.drawn.give(node, this.below(node) ?? []);
    // A list that was read before it was opened may be changing.
    this.repeat.wake();
    return children;
  }

  dispose(): void {
    this.follow.cancel();
    this.disposables.dispose();
  }

  private get entry(): FleetEntry | undefined {
    return this.place === undefined ? undefined : entryAt(this.fleet, this.place);
  }

  private show(): void {
    const { entry } = this;
    this.isShowing = entry !== undefined;
    this.view.description = entry ? nameOfEntry(entry) : '';
    this.view.message = entry ? '' : l10n.t('Select a server or site above to see what belongs to it.');
    this.drawn.redrawAll();
  }

  private below(node: ResourceNode | undefined): readonly ResourceNode[] | undefined {
    if (node === undefined) {
      return this.place === undefined || !this.entry ? [] : groupNodes(this.place, '');
    }
    switch (node.kind) {
      case 'group':
        return this.inGroup(node);
      case 'resource':
        return groupNodes(placeBelow(node.at, node.of, node.resourceId), `${node.id}/`);
      default:
        return [];
    }
  }

  private inGroup(group: ResourceGroup): readonly ResourceNode[] | undefined {
    const parts = group.kinds.map((kind) => this.ofKind(group, kind));
    if (parts.some((part) => part === undefined)) {
      return undefined;
    }
    const rows = parts.flatMap((part) => part ?? []);
    const kind = creatableIn(group.kinds);
    if (rows.length > 0) {
      return rows;
    }
    return kind === undefined
      ? [noteNode(group, l10n.t('None'), 'info')]
      : [{ kind: 'offer', id: `${group.id}/new`, key: group.key, at: group.at, does: 'create', of: kind }];
  }

  private ofKind(group: ResourceGroup, kind: KindId): readonly ResourceNode[] | undefined {
    const { id, key, at, kinds } = group;
    const { lists, changes } = this.parts;
    const { rows, hasMore, error } = lists.list(at, kind);
    if (error !== undefined) {
      const isRefused = error instanceof ForgeError && error.kind === 'forbidden';
      const { sentence } = explain(error);
      const text = kinds.length > 1 ? l10n.t('{0}: {1}', wordsOf(kind).many, sentence) : sentence;
      return [{ ...noteNode(group, text, isRefused ? 'info' : 'warning'), id: `${id}/${kind} error` }];
    }
    const coming = changes
      .of(at, kind)
      .isComing.map(
        ({ name }, index): ComingRow => ({ kind: 'coming', id: `${id}/${kind} coming ${index}`, key, at, name }),
      );
    return (
      rows && [
        ...coming,
        ...rows.map(
          (resource): ResourceRow => ({
            kind: 'resource',
            id: `${id}/${kind} ${resource.id}`,
            key,
            of: kind,
            at,
            resourceId: resource.id,
          }),
        ),
        ...(hasMore ? [{ kind: 'offer', id: `${id}/${kind} more`, key, at, does: 'more', of: kind } as const] : []),
      ]
    );
  }

  private itemOf(node: ResourceNode): RowItem {
    const { lists, changes } = this.parts;
    switch (node.kind) {
      case 'group':
        return resourceGroupItem(
          node,
          node.kinds.map((kind) => lists.list(node.at, kind)),
        );
      case 'resource': {
        const resource = lists.find(node.at, node.of, node.resourceId);
        const now = this.entry?.account.client.now() ?? this.fleet.clock.now();
        const isGoing = changes.of(node.at, node.of).isGoing.has(node.resourceId);
        // VS Code may ask for a row that was just removed.
        return resource ? resourceItem(node, resource, isGoing, now) : new RowItem('');
      }
      case 'coming':
        return comingItem(node);
      case 'offer':
        return offerItem(node);
      case 'note':
        return noteItem(node);
    }
  }

  /** The lists of the expanded groups below the shown row. */
  private openLists(): readonly { readonly at: string; readonly kind: KindId }[] {
    return this.drawn.nodes.flatMap((node) =>
      node.kind === 'group' && this.drawn.isOpen(node.id) && readPlace(node.at).key === this.place
        ? node.kinds.map((kind) => ({ at: node.at, kind }))
        : [],
    );
  }

  private pauseMs(): number | undefined {
    if (!this.view.visible) {
      return undefined;
    }
    const pauses = this.openLists().flatMap(({ at, kind }) => this.parts.lists.pauseMs(at, kind) ?? []);
    return pauses.length === 0 ? undefined : Math.min(...pauses);
  }

  /** Reads the visible lists that are changing. */
  private async readChanging(): Promise<void> {
    const { lists } = this.parts;
    const changing = this.openLists().filter(({ at, kind }) => lists.pauseMs(at, kind) !== undefined);
    await Promise.all(changing.map(({ at, kind }) => lists.readAgain(at, kind, 'visible')));
  }
}

/** Creates the view and its parts. @param git for the open folder's repository, which new sites can use */
export function resourcesTree(
  view: vscode.TreeView<ResourceNode>,
  fleet: Fleet,
  selection: { readonly selectedKey: string | undefined; readonly onDidSelect: Event<string> },
  git: Pick<Git, 'checkouts'>,
  focus: Focus,
): ResourcesTree {
  const lists = new ResourceLists(fleet);
  const changes = new ResourceChanges(lists, focus);
  const actions = new ResourceActions(lists, changes, {
    repository: () => repositoryOf(git),
  });
  return new ResourcesTree(view, fleet, { lists, changes, actions }, selection);
}

function repositoryOf({ checkouts }: Pick<Git, 'checkouts'>): FormContext['repository'] {
  for (const { checkout } of checkouts) {
    const [named] = checkout.remotes.flatMap(({ url }) => forgeRepository(url) ?? []);
    if (named) {
      return { ...named, branch: checkout.branch ?? undefined };
    }
  }
  return undefined;
}

function groupNodes(at: string, idPrefix: string): readonly ResourceGroup[] {
  const on = kindOfPlace(at);
  return on === undefined
    ? []
    : groupsOn(on).map(({ id, kinds }) => ({
        kind: 'group',
        id: `${idPrefix}${id}`,
        key: groupKey(at, id),
        group: id,
        kinds,
        at,
      }));
}

function groupOf(kind: KindId): string {
  return kindOf(kind).group ?? kind;
}

function groupKey(at: string, group: string): string {
  return `${at} ${group}`;
}
