import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { RecentSites } from '../fleet/recentSites';
import type { SiteEntry } from '../fleet/rows';
import { settings } from '../manifest';
import type { Git } from './git';
import type { Checkout } from './gitFiles';
import { siteOfCheckout } from './matchSites';

/**
 * Which site this window is about: the one that `forge.site` names, else by git remote and branch, else the one deployed last
 * from this workspace. It decides what is shown and chosen beforehand, never what is done.
 */
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
      vscode.workspace.onDidChangeWorkspaceFolders(look),
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(settings.site) && look()),
      recent.onDidChange(look),
      vscode.window.onDidChangeActiveTextEditor(look),
    );
  }

  /** Whether a folder names its site. */
  get isNamed(): boolean {
    return namedSites().length > 0;
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
    const named = namedSites().map(({ root, name }) => ({ root, site: () => this.siteNamed(name) }));
    const checkouts = this.git.checkouts.map(({ root, checkout }) => ({ root, site: () => this.siteOf(checkout) }));
    // What a person has said counts more than what git says, and the folder one works in more than the others.
    for (const { site } of [...named, ...checkouts].sort((a, b) => holdsActive(b) - holdsActive(a))) {
      const entry = site();
      if (entry) {
        return entry;
      }
    }
    const deployedHere = this.recent.deployedHere;
    return deployedHere === undefined ? undefined : this.fleet.site(deployedHere);
  }

  private siteOf(checkout: Checkout): SiteEntry | undefined {
    const keys = this.recent.keys();
    const used = new Set(keys);
    // Those used last come first.
    const sites = [...keys.flatMap((key) => this.fleet.site(key) ?? []), ...this.fleet.allSites()];
    return siteOfCheckout(sites, checkout, ({ key }) => used.has(key));
  }

  private siteNamed(name: string): SiteEntry | undefined {
    return this.fleet.allSites().find((entry) => nameOf(entry) === name);
  }
}

/** What `forge.site` calls a site. */
export function nameOf({ organization, server, site }: SiteEntry): string {
  return [organization.slug, server?.name, site.name].filter(Boolean).join('/');
}

/** What `forge.site` says of the open folders. */
function namedSites(): { readonly root: vscode.Uri; readonly name: string }[] {
  return (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri: root }) => {
    const name: unknown = vscode.workspace.getConfiguration(undefined, root).get(settings.site);
    return typeof name === 'string' && name !== '' ? [{ root, name }] : [];
  });
}

/** 1 where the active editor's file is in that folder, else 0. */
function holdsActive({ root }: { readonly root: vscode.Uri }): number {
  const active = vscode.window.activeTextEditor?.document.uri;
  return Number(active?.scheme === root.scheme && `${active.path}/`.startsWith(`${root.path.replace(/\/$/, '')}/`));
}
