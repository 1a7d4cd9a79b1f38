import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { RecentSites } from '../fleet/recentSites';
import type { SiteEntry } from '../fleet/rows';
import type { Git } from './git';
import { siteOfCheckout } from './matchSites';

/** Which site this window is about: by git remote and branch, else the one deployed last from this workspace. */
export class LinkedSite implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<SiteEntry | undefined>();
  private readonly listeners: vscode.Disposable;
  private key: string | undefined;

  /** Another site is linked now, or none. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly fleet: Fleet,
    private readonly git: Git,
    private readonly recent: RecentSites,
  ) {
    const look = () => this.look();
    this.listeners = vscode.Disposable.from(
      this.changed,
      // Without a key no row has changed.
      fleet.onDidChange((keys) => keys.size > 0 && look()),
      git.onDidChange(look),
      recent.onDidChange(look),
      vscode.window.onDidChangeActiveTextEditor(look),
    );
  }

  /** The site as it is now; undefined where this window is about none. */
  get entry(): SiteEntry | undefined {
    return this.key === undefined ? undefined : this.fleet.site(this.key);
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private look(): void {
    const key = this.find()?.key;
    if (key !== this.key) {
      this.key = key;
      this.changed.fire(this.entry);
    }
  }

  private find(): SiteEntry | undefined {
    const checkouts = this.git.checkouts();
    if (checkouts.length > 0) {
      const keys = this.recent.keys();
      const used = new Set(keys);
      // Those used last come first.
      const sites = [...keys.flatMap((key) => this.fleet.site(key) ?? []), ...this.fleet.allSites()];
      for (const checkout of checkouts) {
        const entry = siteOfCheckout(sites, checkout, ({ key }) => used.has(key));
        if (entry) {
          return entry;
        }
      }
    }
    const deployedHere = this.recent.deployedHere;
    return deployedHere === undefined ? undefined : this.fleet.site(deployedHere);
  }
}
