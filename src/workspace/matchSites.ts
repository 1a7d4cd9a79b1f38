import type { Repository } from '../forge/resources';
import type { Checkout } from './gitFiles';

// Required with the first URL, which isn't needed at startup (esbuild.mjs).
const gitUrlParser = () => require('git-url-parse') as typeof import('git-url-parse');

/** The host of each of Forge's hosted Git providers. */
const hosts: ReadonlyMap<string | null, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);
const hostedNames = [...hosts.values()];

/** Their hosts for SSH over the HTTPS port, for networks that block everything else. */
const sshHosts: ReadonlyMap<string, string> = new Map([
  ['ssh.github.com', 'github.com'],
  ['altssh.gitlab.com', 'gitlab.com'],
  ['altssh.bitbucket.org', 'bitbucket.org'],
]);

interface RepositoryName {
  /** Undefined if only "owner/name" is known. */
  readonly host: string | undefined;
  /** "owner/name", in lower case, without ".git". */
  readonly path: string;
  /** Whether the host may be an alias in the user's SSH configuration. */
  readonly isSsh: boolean;
}

/** Whether a Git remote's URL is the repository that Forge deploys, in any spelling. */
export function isSameRepository(remote: string, repository: Repository): boolean {
  return isNamed(repositoryName(remote), repository);
}

/** Whether a URL identifies a repository, unlike the path of a folder. */
export function isOfRepository(remote: string): boolean {
  return repositoryName(remote) !== undefined;
}

/** How Forge names a Git remote's repository when a site is created; undefined for a folder. */
export function forgeRepository(remote: string): { readonly provider: string; readonly url: string } | undefined {
  const name = repositoryName(remote);
  if (!name) {
    return undefined;
  }
  const { host = '', isSsh, path } = name;
  const hosted = [...hosts].find(([, own]) => own === host || (isSsh && host.includes('.') && isAlias(host, own)));
  // A password in the URL stays here.
  return hosted?.[0]
    ? { provider: hosted[0], url: path }
    : { provider: 'custom', url: remote.trim().replace(/^(https?:\/\/)[^/@]*@/i, '$1') };
}

function isNamed(local: RepositoryName | undefined, repository: Repository): boolean {
  // A fleet has thousands, and parsing a URL is slow.
  const name = local?.path.slice(local.path.lastIndexOf('/') + 1);
  const mayBe = name !== undefined && (repository.url.includes('%') || repository.url.toLowerCase().includes(name));
  const deployed = mayBe ? repositoryName(repository.url, hosts.get(repository.provider)) : undefined;
  if (!local || !deployed || local.path !== deployed.path) {
    return false;
  }
  const [own, other] = [deployed.host, local.host];
  return own === undefined || other === undefined || own === other || (local.isSsh && isAlias(other, own));
}

/**
 * Whether a host in the user's SSH configuration can be an alias of another: one without a dot may stand for any,
 * `github.com-work` and `work.github.com` for `github.com`. Nobody else can register such a name: no top-level domain looks like
 * `com-work`, and subdomains of the hosted providers are their own.
 */
function isAlias(alias: string, host: string): boolean {
  const name = alias.replace(/(\.[a-z0-9]+)[-_][\w-]*$/, '$1');
  return !alias.includes('.') || name === host || (hostedNames.includes(host) && name.endsWith(`.${host}`));
}

interface Deployable {
  readonly site: { readonly id: string; readonly repository: Repository | null };
}

/**
 * The sites that deploy a checkout's repository: those that deploy the current branch first, recently used ones leading;
 * then other recently used ones, those of main, those of master, and the rest. Otherwise in the given order.
 */
export function sitesOfCheckout<T extends Deployable>(
  sites: readonly T[],
  checkout: Checkout,
  isLastUsed: (site: T) => boolean,
): readonly T[] {
  const names = checkout.remotes.map(({ url }) => repositoryName(url));
  const deploys = ({ site: { repository } }: T, branch: string | null | undefined) =>
    typeof branch === 'string' && repository?.branch === branch;
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

/** @param usualHost the host of a name without one; undefined for a remote's URL, and if unknown */
function repositoryName(address: string, usualHost?: string): RepositoryName | undefined {
  const text = address.trim();
  if (/^\.{0,2}\//.test(text)) {
    return undefined;
  }
  if (/^[\w.-]+\/[\w./-]+$/.test(text) && !text.includes('//')) {
    return { ...oneSpelling(usualHost ?? '', normal(text)), isSsh: false };
  }
  const parse = gitUrlParser();
  try {
    const { resource, pathname, protocol } = parse(text);
    const host = resource.toLowerCase();
    const name = oneSpelling(sshHosts.get(host) ?? host, normal(pathname));
    // A URL without a user, `work:acme/shop`, is parsed as protocol "work", and `C:\shop` is a folder.
    const isFolder = protocol === 'file' || (host === '' && protocol.length === 1);
    return isFolder || name.path === '' ? undefined : { ...name, isSsh: protocol === 'ssh' || host === '' };
  } catch {
    return undefined;
  }
}

/** Hosts that have several URLs for the same repository, and the common form. */
const spellings: readonly {
  readonly host: RegExp;
  readonly path: RegExp;
  readonly name: (host: string, ...parts: string[]) => Pick<RepositoryName, 'host' | 'path'>;
}[] = [
  // Azure DevOps. If a repository is named like its project, the URL may omit it.
  {
    host: /^dev\.azure\.com$/,
    path: /^([^/]+)\/(?:([^/]+)\/)?_git\/([^/]+)$/,
    name: (_, ...parts) => azure(parts),
  },
  {
    host: /^(?:ssh\.dev\.azure\.com|vs-ssh\.visualstudio\.com)(?:[-_][\w-]*)?$|^[^.]*$/,
    path: /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/,
    name: (_, ...parts) => azure(parts),
  },
  {
    host: /^[^.]+\.visualstudio\.com$/,
    path: /^(?:defaultcollection\/)?(?:([^/]+)\/)?_git\/([^/]+)$/,
    name: (host, ...parts) => azure([host.replace(/\..*/, ''), ...parts]),
  },
  // Bitbucket Data Center, which may be in a folder of its host. SSH URLs have neither that folder nor "scm".
  {
    host: /^(?!(?:github\.com|gitlab\.com|bitbucket\.org)$)/,
    path: /^(?:[^/]+\/)?scm\/([^/]+\/[^/]+)$/,
    name: (host, path = '') => ({ host: host || undefined, path }),
  },
];

function azure([organization = '', project, repository = '']: readonly (string | undefined)[]) {
  return { host: 'dev.azure.com', path: [organization, project || repository, repository].join('/') };
}

function oneSpelling(host: string, path: string): Pick<RepositoryName, 'host' | 'path'> {
  for (const spelling of spellings) {
    const parts = spelling.host.test(host) ? spelling.path.exec(path)?.slice(1) : undefined;
    if (parts) {
      return spelling.name(host, ...parts);
    }
  }
  return { host: host || undefined, path };
}

function normal(path: string): string {
  return decodeURIComponent(path)
    .toLowerCase()
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
}
