/**
 * The command that makes a terminal start in a site's folder: in `current` for zero-downtime deployments, and in the home folder if the
 * site is elsewhere. Undefined for a site whose name isn't safe to pass to a shell.
 */
export function shellInFolder(site: string): string | undefined {
  return /^[a-z0-9][a-z0-9._-]*$/i.test(site)
    ? `cd ~/${site}/current 2>/dev/null || cd ~/${site} 2>/dev/null; exec $SHELL -l`
    : undefined;
}
