import { isDeepStrictEqual } from 'node:util';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import type { Repeat } from '../forge/clock';
import { allOf, type Disposable, Emitter, type Event } from '../forge/emitter';
import type { Git } from './git';
import type { LinkedSites } from './linkedSites';
import {
  branchOfSite,
  type Drift,
  deployedBy,
  isPushed,
  readDrift,
  readRemoteCommit,
  type SiteBranch,
} from './siteCode';

/** How long changes are gathered before git is asked, in milliseconds: it tells of a push or a pull in many small steps. */
const gatherMs = 500;

/** Of how many sites the code is followed. A repository may be deployed to hundreds. */
const most = 20;

/** The branch that a site deploys was pushed from this clone. */
export interface BranchPush {
  readonly site: SiteEntry;
  /** The commit that the remote has now. */
  readonly commit: string;
}

/** Knows of deployments before the latest one. */
export interface EarlierDeployments {
  /** The commit of the last deployment of a site that went well; undefined or null where that is not known. */
  deployedCommit(siteKey: string): string | null | undefined;
  readonly onDidChange: Event<SiteEntry>;
}

interface Known {
  /** The commit that the site runs, as far as Forge says it. */
  readonly deployed: string | null | undefined;
  readonly remoteCommit: string | undefined;
  readonly drift: Drift | undefined;
}

/** What git tells of the linked sites, kept up to date without any request. */
export class SiteCodes implements Disposable {
  private readonly changed = new Emitter<ReadonlySet<string>>();
  private readonly pushed = new Emitter<BranchPush>();
  private readonly known = new Map<string, Known>();
  private readonly repeat: Repeat;
  private readonly listeners: Disposable;
  private isStale = false;

  /** The drift of the sites with these keys is another one now. */
  readonly onDidChange = this.changed.event;
  /** By this window or on a terminal. What a fetch brings, somebody else has pushed long ago. */
  readonly onDidPush = this.pushed.event;

  constructor(
    private readonly git: Git,
    private readonly linked: LinkedSites,
    private readonly earlier: EarlierDeployments,
    fleet: Fleet,
  ) {
    this.repeat = fleet.clock.every(
      () => (this.isStale ? gatherMs : undefined),
      () => this.read(),
    );
    const look = () => {
      this.isStale = true;
      this.repeat.wake();
    };
    const lookAt = ({ key }: SiteEntry) => this.known.has(key) && look();
    this.listeners = allOf(
      this.changed,
      this.pushed,
      this.repeat,
      git.onDidChangeState(look),
      linked.onDidChange(look),
      fleet.onDidChangeDeployment(lookAt),
      earlier.onDidChange(lookAt),
    );
  }

  /** How what is deployed of a linked site stands to the remote; undefined where that is not known. */
  drift(siteKey: string): Drift | undefined {
    return this.known.get(siteKey)?.drift;
  }

  /** The commit that a site runs, which need not be that of its latest deployment; undefined or null where that is not known. */
  deployed(site: SiteEntry): string | null | undefined {
    const told = [deployedBy(site), this.earlier.deployedCommit(site.key), this.known.get(site.key)?.deployed];
    // Where Forge does not name the commit, none that was there before is the one.
    return told.find((commit) => commit !== undefined);
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private async read(): Promise<void> {
    this.isStale = false;
    const sites = this.linked.sites.slice(0, most);
    const keys = new Set([...this.known.keys()].filter((key) => !sites.some((site) => site.key === key)));
    for (const key of keys) {
      this.known.delete(key);
    }
    // Several sites may deploy the same branch, and git is told of every file that is saved.
    const remoteCommits = new Map<string, Promise<string | undefined>>();
    const readOnce = (branch: SiteBranch) => {
      const name = `${branch.root}\n${branch.remote}\n${branch.branch}`;
      const reading = remoteCommits.get(name) ?? readRemoteCommit(branch);
      remoteCommits.set(name, reading);
      return reading;
    };
    await Promise.all(
      sites.map(async (site) => {
        const branch = branchOfSite(this.git, site);
        const remoteCommit = branch && (await readOnce(branch));
        const deployed = this.deployed(site);
        const before = this.known.get(site.key);
        const isSame = before?.deployed === deployed && before?.remoteCommit === remoteCommit;
        if (before && isSame && before.drift?.kind !== 'notInClone') {
          return;
        }
        const drift = branch && (await readDrift(branch, deployed, remoteCommit));
        this.known.set(site.key, { deployed, remoteCommit, drift });
        if (!isDeepStrictEqual(drift, before?.drift)) {
          keys.add(site.key);
        }
        const hasMoved = before && remoteCommit && before.remoteCommit !== remoteCommit;
        if (branch && hasMoved && (await isPushed(this.git, branch, remoteCommit))) {
          this.pushed.fire({ site, commit: remoteCommit });
        }
      }),
    );
    if (keys.size > 0) {
      this.changed.fire(keys);
    }
  }
}
