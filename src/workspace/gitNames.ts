/*
 * Names that come from a repository or from Forge and are handed to git. The git extension puts no `--` before them
 * (`Repository.push` in its git.ts), so a name that begins with a hyphen would be an option, and options of git run programs.
 */

/** Whether text is a commit's hash, whole or abbreviated, and nothing else: neither an option nor a range. */
export function isCommitHash(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text);
}

/** Whether git could have a branch of this name. With a plus in front a push would be forced, so that is none here. */
export function isBranchName(name: string): boolean {
  return isRefPath(name) && !name.startsWith('+');
}

/** Whether git could have made a remote of this name: `git remote add` takes what can stand in `refs/remotes/NAME/BRANCH`. */
export function isRemoteName(name: string): boolean {
  return isRefPath(name);
}

/** The rules of `git check-ref-format`, and no hyphen in front, as in `git check-ref-format --branch`. */
function isRefPath(path: string): boolean {
  return (
    path.length <= 255 &&
    !path.startsWith('-') &&
    path
      .split('/')
      .every((part) => /^[^.\s~^:?*[\\\p{Cc}][^\s~^:?*[\\\p{Cc}]*$/u.test(part) && !/\.lock$|\.$/.test(part)) &&
    !/\.\.|@\{/.test(path) &&
    path !== '@'
  );
}
