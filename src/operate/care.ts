import type { Accounts } from '../account/accounts';
import type { Fleet } from '../fleet/fleet';
import type { Snapshots } from '../fleet/snapshots';
import { allOf, type Disposable } from '../forge/emitter';
import type { Logs } from '../logs/logs';
import type { Focus } from '../ui/focus';
import { Late } from '../ui/late';
import type { Log } from '../ui/log';
import type { Memory } from '../ui/memory';
import { Attention } from './attention';
import { CheckedFleets } from './checkedFleets';
import type { FleetCheck } from './checkFleet';
import { watchLooks } from './watchLooks';

/** What looks after the fleet: what needs attention, and the check that looks for more. */
export class Care implements Disposable {
  readonly attention: Attention;
  readonly check: Late<FleetCheck>;
  private readonly parts: Disposable;

  /** @param memory for all windows */
  constructor(
    accounts: Accounts,
    fleet: Fleet,
    snapshots: Snapshots,
    logs: Late<Logs>,
    memory: Memory,
    focus: Focus,
    log: Log,
  ) {
    const checked = new CheckedFleets(accounts, snapshots, focus, fleet.clock);
    this.attention = new Attention(fleet, accounts, checked, memory, focus);
    this.check = new Late(async () => {
      const [{ FleetCheck: Check }, { readCertificate }] = await Promise.all([
        import('./checkFleet'),
        import('./readCertificate'),
      ]);
      return new Check(fleet, checked, readCertificate, log);
    });
    this.parts = allOf(checked, this.attention, watchLooks(logs, this.attention));
    void checked.load();
  }

  dispose(): void {
    this.parts.dispose();
  }
}
