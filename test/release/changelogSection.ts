import type { Channel } from './releaseTag';

/**
 * What CHANGELOG.md says of a version, without its heading. A pre-release without a section of its own takes the unreleased one.
 * @throws Error if it says nothing
 */
export function changelogSection(changelog: string, version: string, channel: Channel): string {
  const own =
    sectionOf(changelog, version) ?? (channel === 'pre-release' ? sectionOf(changelog, 'Unreleased') : undefined);
  if (!own) {
    throw new Error(`CHANGELOG.md has no entry under "## [${version}]".`);
  }
  return own;
}

/** Undefined if there is no such section, empty if it has only headings. */
function sectionOf(changelog: string, name: string): string | undefined {
  const lines = changelog.split(/\r?\n/);
  const start = lines.findIndex((line) => line === `## [${name}]` || line.startsWith(`## [${name}] `));
  if (start < 0) {
    return undefined;
  }
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('## ') || /^\[[^\]]+\]:/.test(line));
  const section = rest.slice(0, end < 0 ? undefined : end);
  return section.some((line) => line.trim() !== '' && !line.startsWith('#')) ? section.join('\n').trim() : '';
}
