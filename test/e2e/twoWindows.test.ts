import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostWindow } from '../host/window';
import { sampleSites } from '../sampleWorkspace';
import { Album } from './album';
import { inWindow } from './inWindow';
import { until } from './until';
import { WorkbenchPage } from './workbenchPage';

const site = sampleSites.develop;

describe('A person with two windows', () => {
  const { simulator, control, window, workbench: one, album } = inWindow({ pictures: 70, token: () => '' });
  let otherWindow: HostWindow;
  let other: WorkbenchPage;

  const lists = async () =>
    (await control.requests()).filter(({ path }) => /^\/orgs(\/[^/]+\/(servers|sites))?$/.test(path)).length;

  it('sees in the second what the first has read, and Forge is not asked again', async () => {
    await one.openForge();
    await one.welcomeButton('Sign In').waitFor();
    await one.runCommand('Forge: Sign In');
    await one.enter(simulator.token);
    await one.row('acme-web-1').waitFor();
    await one.expand('acme-web-1');
    await one.row(site).waitFor();
    await control.clearRequests();
    otherWindow = await window.openAnother();
    other = new WorkbenchPage(otherWindow.page);
    await other.openForge();
    await other.row('acme-web-1').waitFor();
    await other.expand('acme-web-1');
    await other.row(site).waitFor();
    assert.equal(await lists(), 0);
  });

  it('sees in one a deployment that was begun in the other', async () => {
    await control.nextDeployment({ site, end: 'finished', seconds: 200 });
    await one.clickRocket(site);
    await one.answerModal('Deploy');
    await one.row(`${site}, deploying`).waitFor();
    await other.row(`${site}, deploying`).waitFor();
  });

  it('signs out in one and is signed out in both', async () => {
    await one.runCommand('Forge: Sign Out');
    await one.modalText();
    await one.answerModal('Sign Out');
    await one.welcomeButton('Sign In').waitFor();
    await other.welcomeButton('Sign In').waitFor();
    await album.take('two-windows-signed-out');
  });

  it('is told in the other where one has signed in, and has the account there after a reload', async () => {
    await one.runCommand('Forge: Sign In');
    await one.enter(simulator.token);
    await one.row('acme-web-1').waitFor();
    // What a window remembers reaches another one a moment later.
    await until('to be told', async () => {
      await other.leaveAndComeBack();
      return other.isNotified('in another window');
    });
    await new Album(otherWindow, 72).take('two-windows-signed-in-elsewhere');
    await other.answerNotification('in another window', 'Reload Window');
    await other.row('acme-web-1').waitFor();
  });

  it('is signed out in both where no file can tell of it, once the other has the focus', async () => {
    const storage = join(window.server.directories.userData, 'User', 'globalStorage');
    const own = readdirSync(storage).find((name) => name.endsWith('.vscode-laravel-forge')) ?? assert.fail();
    const folder = join(storage, own, 'sign-outs');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    await one.runCommand('Forge: Sign Out');
    await one.answerModal('Sign Out');
    await one.welcomeButton('Sign In').waitFor();
    await other.leaveAndComeBack();
    await other.welcomeButton('Sign In').waitFor();
  });
});
