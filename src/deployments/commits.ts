import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';
import { PlainError } from '../ui/explain';
import { sayBriefly } from '../ui/say';
import type { Git, GitChange, GitRepository } from '../workspace/git';
import { isCommitHash } from '../workspace/gitNames';
import { placeOfSite } from '../workspace/siteCode';
import { shortHash } from './wording';

/** How the git extension tells of files that are new and that are gone. */
const [added, deleted] = [1, 6];

/** Copies the hash of the commit that was deployed. */
export async function copyCommitHash(deployment: Deployment): Promise<void> {
  const hash = hashOf(deployment);
  await vscode.env.clipboard.writeText(hash);
  sayBriefly(l10n.t('Copied {0}', hash));
}

/** Opens what a deployed commit changes, in the editor's own view of commits. */
export async function openCommit(git: Git, site: SiteEntry, deployment: Deployment): Promise<void> {
  const hash = hashOf(deployment);
  const repository = await repositoryWith(git, site, [hash]);
  // The view opens the commit that it is given by the address of its repository and its hash.
  await vscode.commands.executeCommand('git.viewCommit', repository.rootUri, hash);
}

/** Opens what lies between the commits of two deployments of a site, the earlier one on the left. */
export async function compareDeployments(
  git: Git,
  site: SiteEntry,
  pair: readonly [Deployment, Deployment],
): Promise<void> {
  const [from, to] = [...pair].sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0)) as [Deployment, Deployment];
  const [before, after] = [hashOf(from), hashOf(to)];
  const repository = await repositoryWith(git, site, [before, after]);
  const files = before === after ? [] : await filesBetween(repository, before, after);
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

/** A file as it is called on either side; undefined where it is not there. */
interface ChangedFile {
  readonly left: vscode.Uri | undefined;
  readonly right: vscode.Uri | undefined;
}

/**
 * The files that differ between two commits, whichever one is older: after a rollback, what was deployed later is older, and after
 * a forced push neither stems from the other. Git's extension tells only what a commit has changed since both parted.
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
    // What both have changed is on each side as that one left it.
    const known = files.get(key);
    files.set(key, { left: known ? known.left : left, right });
  }
  return [...files.values()].filter(({ left, right }) => left || right);
}

/** The file of a change before and after it. */
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
    throw new PlainError(l10n.t('Open the repository of {0} to view its commits.', site.site.name));
  }
  for (const hash of hashes) {
    try {
      await repository.getCommit(hash);
    } catch {
      throw new PlainError(l10n.t('The commit {0} is not in this clone. Fetch, then try again.', hash.slice(0, 7)));
    }
  }
  return repository;
}
