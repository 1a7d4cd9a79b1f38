import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { signInFirst } from '../account/signInFirst';
import { browseDeployments } from '../deployments/browseDeployments';
import type { DeploymentHistory } from '../deployments/deploymentHistory';
import type { FileEditing } from '../files/fileEditing';
import type { Fleet } from '../fleet/fleet';
import { readKey } from '../fleet/keys';
import { type FolderSites, pickServer, pickSite } from '../fleet/pick';
import { pickServers } from '../fleet/pickServers';
import type { RecentSites } from '../fleet/recentSites';
import type { FleetEntry, OrganizationEntry, ServerEntry, SiteEntry } from '../fleet/rows';
import type { AnyResource, Deployment } from '../forge/resources';
import type { Attention } from '../operate/attention';
import type { Finding } from '../operate/findings';
import { isKind, type KindId, kindsNamed } from '../resources/catalogue';
import { entryAt } from '../resources/place';
import type { At } from '../resources/resourceActions';
import type { ResourceLists } from '../resources/resourceLists';
import { pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import type { Command } from '../ui/run';
import { steps } from '../ui/steps';
import { asTarget, type Target } from '../ui/target';
import { type KindAt, pickKind } from './pickResource';

type Body<Entry> = (entry: Entry, title: string) => unknown;

/**
 * Finds what a command acts on: the current state of its argument or, without one, what the user picks. If they cancel, the command does
 * nothing. All throw PlainError if the argument no longer exists.
 */
export class Targets {
  constructor(
    private readonly accounts: Pick<Accounts, 'ready' | 'session' | 'signIn'>,
    private readonly fleet: Fleet,
    private readonly recent: RecentSites,
    private readonly folder: FolderSites,
    private readonly history: DeploymentHistory,
    private readonly editing: Pick<FileEditing, 'isEnvironment' | 'siteOf'>,
    private readonly lists: ResourceLists,
    private readonly attention: Attention,
  ) {}

  /** For commands that act on everything. Users who are signed out sign in first. */
  signedIn(body: Command): Command {
    return async (given, title) => (await signInFirst(this.accounts)) && body(given, title);
  }

  onSite(body: Body<SiteEntry>): Command {
    return async (given, title) => {
      const site = await this.site(asTarget(given), title);
      return site && body(site, title);
    };
  }

  onServer(body: Body<ServerEntry>): Command {
    return async (given, title) => {
      const target = asTarget(given);
      const server =
        target?.kind === 'server'
          ? await this.there(() => this.fleet.server(target.key))
          : (await signInFirst(this.accounts)) && (await pickServer(this.fleet, this.recent, this.folder, title));
      return server && body(server, title);
    };
  }

  /** On the clicked server; otherwise asks for several. */
  onServers(body: Body<readonly ServerEntry[]>): Command {
    const onServer = this.onServer((server, title) => body([server], title));
    return async (given, title) => {
      if (asTarget(given)?.kind === 'server') {
        return onServer(given, title);
      }
      const servers = (await signInFirst(this.accounts)) && (await pickServers(this.fleet, title));
      return servers && body(servers, title);
    };
  }

  onServerOrSite(body: Body<ServerEntry | SiteEntry>): Command {
    const onSite = this.onSite(body);
    const onServer = this.onServer(body);
    return (given, title) => {
      const target = rowOf(asTarget(given));
      return (target?.kind === 'server' ? onServer : onSite)(target, title);
    };
  }

  /** Like `onServerOrSite`, but also accepts an organization. */
  onAnyRow(body: Body<FleetEntry>): Command {
    const onServerOrSite = this.onServerOrSite(body);
    return async (given, title) => {
      const target = asTarget(given);
      if (target?.kind !== 'organization') {
        return onServerOrSite(given, title);
      }
      const organization = await this.there(() => this.fleet.organization(target.key));
      return organization && body(organization, title);
    };
  }

  /** Without a given deployment, asks for one. */
  onDeployment(body: (site: SiteEntry, deployment: Deployment, title: string) => unknown): Command {
    return async (given, title) => {
      const target = asTarget(given);
      const site = await this.site(target, title);
      const deployment =
        site &&
        (target?.kind === 'deployment'
          ? await this.deployment(site, target.deploymentId)
          : await browseDeployments(this.history, site, title));
      return site && deployment && body(site, deployment, title);
    };
  }

  /** Without a given deployment, takes the latest one of a site. Passes only the id, which needs no request. */
  onLatestDeployment(body: (site: SiteEntry, deployment: Pick<Deployment, 'id'>) => unknown): Command {
    return async (given, title) => {
      const target = asTarget(given);
      const site = await this.site(target, title);
      if (!site) {
        return;
      }
      const { latestDeployment } = site.site;
      if (target?.kind !== 'deployment' && !latestDeployment) {
        throw new PlainError(l10n.t('{0} was never deployed.', site.site.name));
      }
      const deployment = target?.kind === 'deployment' ? { id: target.deploymentId } : latestDeployment;
      return deployment && body(site, deployment);
    };
  }

  /** Without a given organization, takes the only one or asks. */
  onOrganization(body: Body<OrganizationEntry>): Command {
    return async (given, title) => {
      const target = asTarget(given);
      if (target?.kind === 'organization') {
        const organization = await this.there(() => this.fleet.organization(target.key));
        return organization && body(organization, title);
      }
      if (!(await signInFirst(this.accounts))) {
        return undefined;
      }
      await this.fleet.open();
      const all = this.fleet.organizations();
      const rows = all.map((entry) =>
        pickRow({ label: entry.organization.name, description: entry.account.label }, { entry }),
      );
      const entry = all.length > 1 ? (await vscode.window.showQuickPick(rows, { title }))?.entry : all[0];
      return entry && body(entry, title);
    };
  }

  /** On the clicked finding. Does nothing without one. */
  onFinding(body: (finding: Finding) => unknown): Command {
    return (given) => {
      const target = asTarget(given);
      const finding = target?.kind === 'finding' ? this.attention.find(target.finding) : undefined;
      return finding && body(finding);
    };
  }

  /** On the kinds of resources of the clicked row. Does nothing without one. */
  onResources(body: (at: string, kinds: readonly KindId[], title: string) => unknown): Command {
    return (given, title) => {
      const target = asTarget(given);
      return target?.kind === 'resources' ? body(target.at, kindsNamed(target.of), title) : undefined;
    };
  }

  /**
   * Asks for a kind of resource.
   * @param first the row to offer kinds of; if undefined, asks for a site first
   * @returns undefined if the user canceled
   */
  async findKind(
    title: string,
    first: FleetEntry | undefined,
    which: { readonly isNew: boolean },
  ): Promise<KindAt | undefined> {
    if (!(await signInFirst(this.accounts))) {
      return undefined;
    }
    let entry = first ?? (await pickSite(this.fleet, this.recent, this.folder, title));
    while (entry) {
      const found = await pickKind(this.fleet, entry, title, which);
      if (found !== 'elsewhere') {
        return found;
      }
      entry = await pickSite(this.fleet, this.recent, this.folder, title);
    }
    return undefined;
  }

  /** On the clicked resource. Does nothing without one. */
  onResource(body: (where: At, resource: AnyResource, title: string) => unknown): Command {
    return (given, title) => {
      const target = asTarget(given);
      if (target?.kind !== 'resource' || !isKind(target.of)) {
        return undefined;
      }
      const resource = there(this.lists.find(target.at, target.of, target.resourceId));
      const { at, of: kind } = target;
      return body({ entry: there(entryAt(this.fleet, at)), at, kind }, resource, title);
    };
  }

  /** On the site of the given or active .env editor; otherwise like `onSite`. */
  onEnvironment(body: Body<SiteEntry>): Command {
    const onSite = this.onSite(body);
    return async (given, title) => {
      const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
      if (asTarget(given) || !this.editing.isEnvironment(uri)) {
        return onSite(given, title);
      }
      const site = await this.there(() => this.editing.siteOf(uri));
      return site && body(site, title);
    };
  }

  private async site(target: Target | undefined, title: string): Promise<SiteEntry | undefined> {
    switch (target?.kind) {
      case 'site':
        return this.there(() => this.fleet.site(target.key));
      case 'deployment':
        return this.there(() => this.fleet.site(target.siteKey));
      default:
        return (await signInFirst(this.accounts)) ? pickSite(this.fleet, this.recent, this.folder, title) : undefined;
    }
  }

  /**
   * The current state of an argument. If its account has signed out since, for example while a notification stayed open, asks to sign in.
   * @returns undefined if the user cancels that
   * @throws PlainError if it no longer exists
   */
  private async there<Entry>(find: () => Entry | undefined): Promise<Entry | undefined> {
    const found = find();
    if (found) {
      return found;
    }
    if (!(await signInFirst(this.accounts))) {
      return undefined;
    }
    await this.fleet.open();
    if (!find() && this.fleet.isIncomplete) {
      await this.fleet.refresh('user');
    }
    return there(find());
  }

  /** A deployment. Requests it from Forge if it isn't known. @throws ForgeError */
  private async deployment(site: SiteEntry, id: string): Promise<Deployment> {
    const { latestDeployment: latest } = site.site;
    return (
      this.history.find(site.key, id) ??
      (latest?.id === id ? latest : await site.api.call('showDeployment', { deployment: id }, { lane: 'user' }))
    );
  }
}

/** The server or site that a finding is about; any other target as it is. */
function rowOf(target: Target | undefined): Target | undefined {
  if (target?.kind !== 'finding') {
    return target;
  }
  const key = target.at;
  return readKey(key)?.kind === 'server' ? { kind: 'server', key } : { kind: 'site', key };
}

/** What was found. @throws PlainError if nothing was */
export function there<Entry>(entry: Entry | undefined): Entry {
  if (!entry) {
    throw new PlainError(l10n.t('This no longer exists in Forge. Refresh to update the view.'), steps.refresh());
  }
  return entry;
}
