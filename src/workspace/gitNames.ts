/*
 * Names that come from a repository or from Forge and are passed to Git. The Git extension puts no `--` before them
 * (`Repository.push` in its git.ts), so a name that starts with a hyphen would be an option, and Git options can run programs.
 */

/** Whether text is a commit hash, full or abbreviated, and nothing else: neither an option nor a range. */
export function isCommitHash(text: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(text);
}

/** Whether Git allows a branch of this name. Names that start with a plus are rejected, because a push would be forced. */
export function isBranchName(name: string): boolean {
  return isRefPath(name) && !name.startsWith('+');
}

/** Whether Git allows a remote of this name: `git remote add` accepts whatever is valid in `refs/remotes/NAME/BRANCH`. */
export function isRemoteName(name: string): boolean {
  return isRefPath(name);
}

/** The rules of `git check-ref-format`, and no leading hyphen, as in `git check-ref-format --branch`. */
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
