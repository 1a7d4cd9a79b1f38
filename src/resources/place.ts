import type { Fleet } from '../fleet/fleet';
import { organizationKey, readKey, serverKey } from '../fleet/keys';
import { type FleetEntry, serverKeyOf } from '../fleet/rows';
import type { OperationName, PathParameters } from '../forge/operationTable';
import type { AnyResource } from '../forge/resources';
import { isKind, type KindId, kindOf } from './catalogue';
import type { Place } from './kind';

/*
 * Where resources are: below a row of the fleet, or below a resource that is. As a text, which commands and rows carry, that is the
 * fleet's key, and for the second a kind and an id after it.
 */

/** A resource that others are below. */
interface Above {
  readonly kind: KindId;
  readonly id: string;
}

const divider = '\t';

/** The place below a resource. @param at its own place */
export function placeBelow(at: string, kind: KindId, id: string): string {
  return [at, kind, id].join(divider);
}

/** Parses a place. Unknown kinds are left out. */
export function readPlace(at: string): { readonly key: string; readonly above: Above | undefined } {
  const [key = '', kind = '', id] = at.split(divider);
  return { key, above: isKind(kind) && id !== undefined ? { kind, id } : undefined };
}

/** What a place is; undefined for a text that is none. */
export function kindOfPlace(at: string): Place | { readonly kind: KindId } | undefined {
  const { key, above } = readPlace(at);
  return above ? { kind: above.kind } : readKey(key)?.kind;
}

/** The organization, server or site of a place, as it is now; undefined once it is gone. */
export function entryAt(fleet: Fleet, at: string): FleetEntry | undefined {
  const { key } = readPlace(at);
  switch (readKey(key)?.kind) {
    case 'organization':
      return fleet.organization(key);
    case 'server':
      return fleet.server(key);
    case 'site':
      return fleet.site(key);
    default:
      return undefined;
  }
}

/**
 * Where the resources of a kind are, seen from a row of the fleet: those of its organization or server, if the kind is of those.
 * Undefined if that can't be told from there.
 */
export function placeFor(entry: FleetEntry, kind: KindId): string | undefined {
  const { on } = kindOf(kind);
  switch (on) {
    case 'organization':
      return organizationKey(entry);
    case 'server':
      if ('site' in entry) {
        return serverKeyOf(entry);
      }
      return 'server' in entry ? serverKey(organizationKey(entry), entry.server.id) : undefined;
    case 'site':
      return 'site' in entry ? entry.key : undefined;
    default:
      return undefined;
  }
}

/** The path parameters of operations on what is at a place. @throws PlainError if Forge doesn't say which server a site is on */
export function pathBelow(entry: FleetEntry, at: string): Readonly<Record<string, string>> {
  const { above } = readPlace(at);
  const path = 'api' in entry ? entry.api.path : { organization: entry.organization.slug };
  return above ? { ...path, [kindOf(above.kind).parameter]: above.id } : path;
}

/** The path parameters of operations on a resource. @throws PlainError as `pathBelow` does */
export function pathTo(
  entry: FleetEntry,
  at: string,
  kind: KindId,
  resource: Pick<AnyResource, 'id'>,
): PathParameters<OperationName> {
  const { parameter } = kindOf(kind);
  return {
    ...pathBelow(entry, at),
    ...(parameter !== '' && { [parameter]: resource.id }),
  } as unknown as PathParameters<OperationName>;
}
