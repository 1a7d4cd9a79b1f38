import assert from 'node:assert/strict';
import { changelogSection } from '../../release/changelogSection';

const changelog = `# Changelog

## [Unreleased]

### Added

- Something new.

## [1.2.0] - 2026-11-29

### Fixed

- Something old.

## [1.0.0]

### Added

[1.2.0]: https://example.com
`;

describe('The notes of a release', () => {
  it('are its section of the CHANGELOG, without the heading', () => {
    assert.equal(changelogSection(changelog, '1.2.0', 'release'), '### Fixed\n\n- Something old.');
    assert.equal(
      changelogSection(changelog.replaceAll('\n', '\r\n'), '1.2.0', 'release'),
      '### Fixed\n\n- Something old.',
    );
  });

  it('are what is unreleased for a pre-release without a section, and for nothing else', () => {
    assert.equal(changelogSection(changelog, '1.3.0', 'pre-release'), '### Added\n\n- Something new.');
    assert.equal(changelogSection(changelog, '1.2.0', 'pre-release'), '### Fixed\n\n- Something old.');
    assert.throws(() => changelogSection(changelog, '1.4.0', 'release'), /no entry under "## \[1\.4\.0\]"/);
  });

  it('are missed if the section has only headings, or is that of a longer version', () => {
    assert.throws(() => changelogSection(changelog, '1.0.0', 'release'), /no entry/);
    assert.throws(() => changelogSection(changelog, '1.2', 'release'), /no entry/);
  });
});
