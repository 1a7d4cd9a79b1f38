import type { FleetEntry } from '../fleet/rows';
import type { OperationName, PathParameters } from '../forge/operationTable';
import { type KindId, kindOf } from './catalogue';

/** The parameters of an operation on what lies below an entry. @throws PlainError where Forge does not say on which server a site is */
export function pathBelow(entry: FleetEntry): Readonly<Record<string, string>> {
  return 'api' in entry ? entry.api.path : { organization: entry.organization.slug };
}

/** The parameters of an operation on a resource. @throws PlainError as `pathBelow` does */
export function pathTo(entry: FleetEntry, kind: KindId, id: string): PathParameters<OperationName> {
  return { ...pathBelow(entry), [kindOf(kind).parameter]: id } as unknown as PathParameters<OperationName>;
}
