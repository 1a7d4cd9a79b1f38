import { isDeepStrictEqual } from 'node:util';
import type { Clock, Debounced } from '../forge/clock';
import { Emitter } from '../forge/emitter';

/** How long to collect changes before drawing them, in milliseconds. */
export const drawMs = 50;

/**
 * VS Code is told nothing for two timers of this length after it got rows, in milliseconds. Over a remote connection it sends rows when the
 * first one ends, together with whatever else there is to send, and an update in the same message can be lost. If it is of the row above,
 * VS Code's window keeps the rows that it has, but the extension host forgets them and ignores their updates from then on
 * (`getChildrenBatch` of CustomTreeView, `_refreshNode` of ExtHostTreeView).
 */
export const restMs = 1;

interface Row {
  /** Unique in the tree. */
  readonly id: string;
  /** The key of what it shows; several rows may show the same. */
  readonly key: string;
}

/** How rows look, and which are below which. */
export interface Drawing<Node extends Row> {
  /** Everything that a row displays, as a text for comparisons. */
  look(node: Node): string;
  /** The rows below a row, or at the top; undefined if they have to be loaded. */
  below(node: Node | undefined): readonly Node[] | undefined;
  /** What may change with any change, not only with one of what the row shows: the rows below it, and its look. */
  dependence(node: Node): { readonly rows: boolean; readonly look: boolean };
}

/** The parent id of the rows at the top. */
const top = '';

/**
 * Keeps track of the rows that VS Code was given, and makes it update only those that look different now: an updated row loses its
 * tooltip, and a replaced one its selection.
 */
export class DrawnRows<Node extends Row> {
  private readonly changed = new Emitter<Node | undefined>();
  /** The rows that VS Code has, by id, and how they looked. It identifies a row by the object. */
  private readonly given = new Map<string, { readonly node: Node; look: string | undefined }>();
  /** The ids of the rows below each row that was ever expanded, in order. */
  private readonly opened = new Map<string, readonly string[]>();
  /** The ids of the rows that were expanded and are collapsed now. */
  private readonly closed = new Set<string>();
  /** The keys of what has changed since the last drawing. */
  private readonly stale = new Set<string>();
  private isAllStale = false;
  /** VS Code may not have sent the rows that it just got. */
  private isResting = false;
  /** What has changed is to be drawn after that. */
  private isDue = false;
  private readonly drawStale: Debounced;
  private readonly rests: readonly [first: Debounced, second: Debounced];

  /** VS Code has to update a row and the rows below it; all rows if undefined. */
  readonly onDidChange = this.changed.event;

  /** @param drawn called after changes were drawn */
  constructor(
    clock: Clock,
    private readonly drawing: Drawing<Node>,
    private readonly drawn: () => void,
  ) {
    this.drawStale = clock.debounce(drawMs, () => this.drawNow());
    const second = clock.debounce(restMs, () => this.endRest());
    this.rests = [clock.debounce(restMs, second), second];
  }

  /** All rows that VS Code has. */
  get nodes(): readonly Node[] {
    return [...this.given.values()].map(({ node }) => node);
  }

  /** The row with that id, as VS Code has it. */
  node(id: string): Node | undefined {
    return this.given.get(id)?.node;
  }

  /**
   * VS Code gets these rows below a row, or at the top.
   * @returns the rows to give to it: those that it has already, unless they changed. If it asks twice in a row, it drops one of the answers,
   * and wouldn't know the rows in it.
   */
  give(parent: Node | undefined, children: readonly Node[]): Node[] {
    this.rest();
    const place = parent?.id ?? top;
    const rows = children.map((node) => {
      const given = this.given.get(node.id);
      return given && isDeepStrictEqual(given.node, node) ? given : { node, look: undefined };
    });
    for (const gone of this.opened.get(place) ?? []) {
      this.given.delete(gone);
    }
    this.opened.set(
      place,
      children.map(({ id }) => id),
    );
    for (const row of rows) {
      this.given.set(row.node.id, row);
    }
    return rows.map(({ node }) => node);
  }

  /** VS Code gets a row with its current look. */
  giveLook({ id }: Node, look: string): void {
    const given = this.given.get(id);
    if (given) {
      given.look = look;
    }
  }

  /** A row was expanded or collapsed. */
  setOpen({ id }: Node, isOpen: boolean): void {
    isOpen ? this.closed.delete(id) : this.closed.add(id);
  }

  isOpen(id: string): boolean {
    return this.opened.has(id) && !this.closed.has(id);
  }

  /** Draws what has changed, together with all changes that follow soon. Draws the first rows as soon as it can: the user waits for them. */
  redraw(keys: Iterable<string>): void {
    for (const key of keys) {
      this.stale.add(key);
    }
    const isEmpty = this.opened.get(top)?.length === 0;
    if (isEmpty && this.hasOthers(undefined)) {
      this.drawStale.cancel();
      this.drawNow();
    } else {
      this.drawStale();
    }
  }

  /** Draws all rows, as soon as it can. */
  redrawAll(): void {
    this.isAllStale = true;
    this.drawNow();
  }

  /** Updates a row if it looks different now, as soon as it can. */
  draw({ id, key }: Node): void {
    if (this.isResting) {
      this.redraw([key]);
    } else {
      this.drawChanged(id);
    }
  }

  dispose(): void {
    this.drawStale.cancel();
    this.cancelRests();
    this.changed.dispose();
  }

  private rest(): void {
    this.isResting = true;
    this.cancelRests();
    this.rests[0]();
  }

  private cancelRests(): void {
    for (const rest of this.rests) {
      rest.cancel();
    }
  }

  private endRest(): void {
    this.isResting = false;
    if (this.isDue) {
      this.drawNow();
    }
  }

  private drawNow(): void {
    this.isDue = this.isResting;
    if (this.isResting) {
      return;
    }
    const stale = new Set(this.stale);
    this.stale.clear();
    if (this.isAllStale || (this.opened.has(top) && this.hasOthers(undefined))) {
      this.isAllStale = false;
      this.given.clear();
      this.opened.clear();
      this.changed.fire(undefined);
    } else {
      this.drawRows(stale);
    }
    this.drawn();
  }

  /** Updates the rows with these keys, and the rows below an expanded row if others belong there. */
  private drawRows(keys: ReadonlySet<string>): void {
    for (const node of this.nodes) {
      const isStale = keys.has(node.key);
      const { rows, look } = this.drawing.dependence(node);
      if ((isStale || rows) && this.opened.has(node.id) && this.hasOthers(node)) {
        this.changed.fire(node);
      } else if (isStale || look) {
        this.drawChanged(node.id);
      }
    }
  }

  private drawChanged(id: string): void {
    const given = this.given.get(id);
    if (given?.look !== undefined && given.look !== this.drawing.look(given.node)) {
      this.changed.fire(given.node);
    }
  }

  /** Whether other rows belong below an expanded row than VS Code has. */
  private hasOthers(node: Node | undefined): boolean {
    const present = this.drawing.below(node);
    return present?.map(({ id }) => id).join('\n') !== this.opened.get(node?.id ?? top)?.join('\n');
  }
}
