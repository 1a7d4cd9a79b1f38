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

/** How long to collect changes before asking Git, in milliseconds: it reports a push or a pull in many small steps. */
const gatherMs = 500;

/** Maximum number of sites to follow. A repository may be deployed to hundreds. */
const most = 20;

/** Maximum number of answers about commits to remember. */
const mostDrifts = 200;

/** A push from this clone of the branch that a site deploys. */
export interface BranchPush {
  readonly site: SiteEntry;
  /** The commit that the remote has now. */
  readonly commit: string;
}

/** Knows deployments before the latest one. */
export interface EarlierDeployments {
  /** The commit of a site's last successful deployment; undefined or null if unknown. */
  deployedCommit(siteKey: string): string | null | undefined;
  readonly onDidChange: Event<SiteEntry>;
}

interface Known {
  /** The commit that the site runs, if Forge reports it. */
  readonly deployed: string | null | undefined;
  readonly remoteCommit: string | undefined;
  /** The state of the clone; undefined without one. */
  readonly clone: string | undefined;
  readonly drift: Drift | undefined;
}

/** What Git says about the linked sites, kept up to date without any request. */
export class SiteCodes implements Disposable {
  private readonly changed = new Emitter<ReadonlySet<string>>();
  private readonly pushed = new Emitter<BranchPush>();
  private readonly known = new Map<string, Known>();
  private readonly repeat: Repeat;
  private readonly listeners: Disposable;
  private isStale = false;
  /** What the files of repositories say, until Git reports a change: several sites may deploy the same branch, or lie in one clone. */
  private readonly remoteCommits = new Map<string, Promise<string | undefined>>();
  private readonly fetches = new Map<string, Promise<number | undefined>>();
  /** What Git has answered about a pair of commits, which stays true until the clone receives others. */
  private readonly drifts = new Map<string, Promise<Drift | undefined>>();

  /** The drift of the sites with these keys changed. */
  readonly onDidChange = this.changed.event;
  /** By this window or in a terminal. What a fetch brings, someone else pushed earlier. */
  readonly onDidPush = this.pushed.event;

  constructor(
    private readonly git: Pick<Git, 'checkouts' | 'fetchedAt' | 'onDidChangeState' | 'remoteCommit' | 'wasPushed'>,
    private readonly linked: Pick<LinkedSites, 'sites' | 'onDidChange'>,
    private readonly earlier: EarlierDeployments,
    fleet: Pick<Fleet, 'clock' | 'onDidChangeDeployment'>,
  ) {
    this.repeat = fleet.clock.every(
      () => (this.isStale ? gatherMs : undefined),
      () => this.read(),
    );
    const look = () => {
      this.isStale = true;
      this.repeat.wake();
    };
    // Also at one that is being read right now.
    const lookAt = ({ key }: SiteEntry) => this.followed.some((site) => site.key === key) && look();
    this.listeners = allOf(
      this.changed,
      this.pushed,
      this.repeat,
      git.onDidChangeState(() => {
        this.remoteCommits.clear();
        this.fetches.clear();
        look();
      }),
      linked.onDidChange(look),
      fleet.onDidChangeDeployment(lookAt),
      earlier.onDidChange(lookAt),
    );
    look();
  }

  /** How a linked site's deployed commit differs from the remote's; undefined if unknown. */
  drift(siteKey: string): Drift | undefined {
    return this.known.get(siteKey)?.drift;
  }

  /** The commit that a site runs, which may not be that of its latest deployment; undefined or null if unknown. */
  deployed(site: SiteEntry): string | null | undefined {
    const told = [deployedBy(site), this.earlier.deployedCommit(site.key), this.known.get(site.key)?.deployed];
    // If Forge doesn't report the commit, no earlier one applies.
    return told.find((commit) => commit !== undefined);
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private get followed(): readonly SiteEntry[] {
    return this.linked.sites.slice(0, most);
  }

  private remoteCommit(branch: SiteBranch): Promise<string | undefined> {
    const { root, remote, branch: name } = branch;
    return once(this.remoteCommits, [root, remote, name], () => readRemoteCommit(this.git, branch));
  }

  /** Changes whenever commits may have come to a clone. */
  private async cloneState({ root, repository }: SiteBranch): Promise<string> {
    const fetchedAt = await once(this.fetches, [root], () => this.git.fetchedAt(root));
    return `${repository.state.HEAD?.commit} ${fetchedAt}`;
  }

  private driftOf(branch: SiteBranch, { deployed, remoteCommit, clone }: Omit<Known, 'drift'>) {
    if (this.drifts.size > mostDrifts) {
      this.drifts.clear();
    }
    return once(this.drifts, [branch.root, deployed, remoteCommit, clone], () =>
      readDrift(branch, deployed, remoteCommit),
    );
  }

  private async read(): Promise<void> {
    this.isStale = false;
    const sites = this.followed;
    const keys = new Set([...this.known.keys()].filter((key) => !sites.some((site) => site.key === key)));
    for (const key of keys) {
      this.known.delete(key);
    }
    await Promise.all(
      sites.map(async (site) => {
        const branch = branchOfSite(this.git, site);
        const remoteCommit = branch && (await this.remoteCommit(branch));
        const deployed = this.deployed(site);
        const clone = branch && (await this.cloneState(branch));
        const before = this.known.get(site.key);
        const isSame = before?.deployed === deployed && before?.remoteCommit === remoteCommit;
        if (before && isSame && (before.drift?.kind !== 'notInClone' || before.clone === clone)) {
          return;
        }
        const now = { deployed, remoteCommit, clone };
        const drift = branch && (await this.driftOf(branch, now));
        this.known.set(site.key, { ...now, drift });
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

/** Asks, unless the same was asked before. */
function once<T>(answers: Map<string, Promise<T>>, question: readonly unknown[], ask: () => Promise<T>): Promise<T> {
  const name = question.join('\n');
  const answer = answers.get(name) ?? ask();
  answers.set(name, answer);
  return answer;
}
