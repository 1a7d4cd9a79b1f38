import type { OperationName, PathParameters } from '../forge/operationTable';
import { type KindId, kindOf } from './catalogue';
import type { PlaceEntry } from './resourceLists';

/** The parameters of an operation on a resource. @throws PlainError where Forge does not say on which server a site is */
export function pathTo(entry: PlaceEntry, kind: KindId, id: string): PathParameters<OperationName> {
  const place = 'api' in entry ? entry.api.path : { organization: entry.organization.slug };
  return { ...place, [kindOf(kind).parameter]: id } as unknown as PathParameters<OperationName>;
}
