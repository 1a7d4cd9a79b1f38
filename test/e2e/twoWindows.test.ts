import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type HostWindow, openWindow } from '../host/window';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { Album } from './album';
import { stepByStep } from './stepByStep';
import { until } from './until';
import { WorkbenchPage } from './workbenchPage';

const site = sampleSites.develop;

describe('A person with two windows', () => {
  let simulator: Simulator;
  let control: SimulatorControl;
  let workspace: string;
  let window: HostWindow;
  let one: WorkbenchPage;
  let otherWindow: HostWindow;
  let other: WorkbenchPage;
  let album: Album;

  const lists = async () =>
    (await control.requests()).filter(({ path }) => /^\/orgs(\/[^/]+\/(servers|sites))?$/.test(path)).length;

  before(async () => {
    simulator = await startSimulator({ orgs: 1, speed: 10, latency: 20, limit: 6_000 });
    control = new SimulatorControl(simulator.origin);
    workspace = makeSampleWorkspace();
    window = await openWindow({
      workspace,
      which: 'newest',
      settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': 6_000 },
      env: { FORGE_API_TOKEN: '' },
    });
    one = new WorkbenchPage(window.page);
    album = new Album(window, 70);
  });

  stepByStep(() => album);

  after(async () => {
    await window?.close();
    await simulator?.close();
    workspace && rmSync(dirname(workspace), { recursive: true, force: true });
  });

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
