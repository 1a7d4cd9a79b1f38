/*
 * Keys identify organizations, servers and sites. They are stored (favorites, recent sites), so their format must not change:
 * "5@forge.laravel.com/acme" is an organization, "…/acme/12" a server in it, "…/acme/site-34" a site.
 */

/** Stands for the list of organizations itself among the keys of changed rows. */
export const rootKey = '';

const sitePrefix = 'site-';

/** A parsed key. */
export type FleetKey = {
  /** `Account.key`. */
  readonly account: string;
  /** The key of the organization that it names or is in. */
  readonly organization: string;
} & ({ readonly kind: 'organization' } | { readonly kind: 'server' | 'site'; readonly id: string });

/** @param entry an organization, or a server or site in it */
export function organizationKey(entry: {
  readonly account: { readonly key: string };
  readonly organization: { readonly slug: string };
}): string {
  return `${entry.account.key}/${encodeURIComponent(entry.organization.slug)}`;
}

/** @param organization the organization's key */
export function serverKey(organization: string, id: string): string {
  return `${organization}/${id}`;
}

/** @param organization the organization's key */
export function siteKey(organization: string, id: string): string {
  return `${organization}/${sitePrefix}${id}`;
}

/** @param site the site's key */
export function deploymentKey(site: string, id: string): string {
  return `${site}/${id}`;
}

/** Parses the key of an organization, a server or a site. Undefined for any other text. */
export function readKey(key: string): FleetKey | undefined {
  const [account, slug, id, ...rest] = key.split('/');
  if (!account || !slug || id === '' || rest.length > 0) {
    return undefined;
  }
  const parts = { account, organization: `${account}/${slug}` };
  return id === undefined
    ? { ...parts, kind: 'organization' }
    : id.startsWith(sitePrefix)
      ? { ...parts, kind: 'site', id: id.slice(sitePrefix.length) }
      : { ...parts, kind: 'server', id };
}
