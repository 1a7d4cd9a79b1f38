import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type HostWindow, openWindow } from '../host/window';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { Album } from './album';
import { stepByStep } from './stepByStep';
import { until } from './until';
import { WorkbenchPage } from './workbenchPage';

const { main: production, develop: staging } = sampleSites;

/** The site of the other root's repository. */
const api = 'api.example.com';

const requestsPerMinute = 6_000;

describe('A person whose window has two roots', () => {
  let simulator: Simulator;
  let control: SimulatorControl;
  let folders: readonly { readonly path: string; readonly name: string }[];
  let workspace: string;
  let window: HostWindow;
  let workbench: WorkbenchPage;
  let album: Album;

  /** Waits until the status bar is about a site. */
  const isAbout = (site: string) =>
    until(`${site} in the status bar`, async () => (await workbench.statusBarText()).startsWith(site)).catch(async () =>
      assert.equal(await workbench.statusBarText(), site),
    );
  const checkOut = (branch: string) =>
    execFileSync('git', ['checkout', '--quiet', branch], { cwd: folders[0]?.path, stdio: 'pipe' });
  /** Opens the menu behind the status bar, which is about this site, and tells the other sites in it. */
  const otherSites = async (of: string) => {
    await workbench.statusBar().click();
    const rows = await workbench.choices(of);
    return [production, staging, api].filter((site) => rows.some((row) => row.startsWith(site)));
  };

  before(async () => {
    simulator = await startSimulator({ orgs: 1, speed: 10, limit: requestsPerMinute });
    control = new SimulatorControl(simulator.origin);
    folders = [
      { path: makeSampleWorkspace(), name: 'shop' },
      { path: makeSampleWorkspace('git@github.com:acme/api.git'), name: 'api' },
    ];
    for (const { path, name } of folders) {
      writeFileSync(join(path, `of-${name}.md`), `# ${name}\n`);
    }
    workspace = join(mkdtempSync(join(tmpdir(), 'forge-roots-')), 'both.code-workspace');
    writeFileSync(workspace, JSON.stringify({ folders }));
    window = await openWindow({
      workspace,
      which: 'newest',
      settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': requestsPerMinute },
      env: { FORGE_API_TOKEN: simulator.token },
    });
    workbench = new WorkbenchPage(window.page);
    album = new Album(window, 160);
  });

  stepByStep(() => album);

  after(async () => {
    await window?.close();
    await simulator?.close();
    for (const path of [...(folders ?? []).map((folder) => folder.path), workspace].filter(Boolean)) {
      rmSync(dirname(path), { recursive: true, force: true });
    }
  });

  it('sees in the status bar the site of the root in which they work', async () => {
    await workbench.openForge();
    await workbench.row('acme-web-1').waitFor();
    await workbench.openFile('of-api.md');
    await isAbout(api);
    await workbench.openFile('of-shop.md');
    await isAbout(production);
    await workbench.openFile('of-api.md');
    await isAbout(api);
    // What is no file of a root, or nothing at all, is no reason to be about another one: see the next step.
    await workbench.runCommand('View: Close All Editors');
    await until('no editor', async () => (await workbench.activeTab()) === undefined);
  });

  it('finds the other sites of the window in its menu, of this root and of the other', async () => {
    assert.deepEqual(await otherSites(api), [production, staging]);
    await album.take('two-roots-menu');
    await workbench.choose(staging);
    await workbench.choices(staging);
    await workbench.giveUp();
    await workbench.openFile('of-shop.md');
    await isAbout(production);
    assert.deepEqual(await otherSites(production), [staging, api]);
    await workbench.giveUp();
  });

  it('follows the branch of that root to its staging site and back', async () => {
    checkOut('develop');
    await isAbout(staging);
    assert.deepEqual(await otherSites(staging), [production, api]);
    await album.take('two-roots-staging');
    await workbench.giveUp();
    await workbench.openFile('of-api.md');
    await isAbout(api);
    await workbench.openFile('of-shop.md');
    await isAbout(staging);
    checkOut('main');
    await isAbout(production);
  });

  it('deploys the site that the menu is about, and no other', async () => {
    assert.deepEqual(await otherSites(production), [staging, api]);
    await workbench.choose(staging);
    await workbench.choices(staging);
    await workbench.choose('Deploy…');
    assert.ok((await workbench.modalText()).includes(staging));
    await album.take('two-roots-deploy');
    await workbench.answerModal('Deploy');
    const target = await until('the deployment', async () =>
      (await control.requests()).find(({ method }) => method === 'POST'),
    );
    const sites = (await control.fleet()).organizations.flatMap((one) => one.servers.flatMap((server) => server.sites));
    const id = sites.find(({ name }) => name === staging)?.id;
    assert.match(target.path, new RegExp(`/sites/${id}/deployments$`));
    await isAbout(production);
  });

  it('links one of the roots to a site of which git does not know, and the other root stays', async () => {
    const other = 'blog.example.com';
    await workbench.runCommand('Forge: Link Folder to Site…');
    // The row of the folder tells its path, too: the site of that name is in the next list.
    await workbench.choose('api,');
    await workbench.choices('Link Folder to Site');
    await workbench.find(other);
    await workbench.openFile('of-api.md');
    await isAbout(other);
    await album.take('two-roots-linked');
    await workbench.openFile('of-shop.md');
    await isAbout(production);
    const settingsOf = folders.map(({ path }) => join(path, '.vscode', 'settings.json'));
    assert.deepEqual(settingsOf.map(existsSync), [false, true]);
    assert.deepEqual(JSON.parse(readFileSync(settingsOf[1] ?? '', 'utf8')), {
      'forge.site': `acme/acme-web-1/${other}`,
    });
  });
});
