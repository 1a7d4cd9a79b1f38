import type { Fleet } from '../fleet/fleet';
import { isOutOfOrder } from '../fleet/isOutOfOrder';
import { endedPhpSupport } from '../fleet/phpSupport';
import { type ServerEntry, type SiteEntry, serverKeyOf } from '../fleet/rows';
import { phaseOf } from '../forge/deploymentStatus';
import { watchedIds } from '../resources/watchedKinds';

/** Everything that can need attention, most urgent first. */
export const findingKinds = ['disconnected', 'deployment', ...watchedIds, 'tls', 'php'] as const;

export type FindingKind = (typeof findingKinds)[number];

/** What Check Fleet found at a server or site. Stored, so it has no words of a language. */
export interface Found {
  /** What it is about besides the server or site, such as the name of a monitor; null if that says it all. */
  readonly subject: string | null;
  /** Which problem it is. A dismissed finding comes back when this changes. */
  readonly state: string;
  /** Since when, in milliseconds since 1970; null if Forge doesn't report it. */
  readonly since: number | null;
  /** The id of the resource, if it is one. */
  readonly resourceId?: string;
}

/** Something that needs attention. */
export interface Finding extends Found {
  /** Stays the same while it is about the same thing, whatever its state. */
  readonly id: string;
  readonly kind: FindingKind;
  /** The fleet key of the server or site. */
  readonly at: string;
  /** When it was checked, in milliseconds since 1970; null if it comes from the list of servers and sites. */
  readonly checkedAt: number | null;
  /** How many sites are affected, if that isn't one. */
  readonly sites?: number;
}

/** @param found what is wrong, of which only the subject identifies it */
export function findingOf(kind: FindingKind, at: string, found: Found, checkedAt: number | null): Finding {
  return { ...found, id: [kind, at, found.resourceId ?? found.subject ?? ''].join(' '), kind, at, checkedAt };
}

/** What the known servers and sites tell without a request. @param now milliseconds since 1970 */
export function fleetFindings(fleet: Pick<Fleet, 'allServers' | 'allSites'>, now: number): readonly Finding[] {
  return [
    ...fleet.allServers().flatMap(disconnected),
    ...fleet.allSites().flatMap(failedDeployment),
    ...outOfSupport(fleet, now),
  ];
}

function disconnected({ key, server }: ServerEntry): readonly Finding[] {
  // Archived servers and new ones aren't meant to be connected.
  return isOutOfOrder(server) && !server.revoked && server.isReady !== false
    ? [findingOf('disconnected', key, { subject: null, state: server.connectionStatus ?? '', since: null }, null)]
    : [];
}

function failedDeployment({ key, site: { latestDeployment: latest } }: SiteEntry): readonly Finding[] {
  return latest && phaseOf(latest) === 'failed'
    ? [
        findingOf(
          'deployment',
          key,
          { subject: null, state: latest.id, since: latest.endedAt ?? latest.createdAt },
          null,
        ),
      ]
    : [];
}

/** One for each server and version, because that is where PHP is installed. */
function outOfSupport(fleet: Pick<Fleet, 'allServers' | 'allSites'>, now: number): readonly Finding[] {
  const found = new Map<
    string,
    { readonly at: string; readonly version: string; readonly end: number; sites: number }
  >();
  const note = (at: string, version: string | null, sites: number) => {
    const end = endedPhpSupport(version, now);
    if (version !== null && end !== undefined) {
      const id = `${at} ${version}`;
      const known = found.get(id) ?? { at, version, end, sites: 0 };
      known.sites += sites;
      found.set(id, known);
    }
  };
  for (const { key, server } of fleet.allServers()) {
    note(key, server.revoked ? null : server.phpVersion, 0);
  }
  for (const entry of fleet.allSites()) {
    const at = serverKeyOf(entry);
    note(at ?? entry.key, entry.server?.revoked ? null : entry.site.phpVersion, 1);
  }
  return [...found.values()].map(({ at, version, end, sites }) => ({
    ...findingOf('php', at, { subject: version, state: version, since: end }, null),
    sites,
  }));
}
