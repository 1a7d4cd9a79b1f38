import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';
import { PlainError } from '../ui/explain';
import type { Git, GitRepository } from '../workspace/git';
import { isCommitHash, placeOfSite } from '../workspace/siteCode';
import { shortHash } from './wording';

/** Copies the hash of the commit that was deployed. */
export async function copyCommitHash(deployment: Deployment): Promise<void> {
  const hash = hashOf(deployment);
  await vscode.env.clipboard.writeText(hash);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', hash), 3_000);
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
  const changes = before === after ? [] : await repository.diffBetween(before, after);
  if (changes.length === 0) {
    throw new PlainError(vscode.l10n.t('Both deployments are of the same code.'));
  }
  await vscode.commands.executeCommand(
    'vscode.changes',
    `${site.site.name}: ${shortHash(from)} … ${shortHash(to)}`,
    changes.map(({ uri, originalUri, renameUri }) => [
      renameUri ?? uri,
      git.fileAt(originalUri, before),
      git.fileAt(renameUri ?? uri, after),
    ]),
  );
}

function hashOf({ commit: { hash } }: Deployment): string {
  if (!hash || !isCommitHash(hash)) {
    throw new PlainError(vscode.l10n.t('Forge does not say of which commit this deployment is.'));
  }
  return hash;
}

async function repositoryWith(git: Git, site: SiteEntry, hashes: readonly string[]): Promise<GitRepository> {
  const repository = placeOfSite(git, site)?.place.repository;
  if (!repository) {
    throw new PlainError(vscode.l10n.t('Open the repository of {0} to look at its commits.', site.site.name));
  }
  for (const hash of hashes) {
    try {
      await repository.getCommit(hash);
    } catch {
      throw new PlainError(
        vscode.l10n.t('The commit {0} is not in this clone. Fetch, then try again.', hash.slice(0, 7)),
      );
    }
  }
  return repository;
}
