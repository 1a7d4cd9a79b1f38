import * as vscode from 'vscode';
import type { Account, Session } from '../../src/account/session';
import { Fleet } from '../../src/fleet/fleet';
import { Snapshots } from '../../src/fleet/snapshots';
import { ForgeClient } from '../../src/forge/client';
import { watchFolder } from '../../src/ui/watchFolder';
import { quiet } from '../quietLog';
import { extensionId, type extensionUnderTest, token, url } from './extensionUnderTest';

/** How the extension names itself to Forge. */
export const userAgent = () =>
  `vscode-laravel-forge/${vscode.extensions.getExtension(extensionId)?.packageJSON.version as string}`;

/** The fleets of other windows: the same account and the same folder, but a client of their own. */
export class OtherWindows {
  private readonly fleets: Fleet[] = [];

  constructor(private readonly under: ReturnType<typeof extensionUnderTest>) {}

  /**
   * @param options.as the token of the account
   * @param options.snapshots those of this window, for one that has forgotten what it wrote
   */
  async open(
    account: Account,
    { as = token, snapshots }: { readonly as?: string; readonly snapshots?: Snapshots } = {},
  ): Promise<Fleet> {
    const { accounts, clock, snapshots: own } = this.under.services;
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
    const fleet = new Fleet(alike, snapshots ?? new Snapshots(own.folder, clock, quiet), watchFolder, clock, quiet);
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
