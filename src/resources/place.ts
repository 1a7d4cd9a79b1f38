import type { Fleet } from '../fleet/fleet';
import { organizationKey, readKey, serverKey } from '../fleet/keys';
import { type FleetEntry, serverKeyOf } from '../fleet/rows';
import type { OperationName, PathParameters } from '../forge/operationTable';
import type { AnyResource } from '../forge/resources';
import type { Target } from '../ui/target';
import { isKind, type KindId, kindOf } from './catalogue';
import type { Place } from './kind';

/*
 * The place of resources: a row of the fleet, or a resource below one. Commands and rows identify it by a string: the row's key in the
 * fleet, followed by the kind and id of the resource, if any.
 */

/** A resource that has others below it. */
interface Above {
  readonly kind: KindId;
  readonly id: string;
}

const divider = '\t';

/** The place below a resource. @param at place of the resource */
export function placeBelow(at: string, kind: KindId, id: string): string {
  return [at, kind, id].join(divider);
}

/** Parses a place. `above` is undefined for a row of the fleet, or if the kind is unknown. */
export function readPlace(at: string): { readonly key: string; readonly above: Above | undefined } {
  const [key = '', kind = '', id] = at.split(divider);
  return { key, above: isKind(kind) && id !== undefined ? { kind, id } : undefined };
}

/** The type of a place; undefined if the string isn't one. */
export function kindOfPlace(at: string): Place | { readonly kind: KindId } | undefined {
  const { key, above } = readPlace(at);
  return above ? { kind: above.kind } : readKey(key)?.kind;
}

/** The current organization, server or site of a place; undefined if it is gone. */
export function entryAt(fleet: Fleet, at: string): FleetEntry | undefined {
  return fleet.entry(readPlace(at).key);
}

/** A row of the fleet, for a command. */
export function targetOf(entry: FleetEntry): Target {
  return { kind: 'site' in entry ? 'site' : 'server' in entry ? 'server' : 'organization', key: entry.key };
}

/**
 * The place of a kind's resources for a row of the fleet: the row itself, its server or its organization. Undefined if the row has no
 * such place.
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

/** The path parameters for resources at a place. @throws PlainError if Forge doesn't report which server a site is on */
export function pathBelow(entry: FleetEntry, at: string): Readonly<Record<string, string>> {
  const { above } = readPlace(at);
  const path = 'api' in entry ? entry.api.path : { organization: entry.organization.slug };
  return above ? { ...path, [kindOf(above.kind).parameter]: above.id } : path;
}

/** The path parameters of a resource. @throws PlainError like `pathBelow` */
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
