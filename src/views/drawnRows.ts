import type { Clock, Debounced } from '../forge/clock';
import { Emitter } from '../forge/emitter';

/** How long changes are gathered before they are drawn, in milliseconds. */
export const drawMs = 50;

interface Row {
  /** Its own. */
  readonly id: string;
  /** Of what it shows. */
  readonly key: string;
}

/** What is drawn. */
export interface Drawing<Node extends Row> {
  /** All that a person sees of a row, for comparing. */
  look(node: Node): string;
  /** The rows that belong below one, or at the top, as far as they are known; undefined where they are to be read. */
  below(node: Node | undefined): readonly Node[] | undefined;
  /** What of it may be otherwise with any change, not only with one of what it shows: the rows below it, and itself. */
  dependence(node: Node): { readonly rows: boolean; readonly look: boolean };
}

/** What the rows at the top lie below. */
const top = '';

/**
 * Keeps account of the rows that VS Code was given, and has it ask again for those alone that look different now: a row that is drawn anew
 * loses its tooltip, and one that is given anew its selection.
 */
export class DrawnRows<Node extends Row> {
  private readonly changed = new Emitter<Node | undefined>();
  /** The rows that VS Code was given last, by id, and how they looked: it knows a row by the object. */
  private readonly given = new Map<string, { readonly node: Node; look: string | undefined }>();
  /** The ids of the rows below each row that was opened, in order. */
  private readonly opened = new Map<string, readonly string[]>();
  /** The ids of the rows that were opened once and are closed now. */
  private readonly closed = new Set<string>();
  /** The keys of what has changed since it was last drawn. */
  private readonly stale = new Set<string>();
  private readonly drawStale: Debounced;

  /** VS Code is to ask again for a row, and for what lies below it; for all where it is undefined. */
  readonly onDidChange = this.changed.event;

  /** @param drawn told when what has changed is drawn */
  constructor(
    clock: Clock,
    private readonly drawing: Drawing<Node>,
    drawn: () => void,
  ) {
    this.drawStale = clock.debounce(drawMs, () => {
      const stale = new Set(this.stale);
      this.stale.clear();
      this.drawRows(stale);
      drawn();
    });
  }

  /** All that are given. */
  get nodes(): readonly Node[] {
    return [...this.given.values()].map(({ node }) => node);
  }

  /** The row of an id, as it was given last. */
  node(id: string): Node | undefined {
    return this.given.get(id)?.node;
  }

  /** These rows are given below one, or at the top. */
  give(parent: Node | undefined, children: readonly Node[]): void {
    const place = parent?.id ?? top;
    for (const gone of this.opened.get(place) ?? []) {
      this.given.delete(gone);
    }
    this.opened.set(
      place,
      children.map(({ id }) => id),
    );
    for (const child of children) {
      this.given.set(child.id, { node: child, look: undefined });
    }
  }

  /** A row is given as it looks now. */
  giveLook({ id }: Node, look: string): void {
    const given = this.given.get(id);
    if (given) {
      given.look = look;
    }
  }

  /** A row was opened or closed. */
  setOpen({ id }: Node, isOpen: boolean): void {
    isOpen ? this.closed.delete(id) : this.closed.add(id);
  }

  isOpen(id: string): boolean {
    return this.opened.has(id) && !this.closed.has(id);
  }

  /** Draws what has changed, once for all the changes that come in one go. */
  redraw(keys: Iterable<string>): void {
    for (const key of keys) {
      this.stale.add(key);
    }
    this.drawStale();
  }

  redrawAll(): void {
    this.given.clear();
    this.opened.clear();
    this.changed.fire(undefined);
  }

  /** Draws a row where it looks different now. */
  draw({ id }: Node): void {
    const given = this.given.get(id);
    if (given?.look !== undefined && given.look !== this.drawing.look(given.node)) {
      this.changed.fire(given.node);
    }
  }

  dispose(): void {
    this.drawStale.cancel();
    this.changed.dispose();
  }

  /** Draws the rows of these keys, and what is below a row that was opened where other rows belong there. */
  private drawRows(keys: ReadonlySet<string>): void {
    if (this.opened.has(top) && this.hasOthers(undefined)) {
      this.redrawAll();
      return;
    }
    for (const node of this.nodes) {
      const isStale = keys.has(node.key);
      const { rows, look } = this.drawing.dependence(node);
      if ((isStale || rows) && this.opened.has(node.id) && this.hasOthers(node)) {
        this.changed.fire(node);
      } else if (isStale || look) {
        this.draw(node);
      }
    }
  }

  /** Whether other rows belong below one that was opened than were given. */
  private hasOthers(node: Node | undefined): boolean {
    const present = this.drawing.below(node);
    return present?.map(({ id }) => id).join('\n') !== this.opened.get(node?.id ?? top)?.join('\n');
  }
}
