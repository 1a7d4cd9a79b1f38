import { isBranchName, isRemoteName } from './gitNames';

export interface Remote {
  readonly name: string;
  readonly url: string;
}

/** What git says about one open folder. */
export interface Checkout {
  /** `origin` first. */
  readonly remotes: readonly Remote[];
  /** The current branch; undefined with a detached head. */
  readonly branch: string | undefined;
}

/**
 * Reads remotes and branch from the text of `.git/config` and `.git/HEAD`, where nobody can be asked who knows git better.
 * What it does not understand it leaves out.
 */
export function readCheckout(config: string, head: string): Checkout {
  const urls = new Map<string, string>();
  let remote: string | undefined;
  for (const line of config.split(/\r?\n/)) {
    const section = /^\s*\[(.*?)\]/.exec(line)?.[1];
    if (section !== undefined) {
      remote = /^remote\s+"(.*)"$/.exec(section)?.[1];
      continue;
    }
    const url = /^\s*url\s*=\s*"?(.*?)"?\s*$/.exec(line)?.[1];
    if (remote !== undefined && url && !urls.has(remote)) {
      urls.set(remote, url);
    }
  }
  return { remotes: usableRemotes([...urls].map(([name, url]) => ({ name, url }))), branch: branchOf(head) };
}

/** The remotes that git can be told of by their names, `origin` before the rest. `.git/config` may hold any name. */
export function usableRemotes(remotes: readonly Remote[]): Remote[] {
  return remotes
    .filter(({ name }) => isRemoteName(name))
    .sort((a, b) => Number(b.name === 'origin') - Number(a.name === 'origin'));
}

/** Where the `.git` of a worktree or a submodule, which is a file, says that its folder is; undefined for any other text. */
export function folderOfGitFile(text: string): string | undefined {
  return /^gitdir:\s*(.+?)\s*$/m.exec(text)?.[1];
}

/**
 * Whether the log that git keeps of a remote's branch says that a push brought it to a commit. Undefined where the commit does not
 * stand there.
 */
export function wasPushedBy(reflog: string, commit: string): boolean | undefined {
  // "OLD NEW Name <mail> TIME ZONE\tWORDS": git's words for it are the same in every language.
  const line = reflog.split('\n').findLast((entry) => entry.split(' ', 2)[1] === commit);
  return line?.endsWith('\tupdate by push');
}

function branchOf(head: string): string | undefined {
  const branch = /^ref:\s*refs\/heads\/(\S+)\s*$/.exec(head)?.[1];
  return branch !== undefined && isBranchName(branch) ? branch : undefined;
}
