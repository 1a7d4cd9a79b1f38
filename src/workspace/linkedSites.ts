import type * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import type { RecentSites } from '../fleet/recentSites';
import type { OrganizationEntry, SiteEntry } from '../fleet/rows';
import { allOf, type Disposable, Emitter, type Event } from '../forge/emitter';
import type { Git } from './git';
import { sitesOfCheckout } from './matchSites';
import type { OpenFolders } from './openFolders';

/** How old what is known may be where no site belongs to the folder, in milliseconds: one may have been made since. */
const lookAgainMs = 6 * 3_600_000;

/** A folder or a checkout in it, and the sites that it belongs to. */
export interface LinkedRoot {
  readonly root: vscode.Uri;
  /** The one that it is about comes first, then the others of its repository. At least one. */
  readonly sites: readonly SiteEntry[];
}

/**
 * Which sites this window is about. Each root has its own: the one that `forge.site` names, then those that deploy its
 * repository, the current branch before the others. It decides what is shown and chosen beforehand, never what is done.
 */
export class LinkedSites implements Disposable {
  private readonly changed = new Emitter<SiteEntry | undefined>();
  private readonly listeners: Disposable;
  private found: readonly { readonly root: vscode.Uri; readonly keys: readonly string[] }[] = [];
  private last = '';
  /** The file in front last that lies in an open folder: a log or a diff does not change where one works. */
  private active: vscode.Uri | undefined;

  /** Other sites are linked now, or in another order. Tells the one that the window is about. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly fleet: Fleet,
    private readonly git: Pick<Git, 'checkouts' | 'hasRemote' | 'onDidChange' | 'ready'>,
    private readonly recent: RecentSites,
    private readonly open: OpenFolders,
  ) {
    const look = () => this.look();
    this.listeners = allOf(
      this.changed,
      fleet.addShowing(
        (organization, list) => list === 'sites' && this.entries.some((entry) => isIn(organization, entry)),
      ),
      // Without a key no row has changed.
      fleet.onDidChange((keys) => keys.size > 0 && look()),
      git.onDidChange(look),
      recent.onDidChange(look),
      open.onDidChange(look),
    );
  }

  /** Resolves when git was asked for the first time. */
  get ready(): Promise<void> {
    return this.git.ready;
  }

  /**
   * Whether it is of interest here how the fleet stands: there is a site to tell of, or there may be one, because a folder has a remote
   * or names its site, and nobody has looked for long.
   */
  get isOfInterest(): boolean {
    if (this.entry) {
      return true;
    }
    const mayHaveSite = this.git.hasRemote || this.open.namedSites.length > 0 || this.recent.deployedHere !== undefined;
    const { lookedAt } = this.fleet;
    return mayHaveSite && (lookedAt === undefined || Math.abs(this.fleet.clock.now() - lookedAt) >= lookAgainMs);
  }

  /** It may be of interest now, or no longer. */
  readonly onDidChangeInterest: Event<void> = (listener) =>
    allOf(
      this.git.onDidChange(() => listener()),
      this.onDidChange(() => listener()),
    );

  /** The roots that have sites, that of the active editor first. */
  get roots(): readonly LinkedRoot[] {
    return this.found
      .map(({ root, keys }) => ({ root, sites: keys.flatMap((key) => this.fleet.site(key) ?? []) }))
      .filter(({ sites }) => sites.length > 0);
  }

  /** The site that the window is about just now: that of the root one works in, else the one deployed last from here. */
  get entry(): SiteEntry | undefined {
    const { deployedHere } = this.recent;
    return this.roots[0]?.sites[0] ?? (deployedHere === undefined ? undefined : this.fleet.site(deployedHere));
  }

  /** All sites of the roots, without doubles; that of `entry` first, where a root has it. */
  get sites(): readonly SiteEntry[] {
    const sites = this.roots.flatMap((root) => root.sites);
    return [...new Map(sites.map((site) => [site.key, site])).values()];
  }

  /** The sites that the roots are about, one each, without doubles; that of `entry` first. */
  get entries(): readonly SiteEntry[] {
    const sites = [this.entry, ...this.roots.map(({ sites: [first] }) => first)].flatMap((site) => site ?? []);
    return [...new Map(sites.map((site) => [site.key, site])).values()];
  }

  /** The site that a folder is about; undefined where no checkout in it or around it has one. */
  entryOf(folder: vscode.Uri): SiteEntry | undefined {
    const holds = (outer: vscode.Uri, inner: vscode.Uri) => depthIn(outer, inner) > 0;
    return this.roots.find(({ root }) => holds(root, folder) || holds(folder, root))?.sites[0];
  }

  /** Whether `forge.site` of an open folder names a site. */
  isNamed(site: SiteEntry): boolean {
    return this.open.namedSites.some(({ name }) => name === nameOf(site));
  }

  /** The open folders whose `forge.site` names a site, with that site as each account sees it. */
  get namedFolders(): readonly LinkedRoot[] {
    const sites = this.open.namedSites.length > 0 ? this.fleet.allSites() : [];
    return this.open.namedSites
      .map(({ root, name }) => ({ root, sites: sites.filter((site) => nameOf(site) === name) }))
      .filter((folder) => folder.sites.length > 0);
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private look(): void {
    this.active = this.open.activeFile ?? this.active;
    this.found = this.find();
    const now = JSON.stringify([this.entry?.key, this.found.map(({ root, keys }) => [root.toString(), keys])]);
    if (now !== this.last) {
      this.last = now;
      this.changed.fire(this.entry);
    }
  }

  private find(): readonly { readonly root: vscode.Uri; readonly keys: readonly string[] }[] {
    const sites = this.sitesByUse();
    const used = new Set(this.recent.keys());
    // What a person has said comes before what git says, and the root one works in before the others.
    const found = [
      ...this.open.namedSites.map(({ root, name }) => ({
        root,
        sites: sites.filter((entry) => nameOf(entry) === name),
      })),
      ...this.git.checkouts.map(({ root, checkout }) => ({
        root,
        sites: sitesOfCheckout(sites, checkout, ({ key }) => used.has(key)),
      })),
    ];
    const byRoot = new Map<string, { root: vscode.Uri; keys: Map<string, string> }>();
    for (const { root, sites: own } of found) {
      const place = root.toString().replace(/\/$/, '');
      const known = byRoot.get(place) ?? { root, keys: new Map() };
      byRoot.set(place, known);
      for (const { key, organization, site } of own) {
        // Two accounts may see the same site: it is meant once, by the account that was used last.
        const name = `${organization.slug}/${site.id}`;
        known.keys.set(name, known.keys.get(name) ?? key);
      }
    }
    return [...byRoot.values()]
      .map(({ root, keys }) => ({ root, keys: [...keys.values()] }))
      .filter(({ keys }) => keys.length > 0)
      .sort((a, b) => this.holdsActive(b) - this.holdsActive(a));
  }

  /** How deep the folder is that holds the file in which one works; 0 for one that does not. */
  private holdsActive({ root }: { readonly root: vscode.Uri }): number {
    return this.active ? depthIn(root, this.active) : 0;
  }

  /** All sites, those used last first. */
  private sitesByUse(): readonly SiteEntry[] {
    return [...this.recent.keys().flatMap((key) => this.fleet.site(key) ?? []), ...this.fleet.allSites()];
  }
}

function isIn({ account, organization }: OrganizationEntry, entry: SiteEntry): boolean {
  return entry.account === account && entry.organization.slug === organization.slug;
}

/** What `forge.site` calls a site. */
export function nameOf({ organization, server, site }: SiteEntry): string {
  return [organization.slug, server?.name, site.name].filter(Boolean).join('/');
}

/** How deep a folder is, where it is this place or holds it; else 0. */
function depthIn({ scheme, path }: vscode.Uri, place: vscode.Uri): number {
  const folder = `${path.replace(/\/$/, '')}/`;
  return place.scheme === scheme && `${place.path}/`.startsWith(folder) ? folder.length : 0;
}
