import * as l10n from '@vscode/l10n';
import {
  type FleetEntry,
  nameOfEntry,
  type OrganizationEntry,
  type ServerEntry,
  type SiteEntry,
  serverKeyOf,
} from '../fleet/rows';
import { SearchIndex, searchableSite } from '../fleet/searchIndex';
import { oneLine } from '../forge/oneLine';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import { nameOf } from '../workspace/linkedSites';
import type { AssistantParts } from './tool';

/** How long to wait for Git to say which site the folder belongs to, in milliseconds. */
const folderMs = 1_000;

/** How many candidates an error names. */
const mostCandidates = 8;

type Known = Pick<AssistantParts, 'fleet' | 'linked'>;

/** Waits until the servers and sites of the last snapshot are known. Makes no requests. @throws PlainError if there are none */
export async function openFleet({ fleet }: Pick<Known, 'fleet'>): Promise<void> {
  await fleet.ready;
  await fleet.open();
  if (fleet.state === 'signedOut') {
    throw new PlainError(l10n.t('Nobody is signed in. Sign in to Laravel Forge in VS Code first.'), steps.signIn());
  }
  if (fleet.allServers().length === 0 && fleet.allSites().length === 0) {
    throw new PlainError(
      fleet.isRefused
        ? l10n.t('Forge no longer accepts your token. Create a new one, then sign in again.')
        : l10n.t('No servers or sites are loaded. Open the Laravel Forge view, and refresh it if it is empty.'),
      steps.signIn(),
      steps.refresh(),
    );
  }
}

/**
 * The site that a model names by id, name, alias, address or `organization/server/site`; without a name, the open folder's.
 * @throws PlainError if there are several or none, with the candidates
 */
export async function findSite(parts: Known, name: string | undefined): Promise<SiteEntry> {
  await openFleet(parts);
  const { fleet } = parts;
  if (name === undefined) {
    return folderSite(parts);
  }
  const wanted = simple(name);
  const all = fleet.allSites();
  const found = firstOf<SiteEntry>(
    () => all.filter(({ site }) => site.id === name),
    () => all.filter((entry) => pathsOf(entry).includes(wanted)),
    () => all.filter(({ site }) => simple(site.name) === wanted),
    () =>
      all.filter(({ site }) =>
        [...site.aliases, ...(site.url ?? '').split(' ')].some((alias) => simple(alias) === wanted),
      ),
  );
  return theOne(found, name, siteText, () =>
    new SearchIndex(all.map(searchableSite)).find(wanted, mostCandidates).concat(nearest(wanted, all)),
  );
}

/**
 * The server that a model names by id, name, address or `organization/server`; without a name, that of the open folder's site.
 * @throws PlainError as `findSite`
 */
export async function findServer(parts: Known, name: string | undefined): Promise<ServerEntry> {
  await openFleet(parts);
  const { fleet } = parts;
  if (name === undefined) {
    return serverOfSite(parts, await folderSite(parts));
  }
  const wanted = simple(name);
  const all = fleet.allServers();
  const found = firstOf<ServerEntry>(
    () => all.filter(({ server }) => server.id === name),
    () => all.filter((entry) => simple(`${entry.organization.slug}/${entry.server.name}`) === wanted),
    () => all.filter(({ server }) => [server.name, server.slug ?? ''].some((one) => simple(one) === wanted)),
    () => all.filter(({ server }) => [server.ipAddress, server.privateIpAddress].includes(wanted)),
  );
  return theOne(found, name, serverText, () =>
    all.filter(({ server }) => server.name.toLowerCase().includes(wanted)).concat(nearest(wanted, all)),
  );
}

/** The organization that a model names by id, name or slug; without a name, that of the folder's site, or the only one. @throws PlainError */
export async function findOrganization(parts: Known, name: string | undefined): Promise<OrganizationEntry> {
  await openFleet(parts);
  const { fleet, linked } = parts;
  const all = fleet.organizations();
  if (name === undefined) {
    const own =
      linked.entry &&
      all.find(
        ({ organization, account }) =>
          organization.slug === linked.entry?.organization.slug && account === linked.entry.account,
      );
    return (
      own ??
      theOne(
        all,
        undefined,
        ({ organization }) => organization.slug,
        () => all,
      )
    );
  }
  const wanted = simple(name);
  const found = all.filter(({ organization: { id, slug, name: called } }) =>
    [id, slug, called].some((one) => simple(one) === wanted),
  );
  return theOne(
    found,
    name,
    ({ organization }) => organization.slug,
    () => all,
  );
}

/** The server that a site is on. @throws PlainError if Forge doesn't say */
export function serverOfSite({ fleet }: Pick<Known, 'fleet'>, site: SiteEntry): ServerEntry {
  const key = serverKeyOf(site);
  const server = key === undefined ? undefined : fleet.server(key);
  if (!server) {
    throw new PlainError(
      l10n.t("Forge doesn't report which server {0} is on. Refresh, then try again.", said(site.site.name)),
      steps.refresh(),
    );
  }
  return server;
}

/** The open folder's site. @throws PlainError if it has none, or several folders have one each */
async function folderSite({ fleet, linked }: Known): Promise<SiteEntry> {
  await fleet.clock.within(folderMs, linked.ready);
  const { entries } = linked;
  if (entries.length === 0) {
    throw new PlainError(l10n.t('The open folder belongs to no known site. Name the site.'));
  }
  return theOne(entries, undefined, siteText, () => []);
}

function firstOf<T>(...looks: readonly (() => readonly T[])[]): readonly T[] {
  for (const look of looks) {
    const found = look();
    if (found.length > 0) {
      return found;
    }
  }
  return [];
}

/** @throws PlainError unless it is exactly one, also if several accounts see it */
function theOne<Entry extends FleetEntry>(
  found: readonly Entry[],
  name: string | undefined,
  textOf: (entry: Entry) => string,
  near: () => readonly Entry[],
): Entry {
  const unlike = new Map(found.map((entry) => [identityOf(entry), entry]));
  const [first, ...others] = unlike.values();
  if (first && others.length === 0) {
    return found[0] ?? first;
  }
  const listed = (entries: readonly Entry[]) =>
    [...new Set(entries.map(textOf))]
      .slice(0, mostCandidates)
      .map((text) => JSON.stringify(text))
      .join(', ');
  if (first) {
    const candidates = listed([...unlike.values()]);
    throw new PlainError(
      name === undefined
        ? l10n.t('Several are possible. Ask which one is meant: {0}.', candidates)
        : l10n.t('Several are called {0}. Ask which one is meant: {1}.', said(name), candidates),
    );
  }
  const nearby = listed(near());
  throw new PlainError(
    nearby === ''
      ? l10n.t('Nothing is called {0}.', said(name ?? ''))
      : l10n.t('Nothing is called {0}. Similar names: {1}.', said(name ?? ''), nearby),
  );
}

function said(name: string): string {
  return JSON.stringify(oneLine(name, 80));
}

/** The same for each account that sees it. */
function identityOf(entry: FleetEntry): string {
  const id = 'site' in entry ? `site ${entry.site.id}` : 'server' in entry ? `server ${entry.server.id}` : '';
  return [entry.account.apiUrl, entry.organization.slug, id].join(' ');
}

function siteText(entry: SiteEntry): string {
  return `${oneLine(nameOf(entry), 120)} (id ${entry.site.id})`;
}

function serverText({ organization, server }: ServerEntry): string {
  return `${oneLine(`${organization.slug}/${server.name}`, 120)} (id ${server.id})`;
}

/** A name as it is compared: without letter case, protocol, and what follows a host. */
function simple(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
}

function pathsOf(entry: SiteEntry): readonly string[] {
  const { organization, server, site } = entry;
  return [nameOf(entry), `${server?.name}/${site.name}`, `${organization.slug}/${site.name}`].map(simple);
}

/** The names with the fewest different letters. */
function nearest<Entry extends FleetEntry>(wanted: string, all: readonly Entry[]): readonly Entry[] {
  const short = wanted.slice(0, 60);
  return all
    .map((entry) => ({ entry, distance: distance(short, nameOfEntry(entry).toLowerCase().slice(0, 60)) }))
    .filter((one) => one.distance <= Math.max(2, short.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, mostCandidates)
    .map(({ entry }) => entry);
}

/** How many letters to insert, remove or replace to make one text the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at += 1) {
      next.push(Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, (row[at] ?? 0) + Number(other[at] !== letter)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
