import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';
import { PlainError } from '../ui/plainError';
import { sayBriefly } from '../ui/say';
import { steps } from '../ui/steps';
import type { Git, GitChange, GitRepository } from '../workspace/git';
import { isCommitHash } from '../workspace/gitNames';
import { placeOfSite } from '../workspace/siteCode';
import { shortHash } from './wording';

/** The Git extension's statuses for added and deleted files. */
const [added, deleted] = [1, 6];

/** Copies the hash of a deployed commit. */
export async function copyCommitHash(deployment: Deployment): Promise<void> {
  const hash = hashOf(deployment);
  await vscode.env.clipboard.writeText(hash);
  sayBriefly(l10n.t('Copied {0}', hash));
}

/** Opens a deployed commit in VS Code's commit view. */
export async function openCommit(git: Git, site: SiteEntry, deployment: Deployment): Promise<void> {
  const hash = hashOf(deployment);
  const repository = await repositoryWith(git, site, [hash]);
  // The view finds the commit by the repository's URI and the hash.
  await vscode.commands.executeCommand('git.viewCommit', repository.rootUri, hash);
}

/** Opens the differences between the commits of two deployments of a site, the earlier one on the left. */
export async function compareDeployments(
  git: Git,
  site: SiteEntry,
  pair: readonly [Deployment, Deployment],
): Promise<void> {
  const { from, to, before, after, files } = await changesBetween(git, site, pair);
  if (files.length === 0) {
    throw new PlainError(l10n.t('Both deployments have the same commit.'));
  }
  await vscode.commands.executeCommand(
    'vscode.changes',
    `${site.site.name}: ${shortHash(from)} … ${shortHash(to)}`,
    files.map(({ left, right }) => [
      right ?? left,
      left && git.fileAt(left, before),
      right && git.fileAt(right, after),
    ]),
  );
}

/**
 * What differs between the commits of two deployments of a site, the earlier one first.
 * @throws PlainError if Forge doesn't report a commit, or an open clone doesn't have it
 */
export async function changesBetween(git: Git, site: SiteEntry, pair: readonly [Deployment, Deployment]) {
  const [from, to] = [...pair].sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0)) as [Deployment, Deployment];
  const [before, after] = [hashOf(from), hashOf(to)];
  const repository = await repositoryWith(git, site, [before, after]);
  const files = before === after ? [] : await filesBetween(repository, before, after);
  return { from, to, before, after, repository, files };
}

/** A changed file on each side; undefined if it doesn't exist there. */
interface ChangedFile {
  readonly left: vscode.Uri | undefined;
  readonly right: vscode.Uri | undefined;
}

/**
 * The files that differ between two commits, in any order: after a rollback, the later deployment has the older commit, and after a
 * forced push neither is an ancestor of the other. The Git extension only lists changes since the common ancestor.
 */
async function filesBetween(repository: GitRepository, before: string, after: string): Promise<readonly ChangedFile[]> {
  const [there, back] = await Promise.all([
    repository.diffBetween(before, after),
    repository.diffBetween(after, before),
  ]);
  const files = new Map<string, ChangedFile>();
  for (const change of back) {
    const [right, left] = sidesOf(change);
    files.set(change.originalUri.toString(), { left, right });
  }
  for (const change of there) {
    const [left, right] = sidesOf(change);
    const key = change.originalUri.toString();
    // If both commits changed the file, each side has its own version.
    const known = files.get(key);
    files.set(key, { left: known ? known.left : left, right });
  }
  return [...files.values()].filter(({ left, right }) => left || right);
}

/** The file before and after a change. */
function sidesOf({ uri, originalUri, renameUri, status }: GitChange): [vscode.Uri | undefined, vscode.Uri | undefined] {
  return [status === added ? undefined : originalUri, status === deleted ? undefined : (renameUri ?? uri)];
}

function hashOf({ commit: { hash } }: Deployment): string {
  if (!hash || !isCommitHash(hash)) {
    throw new PlainError(l10n.t("Forge doesn't report a commit for this deployment."));
  }
  return hash;
}

async function repositoryWith(git: Git, site: SiteEntry, hashes: readonly string[]): Promise<GitRepository> {
  const repository = placeOfSite(git, site)?.place.repository;
  if (!repository) {
    throw new PlainError(l10n.t('Open the repository of {0} to view its commits.', site.site.name), steps.openFolder());
  }
  for (const hash of hashes) {
    try {
      await repository.getCommit(hash);
    } catch {
      throw new PlainError(
        l10n.t("The commit {0} isn't in your clone. Fetch, then try again.", hash.slice(0, 7)),
        steps.fetch(repository.rootUri),
      );
    }
  }
  return repository;
}
