import type { Accounts } from '../account/accounts';
import type { Fleet } from '../fleet/fleet';
import type { Snapshots } from '../fleet/snapshots';
import { allOf, type Disposable } from '../forge/emitter';
import type { Logs } from '../logs/logs';
import type { Focus } from '../ui/focus';
import type { Late } from '../ui/late';
import type { Log } from '../ui/log';
import type { Memory } from '../ui/memory';
import { Attention } from './attention';
import { CheckedFleets } from './checkedFleets';
import { FleetCheck } from './checkFleet';
import { readCertificate } from './readCertificate';
import { watchLooks } from './watchLooks';

/** What looks after the fleet: what needs attention, and the check that looks for more. */
export class Care implements Disposable {
  readonly attention: Attention;
  readonly check: FleetCheck;
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
    this.check = new FleetCheck(fleet, checked, readCertificate, log);
    this.parts = allOf(checked, this.attention, watchLooks(logs, this.attention));
    void checked.load();
  }

  dispose(): void {
    this.parts.dispose();
  }
}
