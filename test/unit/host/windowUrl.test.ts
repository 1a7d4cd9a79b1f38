import assert from 'node:assert/strict';
import { windowUrl } from '../../host/windowUrl';

describe('the address of a window', () => {
  it('names the folder as it is, with spaces and signs', () => {
    const url = new URL(windowUrl(8000, { folder: '/home/me/a b & 100%' }));
    assert.equal(url.host, '127.0.0.1:8000');
    assert.equal(url.searchParams.get('folder'), '/home/me/a b & 100%');
    assert.equal(url.searchParams.has('payload'), false);
  });

  it('opens a workspace file as a workspace', () => {
    const url = new URL(windowUrl(8000, { folder: '/home/me/both.code-workspace' }));
    assert.equal(url.searchParams.get('workspace'), '/home/me/both.code-workspace');
    assert.equal(url.searchParams.has('folder'), false);
  });

  it('opens an empty window without a folder', () => {
    assert.equal(new URL(windowUrl(8000, {})).searchParams.get('ew'), 'true');
  });

  it('names extension and tests as addresses on the server', () => {
    const url = new URL(windowUrl(8000, { extension: '/an extension', tests: '/tests/index.js' }));
    assert.deepEqual(JSON.parse(url.searchParams.get('payload') ?? ''), [
      ['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:8000/an%20extension'],
      ['extensionTestsPath', 'vscode-remote://127.0.0.1:8000/tests/index.js'],
    ]);
  });
});
