import type { FleetEntry } from '../fleet/rows';
import type { CallOptions } from '../forge/client';
import type { AnyResource } from '../forge/resources';
import { time } from '../forge/resources';
import { type KindId, kindOf, stateOf } from '../resources/catalogue';
import { pathBelow } from '../resources/place';
import { nameOf } from '../resources/resourceWords';
import { timeText } from './deploymentText';

/** Rows of a kind, and whether Forge may have more. */
export interface Rows {
  readonly rows: readonly AnyResource[];
  readonly hasMore: boolean;
}

/** Forge's rows per page (src/forge/README.md, Lists). */
const pageRows = 30;

/** Whether the rows of a kind are known without a request. */
export function isKnown(kind: KindId): boolean {
  return kindOf(kind).known !== undefined;
}

/** The first rows of a kind, in one request, or none if they are known. @throws ForgeError */
export async function readRows(entry: FleetEntry, at: string, kind: KindId, options: CallOptions): Promise<Rows> {
  const { list, single, known, siteFilter } = kindOf(kind);
  const { client } = entry.account;
  if (known) {
    return { rows: known(entry), hasMore: false };
  }
  const path = pathBelow(entry, at) as never;
  if (single !== undefined) {
    return { rows: [(await client.call(single, path, options)) as AnyResource], hasMore: false };
  }
  if (list === undefined) {
    return { rows: [], hasMore: false };
  }
  const query = siteFilter && 'site' in entry ? { [`filter[${siteFilter}]`]: entry.site.id } : {};
  const rows = (await client.first(list, path, { ...options, query })) as readonly AnyResource[];
  return { rows, hasMore: rows.length >= pageRows };
}

/** What the view of resources shows of one, on one line. Attributes that it doesn't show are never told. */
export function resourceLine(kind: KindId, resource: AnyResource): string {
  const { about, at } = kindOf(kind);
  const when = at === undefined ? null : time(resource.attributes[at]);
  return [
    `${nameOf(kind, resource)} (id ${resource.id})`,
    stateOf(kind, resource),
    ...(about?.(resource.attributes) ?? []),
    when === null ? null : timeText(when),
  ]
    .filter(Boolean)
    .join(' · ');
}
