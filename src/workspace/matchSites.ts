import type { Repository } from '../forge/resources';
import type { Checkout } from './gitFiles';

// Required with the first address, which is needed later than at the start (esbuild.mjs).
const gitUrlParser = () => require('git-url-parse') as typeof import('git-url-parse');

/** Where each of Forge's hosted providers keeps its repositories. */
const hosts: ReadonlyMap<string | null, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/** Where they answer ssh on the port of https, for networks that let nothing else out. */
const sshHosts: ReadonlyMap<string, string> = new Map([
  ['ssh.github.com', 'github.com'],
  ['altssh.gitlab.com', 'gitlab.com'],
  ['altssh.bitbucket.org', 'bitbucket.org'],
]);

interface RepositoryName {
  /** Undefined where only "owner/name" is known. */
  readonly host: string | undefined;
  /** "owner/name", in lower case, without ".git". */
  readonly path: string;
}

/** Whether a git remote's address is the repository that Forge deploys, however either is spelt. */
export function isSameRepository(remote: string, repository: Repository): boolean {
  return isNamed(repositoryName(remote), repository);
}

function isNamed(local: RepositoryName | undefined, repository: Repository): boolean {
  // A fleet has thousands, and to read an address takes its time.
  const deployed =
    local && repository.url.toLowerCase().includes(local.path) ? repositoryName(repository.url) : undefined;
  if (!local || !deployed || local.path !== deployed.path) {
    return false;
  }
  const host = deployed.host ?? hosts.get(repository.provider);
  // A host without a dot is an alias of the person's ssh configuration and may stand for any.
  return host === undefined || host === local.host || !local.host?.includes('.');
}

interface Deployable {
  readonly site: { readonly id: string; readonly repository: Repository | null };
}

/**
 * The sites that a checkout belongs to, which deploy its repository: those that deploy the current branch first, and among
 * them the ones used last; then the others used last, those of main, of master, and the rest, else as they are given.
 */
export function sitesOfCheckout<T extends Deployable>(
  sites: readonly T[],
  checkout: Checkout,
  isLastUsed: (site: T) => boolean,
): readonly T[] {
  const names = checkout.remotes.map(({ url }) => repositoryName(url));
  const deploys = ({ site: { repository } }: T, branch: string | undefined) =>
    branch !== undefined && repository?.branch === branch;
  const merits = (entry: T) => [
    deploys(entry, checkout.branch),
    isLastUsed(entry),
    deploys(entry, 'main'),
    deploys(entry, 'master'),
  ];
  return sites
    .filter(({ site: { repository } }) => repository && names.some((name) => isNamed(name, repository)))
    .map((entry) => ({ entry, rank: merits(entry).reduce((rank, merit) => rank * 2 + Number(merit), 0) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ entry }) => entry);
}

function repositoryName(address: string): RepositoryName | undefined {
  const text = address.trim();
  if (/^[\w.-]+\/[\w./-]+$/.test(text) && !text.includes('//')) {
    return { host: undefined, path: normal(text) };
  }
  const parse = gitUrlParser();
  try {
    const { resource, pathname } = parse(text);
    const path = normal(pathname);
    const host = resource.toLowerCase();
    return path === '' ? undefined : { host: (sshHosts.get(host) ?? host) || undefined, path };
  } catch {
    return undefined;
  }
}

function normal(path: string): string {
  return path
    .toLowerCase()
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
}
