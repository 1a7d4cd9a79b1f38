import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import type { Clock } from '../forge/clock';
import { phaseOf } from '../forge/deploymentStatus';
import { oneLine } from '../forge/oneLine';
import { quotable } from '../ui/explain';
import type { Git, GitCommit, GitRepository, Place } from './git';
import { branchAt } from './gitFiles';
import { isBranchName, isCommitHash } from './gitNames';
import { isSameRepository } from './matchSites';

/** Maximum length of a commit subject, in characters: Git itself recommends less. */
const longestLine = 100;

/** How long to wait for Git to check the files again, in milliseconds. */
const statusMs = 2_000;

/** A commit of this clone. */
export interface LocalCommit {
  readonly hash: string;
  /** The first line of its message. */
  readonly subject: string;
  readonly author: string | undefined;
}

/** How the deployed commit differs from the one that would be deployed. */
export type Drift =
  | { readonly kind: 'upToDate' }
  /** These commits of the deployed branch, as last fetched from the remote, aren't deployed. */
  | { readonly kind: 'behind'; readonly commits: readonly LocalCommit[] }
  /** This many deployed commits are no longer on the branch, as after a reset, and it has no new ones. */
  | { readonly kind: 'ahead'; readonly count: number }
  /** The deployed commit isn't in this clone. */
  | { readonly kind: 'notInClone' };

/** What the local clone of a site's repository says about the site. */
export interface SiteCode {
  readonly root: vscode.Uri;
  /** The current branch; null with a detached HEAD, undefined if Git doesn't say. */
  readonly branch: string | null | undefined;
  /** Number of files with uncommitted changes. */
  readonly uncommitted: number;
  /**
   * The commits of the branch that the site deploys that are not on the remote, newest first; of a branch that is not there, those that the
   * remote's main branch does not have. Undefined where that is not known.
   */
  readonly unpushed: readonly LocalCommit[] | undefined;
  /** Whether the branch that the site deploys is in this clone and, as far as it knows, not on the remote. */
  readonly isUnpublished: boolean;
  /** The commit of the remote's branch as last fetched or pushed; undefined if it never was. */
  readonly remoteCommit: string | undefined;
  /** Undefined if the deployed commit is unknown, or nothing was fetched. */
  readonly drift: Drift | undefined;
  /**
   * A small text file of the deployed commit, or of the newest commit on the branch, pushed or not; undefined if it isn't there. Never rejects.
   */
  readonly textOf: (path: string, at: 'deployed' | 'next') => Promise<string | undefined>;
  /** Fetches from the remote that is the site's repository. @throws what the git extension throws. */
  readonly fetch: () => Promise<void>;
  /** Pushes the branch that the site deploys. @throws what the git extension throws. */
  readonly push: () => Promise<void>;
}

/** The branch that a site deploys, in an open clone. */
export interface SiteBranch {
  readonly root: vscode.Uri;
  readonly repository: GitRepository;
  /** The name of the remote that is the site's repository. */
  readonly remote: string;
  readonly branch: string;
}

/**
 * The commit that a site runs, according to its latest deployment: a failed or running one doesn't say.
 * Undefined if it doesn't say, null if Forge doesn't report the commit.
 */
export function deployedBy({ site: { latestDeployment: latest } }: SiteEntry): string | null | undefined {
  return latest && phaseOf(latest) === 'succeeded' ? latest.commit.hash : undefined;
}

/**
 * Asks Git about the code of a site, as last fetched, without any network request.
 * @param deployed the commit that the site runs; undefined or null if unknown
 * @returns undefined if no open repository is the site's, or the Git extension doesn't have it. Never rejects.
 */
export async function readSiteCode(
  git: Pick<Git, 'checkouts' | 'clock' | 'remoteCommit' | 'textAt'>,
  entry: SiteEntry,
  deployed: string | null | undefined = deployedBy(entry),
): Promise<SiteCode | undefined> {
  const found = branchOfSite(git, entry);
  if (!found) {
    return undefined;
  }
  const { root, repository, remote, branch } = found;
  const [remoteCommit, localCommit] = await Promise.all([
    readRemoteCommit(git, found),
    readLocalCommit(found),
    // The Git extension's view of the files may be slightly old.
    readStatus(repository, git.clock).catch(() => undefined),
  ]);
  const { HEAD, mergeChanges, indexChanges, workingTreeChanges, untrackedChanges = [] } = repository.state;
  const changed = [...mergeChanges, ...indexChanges, ...workingTreeChanges, ...untrackedChanges];
  const [unpushed, drift] = await Promise.all([
    readUnpushed(found, localCommit, remoteCommit),
    readDrift(found, deployed, remoteCommit),
  ]);
  const isAhead = (unpushed?.length ?? 0) > 0;
  return {
    root,
    branch: branchAt(HEAD),
    uncommitted: new Set(changed.map(({ uri }) => uri.toString())).size,
    unpushed,
    isUnpublished: localCommit !== undefined && remoteCommit === undefined,
    remoteCommit,
    drift,
    textOf: async (path, at) => {
      const commit = at === 'deployed' ? deployed : localCommit && isAhead ? localCommit : remoteCommit;
      return commit ? git.textAt(root, commit, path) : undefined;
    },
    fetch: () => repository.fetch(remote),
    push: () => repository.push(remote, branch),
  };
}

/**
 * Makes Git check the files, and waits for the result, at most two seconds. A check that another one overtakes, as after any change in
 * the folder, ends without a result (`updateModelState` in the Git extension): then this waits for the other one.
 * @throws what the Git extension throws.
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

/** The branch that a site deploys, if the Git extension has its repository. */
export function branchOfSite(git: Pick<Git, 'checkouts'>, entry: SiteEntry): SiteBranch | undefined {
  const branch = entry.site.repository?.branch;
  const found = branch && isBranchName(branch) ? placeOfSite(git, entry) : undefined;
  const { root, repository } = found?.place ?? {};
  return found && branch && root && repository ? { root, repository, remote: found.remote, branch } : undefined;
}

/** The commit of a remote's branch as last fetched or pushed; undefined if it never was. */
export function readRemoteCommit(
  git: Pick<Git, 'remoteCommit'>,
  { root, repository, remote, branch }: SiteBranch,
): Promise<string | undefined> {
  return git.remoteCommit(root, remote, branch).catch(() => commitOf(repository, `refs/remotes/${remote}/${branch}`));
}

function readLocalCommit(branch: SiteBranch): Promise<string | undefined> {
  return commitOf(branch.repository, `refs/heads/${branch.branch}`);
}

/** Whether a push from this clone moved the remote's branch to a commit. Without a reflog, assumes so if the local branch is at it. */
export async function isPushed(git: Pick<Git, 'wasPushed'>, branch: SiteBranch, commit: string): Promise<boolean> {
  const { root, remote, branch: name } = branch;
  return (await git.wasPushed(root, remote, name, commit)) ?? (await readLocalCommit(branch)) === commit;
}

/** How a deployed commit differs from the remote's; undefined if one of them is unknown. */
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
  const known = await commitOf(repository, deployed);
  if (known === undefined) {
    return { kind: 'notInClone' };
  }
  if (remoteCommit === undefined) {
    return undefined;
  }
  const commits = await logBetween(repository, known, remoteCommit);
  if (commits?.length !== 0) {
    return commits && { kind: 'behind', commits };
  }
  const lost = await logBetween(repository, remoteCommit, known);
  return lost && (lost.length === 0 ? { kind: 'upToDate' } : { kind: 'ahead', count: lost.length });
}

/** The commits of the local branch that the remote's doesn't have, or, if the remote has no such branch, its main branch doesn't; newest first. */
async function readUnpushed(
  { repository, remote }: SiteBranch,
  localCommit: string | undefined,
  remoteCommit: string | undefined,
): Promise<readonly LocalCommit[] | undefined> {
  if (localCommit === undefined) {
    return undefined;
  }
  const pushed = remoteCommit ?? (await commitOf(repository, `refs/remotes/${remote}/HEAD`));
  if (pushed === localCommit) {
    return [];
  }
  return pushed === undefined ? undefined : logBetween(repository, pushed, localCommit);
}

/** The open checkout of a site's repository, and the remote that is that repository. */
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
        // Of two clones, prefer the one that is on the branch.
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

/** The commits in one that aren't in the other, newest first; undefined if one of them isn't in this clone. */
export async function commitsBetween(
  repository: GitRepository,
  from: string,
  to: string,
): Promise<readonly LocalCommit[] | undefined> {
  // The Git extension returns nothing for an unknown range.
  const [before, after] = await Promise.all([commitOf(repository, from), commitOf(repository, to)]);
  return before === undefined || after === undefined ? undefined : logBetween(repository, before, after);
}

/** The same of two commits that are in this clone; undefined if Git can't say. */
async function logBetween(
  repository: GitRepository,
  from: string,
  to: string,
): Promise<readonly LocalCommit[] | undefined> {
  return repository.log({ range: `${from}..${to}` }).then(
    (commits) => commits.map(localCommit),
    () => undefined,
  );
}

function localCommit({ hash, message, authorName }: GitCommit): LocalCommit {
  // Anybody may have written them.
  const line = (words: string) => oneLine(words, longestLine);
  return { hash, subject: line(message.split('\n', 1)[0] ?? ''), author: authorName && line(authorName) };
}

/** Why Git could not do something, in its own words. @param error what the git extension throws */
export function gitReason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const [words = ''] = (stderr ?? message ?? '').trim().split('\n');
  return quotable(words) || l10n.t('no reason given.');
}
