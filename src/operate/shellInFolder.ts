/**
 * What the shell of a server is given so that a terminal begins in the folder of a site: in `current` where deployments have no downtime,
 * and in the home folder where the site lies elsewhere. Undefined for a name that is more than the name of a folder, which no shell is to
 * read.
 */
export function shellInFolder(site: string): string | undefined {
  return /^[a-z0-9][a-z0-9._-]*$/i.test(site)
    ? `cd ~/${site}/current 2>/dev/null || cd ~/${site} 2>/dev/null; exec $SHELL -l`
    : undefined;
}
