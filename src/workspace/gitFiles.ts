/** What git says about one open folder. */
export interface Checkout {
  /** Addresses of the remotes, `origin` first. */
  readonly remotes: readonly string[];
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
  return { remotes: originFirst([...urls], ([name]) => name).map(([, url]) => url), branch: branchOf(head) };
}

/** The list with what belongs to the remote `origin` before the rest. */
export function originFirst<T>(list: readonly T[], nameOf: (element: T) => string): T[] {
  return [...list].sort((a, b) => Number(nameOf(b) === 'origin') - Number(nameOf(a) === 'origin'));
}

function branchOf(head: string): string | undefined {
  return /^ref:\s*refs\/heads\/(\S+)\s*$/.exec(head)?.[1];
}
