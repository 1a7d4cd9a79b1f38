import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import * as vscode from 'vscode';
import { commands } from '../../src/manifest';
import { projectRoot } from '../paths';
import { SimulatorControl } from '../simulator/control';

describe('The packaged extension, installed', () => {
  const control = new SimulatorControl(process.env.FORGE_SIMULATOR ?? '');
  const extension = vscode.extensions.getExtension('laravel-forge-community.vscode-laravel-forge');

  it('comes from the VSIX, not from the project', () => {
    assert.ok(extension);
    assert.ok(!extension.extensionPath.startsWith(projectRoot), extension.extensionPath);
  });

  it('holds a minified bundle without source map, in less than 400 kB besides the translations, of which no more than 150 kB are loaded at once', () => {
    assert.ok(extension);
    const bundle = join(extension.extensionPath, 'dist', 'extension.js');
    assert.ok(!existsSync(`${bundle}.map`));
    const code = readFileSync(bundle, 'utf8');
    assert.doesNotMatch(code, /sourceMappingURL/);
    // What it requires late stands in functions, and is called after what it exports.
    assert.doesNotMatch(code, /require\("\.\/chunk-/);
    assert.ok(code.length <= 150_000, `${code.length}`);
    const { extensionPath } = extension;
    const translations = [
      ...readdirSync(extensionPath),
      ...readdirSync(join(extensionPath, 'l10n')).map((file) => join('l10n', file)),
    ]
      .filter((file) => /\.(?:l10n|nls)\.[\w-]+\.json$/.test(file))
      .map((file) => deflateRawSync(readFileSync(join(extensionPath, file))).length);
    const size = statSync(process.env.FORGE_VSIX ?? '').size - translations.reduce((sum, each) => sum + each, 0);
    assert.ok(size < 400_000, `${size}`);
  });

  it('is the same file, byte by byte, when it is packaged once more', () => {
    const [one, other] = [process.env.FORGE_VSIX, process.env.FORGE_VSIX_AGAIN].map((file) => readFileSync(file ?? ''));
    assert.ok(one && other && one.equals(other));
  });

  it('carries the licenses of the packages that are bundled', () => {
    const notices = readFileSync(join(extension?.extensionPath ?? '', 'ThirdPartyNotices.txt'), 'utf8');
    assert.match(notices, /^node-fetch 3\./m);
  });

  it('activates, offers nothing to other extensions, and has its commands', async () => {
    assert.equal(await extension?.activate(), undefined);
    const there = await vscode.commands.getCommands(true);
    assert.deepEqual(
      Object.values(commands).filter((command) => !there.includes(command)),
      [],
    );
  });

  it('reads the fleet with the token of the environment, and says who it is', async () => {
    await vscode.commands.executeCommand(commands.refresh);
    const requests = await control.requests();
    for (const path of ['/orgs', '/orgs/acme/servers', '/orgs/acme/sites']) {
      const request = requests.find((candidate) => candidate.path === path);
      assert.equal(request?.status, 200, path);
      assert.match(request.client, /^vscode-laravel-forge\/\d+\.\d+\.\d+$/);
    }
  });
});
