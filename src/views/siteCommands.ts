import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type FolderSites, pickSite } from '../fleet/pick';
import type { RecentSites } from '../fleet/recentSites';
import type { SiteEntry } from '../fleet/rows';
import { PlainError } from '../ui/explain';
import type { FleetNode } from './fleetNodes';

/** Forge's dashboard. It knows a site by organization, server slug and site id (src/forge/README.md, Servers and sites). */
const dashboard = 'https://forge.laravel.com';

/** Finds what a command was called on: a row of the tree, else a site that is picked. */
export class Targets {
  constructor(
    private readonly fleet: Fleet,
    private readonly recent: RecentSites,
    private readonly folder: FolderSites,
  ) {}

  /** The row with what is known now of what it shows: VS Code hands back the one that it was given once. */
  present(node: FleetNode): FleetNode {
    switch (node.kind) {
      case 'server':
        return { ...node, ...this.fleet.server(node.key) };
      case 'site':
        return { ...node, ...this.fleet.site(node.key) };
      case 'deployment':
        return { ...node, site: this.fleet.site(node.site.key) ?? node.site };
      default:
        return node;
    }
  }

  /** The site of a row as it is now; asks for one where there is no row. Undefined when the person gave up. */
  async site(node: FleetNode | undefined, title: string): Promise<SiteEntry | undefined> {
    const key = node?.kind === 'site' ? node.key : node?.kind === 'deployment' ? node.site.key : undefined;
    if (key === undefined) {
      return pickSite(this.fleet, this.recent, this.folder, title);
    }
    const site = this.fleet.site(key);
    if (!site) {
      throw new PlainError(l10n.t('This site is no longer there. Refresh to see what is.'));
    }
    return site;
  }
}

/** Opens the site in the browser. */
export async function openSite({ site }: SiteEntry): Promise<void> {
  await vscode.env.openExternal(webAddress(site.url ?? site.name));
}

/** Opens the page in Forge's dashboard of whatever the row shows. */
export async function openInForge(node: FleetNode | SiteEntry): Promise<void> {
  const place = 'kind' in node && node.kind === 'deployment' ? node.site : node;
  if (!('organization' in place)) {
    return;
  }
  const server = 'server' in place ? place.server?.slug : undefined;
  const site = server && 'site' in place ? place.site.id : undefined;
  const path = [place.organization.slug, server, site].filter(Boolean).map((part) => encodeURIComponent(String(part)));
  await vscode.env.openExternal(vscode.Uri.parse(`${dashboard}/${path.join('/')}`));
}

/** Copies the public address of a server, or of the server that a site is on. */
export async function copyIpAddress(node: FleetNode | SiteEntry): Promise<void> {
  const server = 'server' in node ? node.server : null;
  if (!server?.ipAddress) {
    throw new PlainError(l10n.t('Forge knows no IP address of this server yet.'));
  }
  await vscode.env.clipboard.writeText(server.ipAddress);
  vscode.window.setStatusBarMessage(l10n.t('Copied {0}', server.ipAddress), 3000);
}

export async function copySiteName({ site }: SiteEntry): Promise<void> {
  await vscode.env.clipboard.writeText(site.name);
  vscode.window.setStatusBarMessage(l10n.t('Copied {0}', site.name), 3000);
}

/** Only http and https are opened, whatever the server calls an address. */
function webAddress(address: string): vscode.Uri {
  const url = /^https?:/i.test(address) ? tryUrl(address) : tryUrl(`https://${address}`);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new PlainError(l10n.t('The address of this site cannot be opened in a browser.'));
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
