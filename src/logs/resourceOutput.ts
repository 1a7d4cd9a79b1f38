import type * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { organizationKey, serverKey } from '../fleet/keys';
import { type FleetEntry, serverKeyOf } from '../fleet/rows';
import type { AnyResource } from '../forge/resources';
import { type KindId, kindOf } from '../resources/catalogue';
import { readPlace } from '../resources/place';
import { logAddress } from './logAddress';
import { type LogKind, logKinds } from './logSources';

/** The URI of a resource's output; undefined if its kind has none, or if its server is unknown. */
export function resourceOutput(
  fleet: Fleet,
  entry: FleetEntry,
  at: string,
  kind: KindId,
  { id, attributes }: AnyResource,
): vscode.Uri | undefined {
  const { output } = kindOf(kind);
  if (output === undefined) {
    return undefined;
  }
  const isOfSite = logKinds[output as LogKind].on === 'site';
  const { above } = readPlace(at);
  const owner = isOfSite ? entry : serverOf(fleet, entry, attributes.server_id);
  return owner && logAddress(output, owner as never, output === 'recipeRun' ? `${above?.id}.${id}` : id);
}

function serverOf(fleet: Fleet, entry: FleetEntry, id: unknown): FleetEntry | undefined {
  if ('site' in entry) {
    return fleet.server(serverKeyOf(entry) ?? '');
  }
  return 'server' in entry ? entry : fleet.server(serverKey(organizationKey(entry), String(id)));
}
