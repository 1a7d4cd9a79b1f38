import * as l10n from '@vscode/l10n';
import { organizationKey, serverKey } from '../fleet/keys';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { AnyResource } from '../forge/resources';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import { type KindId, kindOfRow } from './catalogue';

/** A row of the fleet as a resource of the catalogue. */
type AsResource<Entry> = readonly [
  where: { readonly entry: Entry; readonly at: string; readonly kind: KindId },
  resource: AnyResource,
];

/** A server as a resource of its organization, with its known attributes. */
export function asServer(entry: ServerEntry): AsResource<ServerEntry> {
  const { id, name, ipAddress, privateIpAddress } = entry.server;
  const attributes = { name, ip_address: ipAddress, private_ip_address: privateIpAddress };
  return [
    { entry, at: organizationKey(entry), kind: kindOfRow(entry) as KindId },
    { id, attributes },
  ];
}

/** A site as a resource of its server, with its known attributes. @throws PlainError if Forge doesn't report its server */
export function asSite(entry: SiteEntry): AsResource<SiteEntry> {
  const { id, name, serverId, phpVersion, repository, pushToDeploy } = entry.site;
  if (serverId === null) {
    throw new PlainError(
      l10n.t("Forge doesn't report which server {0} is on. Refresh, then try again.", name),
      steps.refresh(),
    );
  }
  const attributes = { name, php_version: phpVersion, repository, quick_deploy: pushToDeploy };
  return [
    { entry, at: serverKey(organizationKey(entry), serverId), kind: kindOfRow(entry) as KindId },
    { id, attributes },
  ];
}
