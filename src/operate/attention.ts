import { type Account, accountsOf, type Session } from '../account/session';
import type { Fleet } from '../fleet/fleet';
import { allOf, type Disposable, Emitter, type Event } from '../forge/emitter';
import type { Focus } from '../ui/focus';
import { type Memory, recordIn } from '../ui/memory';
import { type CheckedFleets, checkParts } from './checkedFleets';
import { type Finding, type FindingKind, findingKinds, findingOf, fleetFindings } from './findings';

const dismissedKey = 'forge.dismissedFindings';

/** How many dismissals to remember. */
const mostDismissed = 2_000;

/** What needs attention: what the fleet and the last check tell, but for what the user has dismissed or looked at. Makes no requests. */
export class Attention implements Disposable {
  private readonly changed = new Emitter<void>();
  private readonly listeners: Disposable;
  private known: readonly Finding[] | undefined;
  private dismissed: Readonly<Record<string, unknown>>;

  /** What needs attention may have changed. */
  readonly onDidChange = this.changed.event;

  /** @param memory for all windows */
  constructor(
    private readonly fleet: Fleet,
    private readonly accounts: { readonly session: Session; readonly onDidChange: Event<unknown> },
    private readonly checked: CheckedFleets,
    private readonly memory: Memory,
    focus: Focus,
  ) {
    this.dismissed = recordIn(memory, dismissedKey);
    const forget = () => {
      this.known = undefined;
      this.changed.fire();
    };
    this.listeners = allOf(
      this.changed,
      fleet.onDidChange(forget),
      checked.onDidChange(forget),
      // Another window may have dismissed some, which fires no event here.
      focus.onDidChange(() => {
        this.dismissed = recordIn(memory, dismissedKey);
        forget();
      }),
    );
  }

  /** Most urgent first, and of these the most recent. */
  get findings(): readonly Finding[] {
    this.known ??= this.all().filter(({ id, state }) => this.dismissed[id] !== state);
    return this.known;
  }

  /** The finding with an id; undefined once it is gone or dismissed. */
  find(id: string): Finding | undefined {
    return this.findings.find((finding) => finding.id === id);
  }

  /** Hides findings until they change. */
  async dismiss(findings: readonly Pick<Finding, 'id' | 'state'>[]): Promise<void> {
    const before = Object.entries(recordIn(this.memory, dismissedKey));
    const added = findings.map(({ id, state }) => [id, state] as const);
    const ids = new Set(added.map(([id]) => id));
    const kept = [...before.filter(([id]) => !ids.has(id)), ...added].slice(-mostDismissed);
    this.dismissed = Object.fromEntries(kept);
    this.known = undefined;
    this.changed.fire();
    await this.memory.update(dismissedKey, this.dismissed);
  }

  /** The user looks at the log of a deployment: if that failed, they know now. @param site fleet key */
  async look(site: string, deploymentId: string): Promise<void> {
    const { id, state } = findingOf('deployment', site, { subject: null, state: deploymentId, since: null }, null);
    if (this.find(id)?.state === state) {
      await this.dismiss([{ id, state }]);
    }
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private all(): readonly Finding[] {
    const urgency = (kind: FindingKind) => findingKinds.indexOf(kind);
    return [...fleetFindings(this.fleet, this.now()), ...this.checkedFindings()].sort(
      (a, b) => urgency(a.kind) - urgency(b.kind) || (b.since ?? 0) - (a.since ?? 0) || a.id.localeCompare(b.id),
    );
  }

  private *checkedFindings(): Generator<Finding> {
    for (const part of checkParts) {
      for (const [at, item] of this.checked.of(part)) {
        if (this.fleet.server(at) ?? this.fleet.site(at)) {
          yield* item.found.map((found) => findingOf(part, at, found, item.at));
        }
      }
    }
  }

  /** Forge's time. */
  private now(): number {
    const [first]: readonly Account[] = accountsOf(this.accounts.session);
    return first?.client.now() ?? this.fleet.clock.now();
  }
}
