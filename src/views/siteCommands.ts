import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { FleetEntry, ServerEntry, SiteEntry } from '../fleet/rows';
import { PlainError } from '../ui/plainError';
import { sayBriefly } from '../ui/say';

/** Forge's dashboard. Its pages go by organization, server slug and site id (src/forge/README.md, Servers and sites). */
const dashboard = 'https://forge.laravel.com';

/** Opens the site in the browser. */
export async function openSite({ site }: SiteEntry): Promise<void> {
  await vscode.env.openExternal(webAddress(site.url ?? site.name));
}

/** Opens the page of an organization, a server or a site in Forge's dashboard. */
export async function openInForge(entry: FleetEntry): Promise<void> {
  const server = 'server' in entry ? entry.server?.slug : undefined;
  const site = server && 'site' in entry ? entry.site.id : undefined;
  const path = [entry.organization.slug, server, site].filter(Boolean).map((part) => encodeURIComponent(String(part)));
  await vscode.env.openExternal(vscode.Uri.parse(`${dashboard}/${path.join('/')}`));
}

/** Copies the public IP address of a server, or of a site's server. */
export async function copyIpAddress({ server }: ServerEntry | SiteEntry): Promise<void> {
  if (!server?.ipAddress) {
    throw new PlainError(l10n.t('This server has no IP address yet.'));
  }
  await vscode.env.clipboard.writeText(server.ipAddress);
  sayBriefly(l10n.t('Copied {0}', server.ipAddress));
}

export async function copySiteName({ site }: SiteEntry): Promise<void> {
  await vscode.env.clipboard.writeText(site.name);
  sayBriefly(l10n.t('Copied {0}', site.name));
}

/** Only http and https are opened, whatever address Forge reports. */
function webAddress(address: string): vscode.Uri {
  const url = /^https?:/i.test(address) ? tryUrl(address) : tryUrl(`https://${address}`);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new PlainError(l10n.t("This site's URL can't be opened in a browser."));
  }
  return vscode.Uri.parse(url.href);
}

function tryUrl(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}
