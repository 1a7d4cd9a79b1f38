import * as vscode from 'vscode';
import type { Account, Session } from '../../src/account/session';
import { Fleet } from '../../src/fleet/fleet';
import { Snapshots } from '../../src/fleet/snapshots';
import { ForgeClient } from '../../src/forge/client';
import { Log } from '../../src/ui/log';
import { extensionId, type extensionUnderTest, token, url } from './extensionUnderTest';

/** How the extension names itself to Forge. */
export const userAgent = () =>
  `vscode-laravel-forge/${vscode.extensions.getExtension(extensionId)?.packageJSON.version as string}`;

const nothing = () => undefined;
const quiet = new Log({ debug: nothing, warn: nothing, error: nothing, show: nothing });

/** The fleets of other windows: the same account and the same folder, but a client of their own. */
export class OtherWindows {
  private readonly fleets: Fleet[] = [];

  constructor(private readonly under: ReturnType<typeof extensionUnderTest>) {}

  /** @param as the token of the account */
  async open(account: Account, as = token): Promise<Fleet> {
    const { accounts, snapshots } = this.under.services;
    const client = new ForgeClient({
      apiUrl: url,
      token: () => as,
      limiter: account.limiter,
      userAgent: userAgent(),
    });
    const session: Session = { state: 'signedIn', accounts: [{ ...account, client }] };
    const alike = {
      session,
      onDidChange: accounts.onDidChange,
      ready: accounts.ready,
      onDidSignOut: accounts.onDidSignOut,
      leave: () => Promise.resolve(),
    };
    const fleet = new Fleet(alike, new Snapshots(snapshots.folder, quiet), quiet);
    this.fleets.push(fleet);
    await accounts.ready;
    return fleet;
  }

  closeAll(): void {
    for (const fleet of this.fleets.splice(0)) {
      fleet.dispose();
    }
  }
}
