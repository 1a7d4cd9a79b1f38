import type * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { readKey } from '../fleet/keys';
import type { RecentSites } from '../fleet/recentSites';
import type { OrganizationEntry, SiteEntry } from '../fleet/rows';
import { allOf, type Disposable, Emitter, type Event } from '../forge/emitter';
import type { Git } from './git';
import { sitesOfCheckout } from './matchSites';
import type { OpenFolders } from './openFolders';

/** How old the data may be if the folder has no site, in milliseconds: one may have been created since. */
const lookAgainMs = 6 * 3_600_000;

/** A folder, or a checkout in it, and its sites. */
export interface LinkedRoot {
  readonly root: vscode.Uri;
  /** Its main site first, then the others of its repository. At least one. */
  readonly sites: readonly SiteEntry[];
}

/**
 * The sites that this window is about. Each root has its own: the one that `forge.site` names, then those that deploy its
 * repository, the current branch first. They decide what is shown and preselected, never what is done.
 */
export class LinkedSites implements Disposable {
  private readonly changed = new Emitter<SiteEntry | undefined>();
  private readonly listeners: Disposable;
  private found: readonly { readonly root: vscode.Uri; readonly keys: readonly string[] }[] = [];
  /** The keys of those that `forge.site` names. */
  private named: ReadonlySet<string> = new Set();
  private last = '';
  /** The last active file in an open folder: a log or a diff doesn't change where the user works. */
  private active: vscode.Uri | undefined;

  /** The linked sites, or their order, changed. Passes the window's main site. */
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
      fleet.onDidChange((keys) => this.mayMatter(keys) && look()),
      git.onDidChange(look),
      recent.onDidChange(look),
      open.onDidChange(look),
    );
  }

  /** Resolves when Git has answered for the first time. */
  get ready(): Promise<void> {
    return this.git.ready;
  }

  /**
   * Whether this window needs the fleet: it has a linked site, or may have one, because a folder has a remote or names its site,
   * and the data is old.
   */
  get isOfInterest(): boolean {
    if (this.entry) {
      return true;
    }
    const mayHaveSite = this.git.hasRemote || this.open.namedSites.length > 0 || this.recent.deployedHere !== undefined;
    const { lookedAt } = this.fleet;
    return mayHaveSite && (lookedAt === undefined || Math.abs(this.fleet.clock.now() - lookedAt) >= lookAgainMs);
  }

  /** Fires when that may have changed. */
  readonly onDidChangeInterest: Event<void> = (listener) =>
    allOf(
      this.git.onDidChange(() => listener()),
      this.onDidChange(() => listener()),
    );

  /** Whether a folder is open. */
  get isOpen(): boolean {
    return this.open.isAny;
  }

  /** The roots that have sites, the active editor's first. */
  get roots(): readonly LinkedRoot[] {
    return this.found
      .map(({ root, keys }) => ({ root, sites: keys.flatMap((key) => this.fleet.site(key) ?? []) }))
      .filter(({ sites }) => sites.length > 0);
  }

  /** The window's main site: that of the root the user works in, or else the one last deployed from here. */
  get entry(): SiteEntry | undefined {
    const { deployedHere } = this.recent;
    return this.roots[0]?.sites[0] ?? (deployedHere === undefined ? undefined : this.fleet.site(deployedHere));
  }

  /** All sites of the roots, without duplicates; `entry` first, if a root has it. */
  get sites(): readonly SiteEntry[] {
    const sites = this.roots.flatMap((root) => root.sites);
    return [...new Map(sites.map((site) => [site.key, site])).values()];
  }

  /** The main site of each root, without duplicates; `entry` first. */
  get entries(): readonly SiteEntry[] {
    const sites = [this.entry, ...this.roots.map(({ sites: [first] }) => first)].flatMap((site) => site ?? []);
    return [...new Map(sites.map((site) => [site.key, site])).values()];
  }

  /** The main site of a folder; undefined if no checkout in or around it has one. */
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

  /**
   * Whether the rows with these keys may change what is linked. Thousands of sites arrive page by page, and to look through all of them each
   * time would take longer than to read them.
   */
  private mayMatter(keys: ReadonlySet<string>): boolean {
    const linked = new Set([this.recent.deployedHere, ...this.found.flatMap((root) => root.keys)]);
    const changed = [...keys];
    // An account comes and goes with the list of organizations.
    if (changed.some((key) => linked.has(key) || readKey(key) === undefined)) {
      return true;
    }
    const sites = changed.flatMap((key) => this.fleet.site(key) ?? []);
    const names = new Set(this.open.namedSites.map(({ name }) => name));
    return (
      sites.some((site) => names.has(nameOf(site))) ||
      (sites.length > 0 &&
        this.git.checkouts.some(({ checkout }) => sitesOfCheckout(sites, checkout, () => false).length > 0)) ||
      // The name of a server is part of that of its sites.
      (names.size > 0 &&
        changed.some((key) => this.sitesOn(key).some((site) => names.has(nameOf(site)) !== this.named.has(site.key))))
    );
  }

  private sitesOn(serverKey: string): readonly SiteEntry[] {
    const entry = this.fleet.server(serverKey);
    return entry ? this.fleet.sites(entry, entry.server) : [];
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
    const named = this.open.namedSites.map(({ root, name }) => ({
      root,
      sites: sites.filter((entry) => nameOf(entry) === name),
    }));
    this.named = new Set(named.flatMap((each) => each.sites.map(({ key }) => key)));
    // A user's setting comes before what Git says, and the root the user works in before the others.
    const found = [
      ...named,
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
        // Two accounts may see the same site: keep that of the account used last.
        const name = `${organization.slug}/${site.id}`;
        known.keys.set(name, known.keys.get(name) ?? key);
      }
    }
    return [...byRoot.values()]
      .map(({ root, keys }) => ({ root, keys: [...keys.values()] }))
      .filter(({ keys }) => keys.length > 0)
      .sort((a, b) => this.holdsActive(b) - this.holdsActive(a));
  }

  /** The depth of a folder that contains the active file; 0 if it doesn't. */
  private holdsActive({ root }: { readonly root: vscode.Uri }): number {
    return this.active ? depthIn(root, this.active) : 0;
  }

  /** All sites, recently used ones first. */
  private sitesByUse(): readonly SiteEntry[] {
    return [...this.recent.keys().flatMap((key) => this.fleet.site(key) ?? []), ...this.fleet.allSites()];
  }
}

function isIn({ account, organization }: OrganizationEntry, entry: SiteEntry): boolean {
  return entry.account === account && entry.organization.slug === organization.slug;
}

/** The name of a site in `forge.site`. */
export function nameOf({ organization, server, site }: SiteEntry): string {
  return [organization.slug, server?.name, site.name].filter(Boolean).join('/');
}

/** The depth of a folder that is or contains this place; 0 for others. */
function depthIn({ scheme, path }: vscode.Uri, place: vscode.Uri): number {
  const folder = `${path.replace(/\/$/, '')}/`;
  return place.scheme === scheme && `${place.path}/`.startsWith(folder) ? folder.length : 0;
}
