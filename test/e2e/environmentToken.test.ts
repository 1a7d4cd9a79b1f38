import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { VsCodeChoice } from '../host/codeServer';
import { type HostWindow, openWindow } from '../host/window';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { Album } from './album';
import { filesWith, traces } from './filesWith';
import { stepByStep } from './stepByStep';
import { until } from './until';
import { WorkbenchPage } from './workbenchPage';

const choices: readonly { readonly which: VsCodeChoice; readonly firstPicture: number }[] = [
  { which: 'newest', firstPicture: 40 },
  { which: 'oldest', firstPicture: 50 },
];

for (const { which, firstPicture } of choices) {
  describe(`A person with FORGE_API_TOKEN in the environment, on the ${which} VS Code`, () => {
    const { FORGE_EXCHANGES: exchanges } = process.env;
    let simulator: Simulator;
    let token: string;
    let workspace: string;
    let window: HostWindow;
    let workbench: WorkbenchPage;
    let album: Album;

    before(async () => {
      simulator = await startSimulator({
        orgs: 1,
        speed: 10,
        latency: 20,
        limit: 6_000,
        ...(exchanges ? { record: join(exchanges, `e2e-environment-${which}.jsonl`) } : {}),
      });
      token = await new SimulatorControl(simulator.origin).createToken({ expiresIn: 3 * 86_400 });
      workspace = makeSampleWorkspace();
      window = await openWindow({
        workspace,
        which,
        settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': 6_000 },
        env: { FORGE_API_TOKEN: token },
      });
      workbench = new WorkbenchPage(window.page);
      album = new Album(window, firstPicture);
    });

    stepByStep(() => album);

    after(async () => {
      await window?.close();
      await simulator?.close();
      workspace && rmSync(dirname(workspace), { recursive: true, force: true });
    });

    it('sees the servers without a question', async () => {
      await workbench.openForge();
      await workbench.expand('acme-web-1');
      await workbench.expand(sampleSites.main);
      await workbench.openFirstLog(sampleSites.main);
      await until('the status bar', async () => /^shop\.example\.com \d+m ago$/.test(await workbench.statusBarText()));
      await album.take(`environment-${which}`);
    });

    it('is warned of the end of the token, once a day', async () => {
      await workbench.notification('expires in 3 days');
      await album.take(`expiry-${which}`);
      await workbench.dismissNotification('expires in 3 days');
      await window.page.reload();
      await workbench.row('acme-web-1').waitFor();
      assert.ok(!(await workbench.isNotified('expires in')));
    });

    it('is told where the account comes from', async () => {
      await workbench.runCommand('Forge: Manage Accounts…');
      const rows = await workbench.choices('Laravel Forge Accounts');
      assert.match(rows[0] ?? '', /from FORGE_API_TOKEN/);
      await album.take(`manage-accounts-${which}`);
      await workbench.giveUp();
    });

    it('leaves nothing of the token in any file', async () => {
      assert.deepEqual(await filesWith(window.server.directories.root, traces(token)), []);
    });
  });
}
