export type Channel = 'release' | 'pre-release';

/** The channel that a text names. @throws Error for anything else */
export function channelOf(text: string | undefined): Channel {
  if (text !== 'release' && text !== 'pre-release') {
    throw new Error(`"${text ?? ''}" is no channel: it is "release" or "pre-release".`);
  }
  return text;
}

/** The tag of a version. The Marketplace takes only three numbers as a version, so a pre-release differs in its tag alone. */
export function tagOf(version: string, channel: Channel): string {
  return channel === 'release' ? `v${version}` : `v${version}-pre`;
}

/**
 * Checks that a tag may be published.
 * @param version that of package.json
 * @throws Error that says in one sentence what to change
 */
export function checkTag(tag: string, version: string, channel: Channel): void {
  const minor = /^\d+\.(\d+)\.\d+$/.exec(version)?.[1];
  if (minor === undefined) {
    throw new Error(`The version ${version} in package.json is not three numbers, which the Marketplace requires.`);
  }
  if (tag !== tagOf(version, channel)) {
    throw new Error(
      `The tag ${tag} is not ${tagOf(version, channel)}, the tag of a ${channel} of the version in package.json.`,
    );
  }
  // Who takes pre-releases gets the highest version, so that a release has to be above the pre-releases before it.
  const isOdd = Number(minor) % 2 === 1;
  if (isOdd !== (channel === 'pre-release')) {
    throw new Error(`${version} can't be a ${channel}: releases have an even minor version, pre-releases an odd one.`);
  }
}
