import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { allOf, type Event } from '../forge/emitter';
import { LivePick } from '../ui/livePick';
import { pickHeading, pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import type { Reason } from '../ui/replacedRows';
import { spinning } from '../ui/spinning';
import { steps } from '../ui/steps';
import { thisFolder } from '../ui/thisFolder';
import type { Fleet } from './fleet';
import type { RecentSites } from './recentSites';
import { byName, type OrganizationEntry, type ServerEntry, type SiteEntry, serverKeyOf } from './rows';
import { type Searchable, SearchIndex, searchableSite } from './searchIndex';

/** Maximum number of rows shown. Typing more narrows the list. */
const most = 200;

/** How long to collect changes of the fleet before updating the list, in milliseconds. */
const gatherMs = 100;

/** How long to wait for the folder's sites before anything is shown, in milliseconds: one of them should be preselected. */
const folderMs = 1_000;

/** The sites that the open folders belong to. */
export interface FolderSites {
  /** Resolves when they are first known. */
  readonly ready: Promise<void>;
  /** The window's main site first. */
  readonly sites: readonly SiteEntry[];
  /** Whether a folder is open, so that the window is about a project. */
  readonly isOpen: boolean;
  readonly onDidChange: Event<unknown>;
}

/** A button on each row, for another action than selecting it. */
export interface RowButton<T> {
  readonly icon: string;
  readonly tooltip: string;
  readonly run: (entry: T) => unknown;
}

interface Question<T> {
  readonly title: string;
  readonly placeholder: string;
  /** Whether there is nothing to select. Called with every change of the fleet. */
  readonly isEmpty: () => boolean;
  /** The error message in that case. */
  readonly emptyMessage: string;
  /** The items in display order. The first `here` belong to the folder, the next `used` were used recently. */
  readonly items: () => { readonly all: readonly Searchable<T>[]; readonly here: number; readonly used: number };
  readonly row: (entry: T) => { readonly label: string; readonly description: string; readonly detail: string };
  /** The current state of the selected entry; undefined if it is gone. */
  readonly present: (key: string) => T | undefined;
  readonly buttons: readonly RowButton<T>[];
}

interface Row<T> extends vscode.QuickPickItem {
  readonly entry?: T;
}

/**
 * Asks for a site: those of the open folders first, then recently used ones, found by any part of name, alias, tag, server, address,
 * repository or branch. While the fleet is loading, sites are added as they arrive.
 * @returns undefined if the user canceled, or used a button instead.
 * @throws PlainError if there are no sites.
 */
export function pickSite(
  fleet: Fleet,
  recent: RecentSites,
  folder: FolderSites,
  title: string,
  buttons: readonly RowButton<SiteEntry>[] = [],
): Promise<SiteEntry | undefined> {
  return pick(fleet, folder, {
    title,
    placeholder: l10n.t('Site, alias, tag, server, address, repository or branch'),
    isEmpty: () => fleet.allSites().length === 0,
    emptyMessage: l10n.t('No sites found.'),
    items: () => {
      const here = folder.sites.map(({ key }) => key);
      return likeliestFirst(fleet, fleet.allSites(), here, recent, ({ site }) => site, searchableSite);
    },
    row: (entry) => {
      const { repository, tags, aliases } = entry.site;
      return {
        label: entry.site.name,
        description: whereabouts(fleet, entry.server?.name, entry),
        detail: [repository?.url, repository?.branch, ...tags, ...aliases].filter(Boolean).join(' · '),
      };
    },
    present: (key) => fleet.site(key),
    buttons,
  });
}

/**
 * Asks for a server: those of the open folders' sites first, then recently used ones, found by any part of name, address, tag of its
 * sites, type, provider or region.
 * @returns undefined if the user canceled, or used a button instead.
 * @throws PlainError if there are no servers.
 */
export function pickServer(
  fleet: Fleet,
  recent: RecentSites,
  folder: FolderSites,
  title: string,
  buttons: readonly RowButton<ServerEntry>[] = [],
): Promise<ServerEntry | undefined> {
  return pick(fleet, folder, {
    title,
    placeholder: l10n.t('Server, address, tag, type, provider or region'),
    isEmpty: () => fleet.allServers().length === 0,
    emptyMessage: l10n.t('No servers found.'),
    items: () => {
      const tags = tagsOfServers(fleet);
      return likeliestFirst(
        fleet,
        fleet.allServers(),
        folder.sites.flatMap((site) => serverKeyOf(site) ?? []),
        recent,
        ({ server }) => server,
        (entry) => searchableServer(entry, [...(tags.get(entry.key) ?? [])]),
      );
    },
    row: (entry) => {
      const { name, ipAddress, type, phpVersion, provider, region } = entry.server;
      return {
        label: name,
        description: whereabouts(fleet, ipAddress, entry),
        detail: [type, phpVersion && `PHP ${phpVersion}`, provider, region].filter(Boolean).join(' · '),
      };
    },
    present: (key) => fleet.server(key),
    buttons,
  });
}

function searchableServer(item: ServerEntry, tags: readonly string[]): Searchable<ServerEntry> {
  const { name, ipAddress, privateIpAddress, type, provider, region } = item.server;
  return { item, name, texts: [ipAddress, privateIpAddress, type, provider, region, item.organization.name, ...tags] };
}

/** The tags of the sites on each server, by the server's key. No list has the server's own tags (src/forge/README.md, Lists). */
function tagsOfServers(fleet: Fleet): ReadonlyMap<string, ReadonlySet<string>> {
  const tags = new Map<string, Set<string>>();
  for (const entry of fleet.allSites()) {
    const place = serverKeyOf(entry);
    if (place !== undefined && entry.site.tags.length > 0) {
      const known = tags.get(place) ?? new Set();
      tags.set(place, known);
      for (const tag of entry.site.tags) {
        known.add(tag);
      }
    }
  }
  return tags;
}

/**
 * All entries: those of the folder in its order, then recently used ones, then the others by name. With several accounts, entries
 * are also found by account.
 * @param here the keys of the folder's entries
 */
function likeliestFirst<T extends OrganizationEntry>(
  fleet: Fleet,
  entries: readonly T[],
  here: readonly string[],
  recent: RecentSites,
  named: (entry: T) => { readonly name: string },
  searchable: (entry: T) => Searchable<T>,
): ReturnType<Question<T>['items']> {
  const likely = [...new Set([...here, ...recent.keys()])];
  const rank = new Map(likely.map((key, index) => [key, index]));
  const rankOf = ({ key }: T) => rank.get(key) ?? rank.size;
  const sorted = [...entries].sort((a, b) => rankOf(a) - rankOf(b) || byName(named(a), named(b)));
  const all = sorted.map((entry) => {
    const { texts, ...rest } = searchable(entry);
    return { ...rest, texts: fleet.hasSeveralAccounts ? [...texts, entry.account.label] : texts };
  });
  const ofFolder = new Set(here);
  const isHere = ({ key }: T) => ofFolder.has(key);
  const count = (isMeant: (entry: T) => boolean) => sorted.filter(isMeant).length;
  return { all, here: count(isHere), used: count((entry) => rank.has(entry.key) && !isHere(entry)) };
}

/** Where an entry is. Names the organization and account only if there are several. */
function whereabouts(
  fleet: Fleet,
  place: string | null | undefined,
  { organization, account }: OrganizationEntry,
): string {
  const severalOrganizations = fleet.organizations().length > 1;
  return [
    place,
    severalOrganizations ? organization.name : undefined,
    fleet.hasSeveralAccounts ? account.label : undefined,
  ]
    .filter(Boolean)
    .join(' · ');
}

async function pick<T extends { readonly key: string }>(
  fleet: Fleet,
  folder: FolderSites,
  question: Question<T>,
): Promise<T | undefined> {
  await fleet.ready;
  if (fleet.state === 'signedOut') {
    throw new PlainError(l10n.t('Sign in to Laravel Forge first.'), steps.signIn());
  }
  let isFolderRead = false;
  const whenRead = folder.ready.then(() => {
    isFolderRead = true;
  });
  await Promise.all([fleet.open(), fleet.clock.within(folderMs, whenRead)]);
  if (question.isEmpty() && !fleet.isRefreshing) {
    void fleet.refresh('user');
  }
  const buttons = question.buttons.map(({ icon, tooltip, run }) => ({
    iconPath: new vscode.ThemeIcon(icon),
    tooltip,
    run,
  }));
  const live = new LivePick<Row<T>, T>(question.title, question.placeholder);
  const { box } = live;
  let index: Index<T> | undefined;
  let shown: string | undefined;
  let isOver = false;
  /** Shows the matches, with the row of that key active, or else the first. */
  const show = (reason: Reason, key?: string) => {
    index ??= indexOf(question);
    const { search } = index;
    // Filtered here, not by VS Code, which would need all rows and is slow with thousands.
    const more = { alwaysShow: true, ...(buttons.length > 0 ? { buttons } : {}) };
    const rows = search.find(box.value, most).map((entry): Row<T> => pickRow(question.row(entry), { entry, ...more }));
    box.busy = fleet.isRefreshing;
    // Enter must not act on another project's site, so that there is a row for a folder without any, too.
    const isFolderKnown = isFolderRead && !fleet.isIncomplete;
    const all =
      box.value.trim() === '' ? withHeadings(rows, index, folder.isOpen ? nothingHere(isFolderKnown) : []) : rows;
    const look = JSON.stringify(
      all.map(({ entry, label, description, detail }) => [entry?.key, label, description, detail]),
    );
    if (look !== shown) {
      shown = look;
      live.replace(all, reason, key === undefined ? undefined : rows.find(({ entry }) => entry?.key === key));
    }
  };
  const showChanges = fleet.clock.debounce(gatherMs, () => {
    index = undefined;
    show('changed', box.activeItems[0]?.entry?.key);
  });
  if (!isFolderRead) {
    void whenRead.then(() => isOver || showChanges());
  }
  const listener = allOf(
    folder.onDidChange(showChanges),
    fleet.onDidChange(() => {
      if (!fleet.isRefreshing && question.isEmpty()) {
        live.fail(fleet.error ?? new PlainError(question.emptyMessage));
      }
      showChanges();
    }),
  );
  const now = (entry: T) => question.present(entry.key) ?? entry;
  try {
    show('changed');
    return await live.ask({
      type: () => show('typed'),
      accept: ({ entry }) => entry && live.end(now(entry)),
      rowButton: (button, { entry }) => {
        if (entry) {
          live.end();
          void (button as (typeof buttons)[number]).run(now(entry));
        }
      },
    });
  } finally {
    isOver = true;
    showChanges.cancel();
    listener.dispose();
  }
}

interface Index<T> {
  readonly search: SearchIndex<T>;
  /** The keys of the folder's entries, and of other recently used ones. */
  readonly here: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
}

function indexOf<T extends { readonly key: string }>({ items }: Question<T>): Index<T> {
  const { all, here, used } = items();
  const keys = all.slice(0, here + used).map(({ item }) => item.key);
  return { search: new SearchIndex(all), here: new Set(keys.slice(0, here)), used: new Set(keys.slice(here)) };
}

/** The row that says that the open folder has none. It can't be selected. */
function nothingHere<T>(isFolderKnown: boolean): readonly Row<T>[] {
  return [
    isFolderKnown
      ? pickRow({ icon: 'info', label: l10n.t('None found. Select one below, or type to search.') })
      : pickRow({ icon: spinning('sync'), label: l10n.t('Looking…') }),
  ];
}

/**
 * The rows below their headings, in the given order. A single group needs a heading only if it is the folder's.
 * @param nothing shown if none of them is the folder's
 */
function withHeadings<T extends { readonly key: string }>(
  rows: readonly Row<T>[],
  { here, used }: Index<T>,
  nothing: readonly Row<T>[],
): readonly Row<T>[] {
  const isIn = (keys: ReadonlySet<string>, { entry }: Row<T>) => entry !== undefined && keys.has(entry.key);
  const found = rows.filter((row) => isIn(here, row));
  const ofFolder = found.length > 0 ? found : nothing;
  const others = [
    { label: l10n.t('Recently Used'), rows: rows.filter((row) => isIn(used, row)) },
    { label: l10n.t('All'), rows: rows.filter((row) => !isIn(here, row) && !isIn(used, row)) },
  ].filter((part) => part.rows.length > 0);
  const parts = [...(ofFolder.length > 0 ? [{ label: thisFolder(), rows: ofFolder }] : []), ...others];
  const isPlain = parts.length === 1 && ofFolder.length === 0;
  return isPlain ? rows : parts.flatMap((part) => [pickHeading(part.label), ...part.rows]);
}
