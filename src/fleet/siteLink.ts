/** Maximum length of the path of a link, in characters: that of any real one is far below. */
const longestPath = 1_000;

/**
 * The site that a link to this extension names, as `forge.site` names it: "organization/server/site", or "organization/site" if Forge
 * doesn't say which server it is on.
 * @param path of `vscode://…/site/organization/server/site`, as VS Code passes it, decoded. Anybody can write a link.
 * @returns undefined for any other path
 */
export function siteNameIn(path: string): string | undefined {
  const [, name] = path.length <= longestPath ? (/^\/site\/((?:[^/]+\/){1,2}[^/]+)\/?$/.exec(path) ?? []) : [];
  return name;
}
