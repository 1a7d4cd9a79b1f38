import assert from 'node:assert/strict';
import { channelOf, checkTag, tagOf } from '../../release/releaseTag';

describe('The tag of a release', () => {
  it('is the version in package.json, and says whether it is a pre-release', () => {
    assert.equal(tagOf('1.2.0', 'release'), 'v1.2.0');
    assert.equal(tagOf('1.3.0', 'pre-release'), 'v1.3.0-pre');
    checkTag('v1.2.0', '1.2.0', 'release');
    checkTag('v1.3.0-pre', '1.3.0', 'pre-release');
  });

  it('is refused if it names another version than package.json', () => {
    assert.throws(() => checkTag('v1.2.1', '1.2.0', 'release'), /The tag v1\.2\.1 is not v1\.2\.0/);
    assert.throws(() => checkTag('1.2.0', '1.2.0', 'release'), /is not v1\.2\.0/);
    assert.throws(() => checkTag('', '1.2.0', 'release'), /is not v1\.2\.0/);
  });

  it('is refused if it is that of the other channel', () => {
    assert.throws(() => checkTag('v1.2.0-pre', '1.2.0', 'release'), /is not v1\.2\.0/);
    assert.throws(() => checkTag('v1.3.0', '1.3.0', 'pre-release'), /is not v1\.3\.0-pre/);
  });

  it('is refused if a release would be below the pre-releases before it', () => {
    assert.throws(() => checkTag('v1.3.0', '1.3.0', 'release'), /releases have an even minor version/);
    assert.throws(() => checkTag('v1.2.0-pre', '1.2.0', 'pre-release'), /pre-releases an odd one/);
  });

  it('is refused if the Marketplace would refuse the version', () => {
    assert.throws(() => checkTag('v1.2.0-beta.1', '1.2.0-beta.1', 'release'), /not three numbers/);
    assert.throws(() => checkTag('v1.2', '1.2', 'release'), /not three numbers/);
  });

  it('is of one of two channels', () => {
    assert.equal(channelOf('pre-release'), 'pre-release');
    for (const text of [undefined, '', 'nightly', 'toString']) {
      assert.throws(() => channelOf(text), /is no channel/);
    }
  });
});
