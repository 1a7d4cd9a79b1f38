import type * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import type { Clock } from '../forge/clock';
import { phaseOf } from '../forge/deploymentStatus';
import type { Git, GitCommit, GitRepository, Place } from './git';
import { branchAt } from './gitFiles';
import { isBranchName, isCommitHash } from './gitNames';
import { isSameRepository } from './matchSites';

/** How much of a commit's words is told, in characters: git itself asks for fewer. */
const longestLine = 100;

/** How long another look of git at the files is waited for, in milliseconds. */
const statusMs = 2_000;

/** A commit of this clone. */
export interface LocalCommit {
  readonly hash: string;
  /** The first line of its message. */
  readonly subject: string;
  readonly author: string | undefined;
}

/** How what is deployed stands to what would be. */
export type Drift =
  | { readonly kind: 'upToDate' }
  /** So many commits of the deployed branch, as the remote had it when it was last fetched, are not deployed. */
  | { readonly kind: 'behind'; readonly commits: readonly LocalCommit[] }
  /** So many deployed commits are no longer on the branch, as after a reset, and it has none that is not deployed. */
  | { readonly kind: 'ahead'; readonly count: number }
  /** The commit that is deployed is not in this clone. */
  | { readonly kind: 'notInClone' };

/** What the clone of a site's repository tells about it. */
export interface SiteCode {
  readonly root: vscode.Uri;
  /** The current branch; null with a detached head, undefined where git does not tell. */
  readonly branch: string | null | undefined;
  /** How many files are changed and not committed. */
  readonly uncommitted: number;
  /**
   * The commits of the branch that the site deploys that are not on the remote, newest first; of a branch that is not there, those that the
   * remote's main branch does not have. Undefined where that is not known.
   */
  readonly unpushed: readonly LocalCommit[] | undefined;
  /** Whether the branch that the site deploys is in this clone and, as far as it knows, not on the remote. */
  readonly isUnpublished: boolean;
  /** The commit that the remote's branch was at when it was last fetched or pushed; undefined where it never was. */
  readonly remoteCommit: string | undefined;
  /** Undefined where it is not known what is deployed, or nothing was fetched. */
  readonly drift: Drift | undefined;
  /** Pushes the branch that the site deploys. @throws what the git extension throws. */
  readonly push: () => Promise<void>;
}

/** The branch that a site deploys, in a clone that is open here. */
export interface SiteBranch {
  readonly root: vscode.Uri;
  readonly repository: GitRepository;
  /** The name of the remote that is the site's repository. */
  readonly remote: string;
  readonly branch: string;
}

/**
 * The commit that a site runs, as far as its latest deployment tells: one that has failed or is under way tells nothing of it.
 * Undefined where it does not tell, null where Forge does not name the commit.
 */
export function deployedBy({ site: { latestDeployment: latest } }: SiteEntry): string | null | undefined {
  return latest && phaseOf(latest) === 'succeeded' ? latest.commit.hash : undefined;
}

/**
 * Asks git about the code of a site, without a request to anybody else: what was last fetched is what is known.
 * @param deployed the commit that the site runs; undefined or null where that is not known
 * @returns undefined where no open repository is that of the site, or the git extension cannot be asked about it. Never rejects.
 */
export async function readSiteCode(
  git: Pick<Git, 'checkouts' | 'clock'>,
  entry: SiteEntry,
  deployed: string | null | undefined = deployedBy(entry),
): Promise<SiteCode | undefined> {
  const found = branchOfSite(git, entry);
  if (!found) {
    return undefined;
  }
  const { root, repository, remote, branch } = found;
  // What it knows of the files may be a moment old.
  await readStatus(repository, git.clock).catch(() => undefined);
  const { HEAD, mergeChanges, indexChanges, workingTreeChanges, untrackedChanges = [] } = repository.state;
  const changed = [...mergeChanges, ...indexChanges, ...workingTreeChanges, ...untrackedChanges];
  const [remoteCommit, localCommit] = await Promise.all([readRemoteCommit(found), readLocalCommit(found)]);
  const pushedRef = remoteCommit === undefined ? `refs/remotes/${remote}/HEAD` : remoteRef(found);
  return {
    root,
    branch: branchAt(HEAD),
    uncommitted: new Set(changed.map(({ uri }) => uri.toString())).size,
    unpushed: await commitsBetween(repository, pushedRef, localRef(found)),
    isUnpublished: localCommit !== undefined && remoteCommit === undefined,
    remoteCommit,
    drift: await readDrift(found, deployed, remoteCommit),
    push: () => repository.push(remote, branch),
  };
}

/**
 * Has git look at the files, and waits until it tells what it saw, at most two seconds. One look that another overtakes, as after any
 * change in the folder, ends without having told anything (`updateModelState` of the git extension): then the end of the other one is
 * waited for.
 * @throws what the git extension throws.
 */
export async function readStatus(repository: GitRepository, clock: Clock): Promise<void> {
  let told: () => void = () => undefined;
  const isTold = new Promise<void>((resolve) => {
    told = resolve;
  });
  const listener = repository.state.onDidChange(told);
  try {
    await repository.status();
    await clock.within(statusMs, isTold);
  } finally {
    listener.dispose();
  }
}

/** The branch that a site deploys, where git can be asked about it. */
export function branchOfSite(git: Pick<Git, 'checkouts'>, entry: SiteEntry): SiteBranch | undefined {
  const branch = entry.site.repository?.branch;
  const found = branch && isBranchName(branch) ? placeOfSite(git, entry) : undefined;
  const { root, repository } = found?.place ?? {};
  return found && branch && root && repository ? { root, repository, remote: found.remote, branch } : undefined;
}

/** The commit of a branch on the remote as it was last fetched or pushed; undefined where it never was. */
export function readRemoteCommit(branch: SiteBranch): Promise<string | undefined> {
  return commitOf(branch.repository, remoteRef(branch));
}

function readLocalCommit(branch: SiteBranch): Promise<string | undefined> {
  return commitOf(branch.repository, localRef(branch));
}

/** Whether the remote's branch came to a commit by a push of this clone. Where git keeps no log of that, it did if the clone's own is at it. */
export async function isPushed(git: Pick<Git, 'wasPushed'>, branch: SiteBranch, commit: string): Promise<boolean> {
  const { root, remote, branch: name } = branch;
  return (await git.wasPushed(root, remote, name, commit)) ?? (await readLocalCommit(branch)) === commit;
}

/** How a deployed commit stands to the remote's; undefined where one of them is not known. */
export async function readDrift(
  { repository }: SiteBranch,
  deployed: string | null | undefined,
  remoteCommit: string | undefined,
): Promise<Drift | undefined> {
  if (!deployed || !isCommitHash(deployed)) {
    return undefined;
  }
  if (deployed === remoteCommit) {
    return { kind: 'upToDate' };
  }
  if ((await commitOf(repository, deployed)) === undefined) {
    return { kind: 'notInClone' };
  }
  const commits = remoteCommit === undefined ? undefined : await commitsBetween(repository, deployed, remoteCommit);
  if (commits?.length !== 0 || remoteCommit === undefined) {
    return commits && { kind: 'behind', commits };
  }
  const lost = await commitsBetween(repository, remoteCommit, deployed);
  return lost && (lost.length === 0 ? { kind: 'upToDate' } : { kind: 'ahead', count: lost.length });
}

function localRef({ branch }: SiteBranch): string {
  return `refs/heads/${branch}`;
}

function remoteRef({ remote, branch }: SiteBranch): string {
  return `refs/remotes/${remote}/${branch}`;
}

/** The checkout of a site's repository among the open ones, and the remote that is that repository. */
export function placeOfSite(
  git: Pick<Git, 'checkouts'>,
  { site }: SiteEntry,
): { readonly place: Place; readonly remote: string } | undefined {
  const { repository } = site;
  return repository
    ? git.checkouts
        .flatMap((place) => {
          const remote = place.checkout.remotes.find(({ url }) => isSameRepository(url, repository));
          return remote ? [{ place, remote: remote.name }] : [];
        })
        // Of two clones, the one in which one is on the branch.
        .sort((a, b) => isOn(b.place, repository.branch) - isOn(a.place, repository.branch))[0]
    : undefined;
}

function isOn({ checkout, repository }: Place, branch: string | null): number {
  return Number(branch !== null && checkout.branch === branch) + Number(repository !== undefined) * 2;
}

function commitOf(repository: GitRepository, ref: string): Promise<string | undefined> {
  return repository.getCommit(ref).then(
    ({ hash }) => hash,
    () => undefined,
  );
}

/** The commits of one that are not in the other, newest first; undefined where one of them is not in this clone. */
async function commitsBetween(
  repository: GitRepository,
  from: string,
  to: string,
): Promise<readonly LocalCommit[] | undefined> {
  try {
    // The git extension answers an unknown range with nothing.
    await Promise.all([from, to].map((ref) => repository.getCommit(ref)));
    return (await repository.log({ range: `${from}..${to}` })).map(localCommit);
  } catch {
    return undefined;
  }
}

function localCommit({ hash, message, authorName }: GitCommit): LocalCommit {
  return { hash, subject: line(message.split('\n', 1)[0] ?? ''), author: authorName && line(authorName) };
}

/** Words of a commit, which anybody may have written, so that they neither draw over others nor fill the screen. */
function line(words: string): string {
  const text = [...words.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}]+/gu, ' ').trim()];
  return text.length > longestLine ? `${text.slice(0, longestLine - 1).join('')}…` : text.join('');
}
