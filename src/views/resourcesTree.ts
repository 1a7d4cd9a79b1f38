import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type FleetEntry, nameOfEntry } from '../fleet/rows';
import type { Debounced, Repeat } from '../forge/clock';
import type { Event } from '../forge/emitter';
import { ForgeError } from '../forge/errors';
import { contextKeys } from '../manifest';
import { type KindId, kindsOn } from '../resources/catalogue';
import { entryAt, placeOf, type ResourceLists } from '../resources/resourceLists';
import { explain } from '../ui/explain';
import { DrawnRows } from './drawnRows';
import { lookOf, noteItem } from './fleetItems';
import { type NodeOf, noteNode } from './fleetNodes';
import { type ResourceGroup, type ResourceRow, resourceGroupItem, resourceItem } from './resourceItems';

/** How long the selection has to rest before the view follows it, in milliseconds: who walks through rows asks for nothing. */
const restMs = 400;

export type ResourceNode = ResourceGroup | ResourceRow | NodeOf<'note'>;

/** What belongs to the organization, server or site that is selected in the other view. Reads a group when it is opened. */
export class ResourcesTree implements vscode.TreeDataProvider<ResourceNode>, vscode.Disposable {
  private readonly drawn: DrawnRows<ResourceNode>;
  private readonly follow: Debounced;
  private readonly repeat: Repeat;
  private readonly disposables: vscode.Disposable;
  /** The fleet's key of what is shown, and of what is to be once the selection rests. */
  private place: string | undefined;
  private selected: string | undefined;
  private isPinned = false;
  private isShowing = false;

  readonly onDidChangeTreeData: vscode.Event<ResourceNode | undefined>;

  /** @param selection the fleet's key of what is selected, now and from now on */
  constructor(
    private readonly view: vscode.TreeView<ResourceNode>,
    private readonly fleet: Fleet,
    readonly lists: ResourceLists,
    selection: { readonly selectedKey: string | undefined; readonly onDidSelect: Event<string> },
  ) {
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
      this.lists,
      this.repeat,
      selection.onDidSelect((key) => {
        this.selected = key;
        this.follow();
      }),
      lists.onDidChange(({ key, kind }) => this.drawn.redraw([groupKey(key, kind)])),
      fleet.onDidChange((keys) => {
        // Gone, signed out, back again, or called otherwise.
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

  /** Whose resources are shown, as the title says; empty where nothing is selected. */
  get description(): string {
    return this.view.description ?? '';
  }

  /** Keeps showing what is shown wherever the selection goes, or follows it again. */
  pin(isPinned: boolean): void {
    this.isPinned = isPinned;
    void vscode.commands.executeCommand('setContext', contextKeys.resourcesPinned, isPinned);
    this.follow();
  }

  /** Reads the groups that are open again, also those that were refused. */
  async refresh(): Promise<void> {
    const { place } = this;
    if (place !== undefined) {
      await Promise.all(this.openGroups().map((kind) => this.lists.readAgain(place, kind, 'user')));
    }
  }

  getTreeItem(node: ResourceNode): vscode.TreeItem {
    const item = this.itemOf(node);
    this.drawn.giveLook(node, lookOf(item));
    return item;
  }

  async getChildren(node?: ResourceNode): Promise<ResourceNode[]> {
    if (node?.kind === 'group') {
      const isFirst = this.lists.list(node.at, node.of).rows === undefined;
      await this.lists.read(node.at, node.of, isFirst ? 'user' : 'visible', false);
    }
    const children = [...(this.below(node) ?? [])];
    this.drawn.give(node, children);
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
      const { place, entry } = this;
      const on = place === undefined || !entry ? undefined : placeOf(place);
      return place === undefined || on === undefined
        ? []
        : kindsOn(on).map((of) => ({ kind: 'group', id: of, key: groupKey(place, of), of, at: place }));
    }
    return node.kind === 'group' ? this.inGroup(node) : [];
  }

  private inGroup(group: ResourceGroup): readonly ResourceNode[] | undefined {
    const { rows, hasMore, error } = this.lists.list(group.at, group.of);
    const note = (text: string, icon: 'info' | 'warning') => noteNode(group, text, icon);
    if (error !== undefined) {
      const isRefused = error instanceof ForgeError && error.kind === 'forbidden';
      return [note(explain(error).sentence, isRefused ? 'info' : 'warning')];
    }
    if (rows?.length === 0) {
      return [note(l10n.t('None'), 'info')];
    }
    return (
      rows && [
        ...rows.map(
          (resource): ResourceRow => ({
            kind: 'resource',
            id: `${group.id}/${resource.id}`,
            key: group.key,
            of: group.of,
            at: group.at,
            resourceId: resource.id,
          }),
        ),
        ...(hasMore ? [note(l10n.t('Only the first {0} are shown.', rows.length), 'info')] : []),
      ]
    );
  }

  private itemOf(node: ResourceNode): vscode.TreeItem {
    switch (node.kind) {
      case 'group':
        return resourceGroupItem(node, this.lists.list(node.at, node.of));
      case 'resource': {
        const resource = this.lists.find(node.at, node.of, node.resourceId);
        const now = this.entry?.account.client.now() ?? this.fleet.clock.now();
        // VS Code may ask for a row that went a moment ago.
        return resource ? resourceItem(node, resource, now) : new vscode.TreeItem('');
      }
      case 'note':
        return noteItem(node);
    }
  }

  private openGroups(): readonly KindId[] {
    return this.drawn.nodes.flatMap((node) => (node.kind === 'group' && this.drawn.isOpen(node.id) ? [node.of] : []));
  }

  private pauseMs(): number | undefined {
    const { place } = this;
    if (place === undefined || !this.view.visible) {
      return undefined;
    }
    const pauses = this.openGroups().flatMap((kind) => this.lists.pauseMs(place, kind) ?? []);
    return pauses.length === 0 ? undefined : Math.min(...pauses);
  }

  /** Follows what changes by itself, as long as it does and somebody can see it. */
  private async readChanging(): Promise<void> {
    const { place } = this;
    if (place !== undefined) {
      const changing = this.openGroups().filter((kind) => this.lists.pauseMs(place, kind) !== undefined);
      await Promise.all(changing.map((kind) => this.lists.readAgain(place, kind, 'visible')));
    }
  }
}

function groupKey(place: string, kind: KindId): string {
  return `${place} ${kind}`;
}
