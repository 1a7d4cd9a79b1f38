import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type HostWindow, openWindow } from '../host/window';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { Album } from './album';
import { stepByStep } from './stepByStep';
import { until } from './until';
import { WorkbenchPage } from './workbenchPage';

/** Deployment time that is never over by itself. */
const untilTold = 100_000;

const site = sampleSites.main;

describe('A person who reads logs', () => {
  let simulator: Simulator;
  let control: SimulatorControl;
  let workspace: string;
  let window: HostWindow;
  let workbench: WorkbenchPage;
  let album: Album;

  before(async () => {
    simulator = await startSimulator({ orgs: 1, speed: 10, latency: 20, limit: 6_000 });
    control = new SimulatorControl(simulator.origin);
    workspace = makeSampleWorkspace();
    window = await openWindow({
      workspace,
      which: 'newest',
      settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': 6_000 },
      env: { FORGE_API_TOKEN: simulator.token },
    });
    workbench = new WorkbenchPage(window.page);
    album = new Album(window, 80);
  });

  stepByStep(() => album);

  after(async () => {
    await window?.close();
    await simulator?.close();
    workspace && rmSync(dirname(workspace), { recursive: true, force: true });
  });

  it('sees a deployment’s log grow in colour, with its steps in the outline', async () => {
    await workbench.openForge();
    await workbench.expand('acme-web-1');
    await workbench.expand(site);
    await control.nextDeployment({ site, seconds: untilTold, commit: { message: 'In colour' } });
    await workbench.clickRocket(site);
    await workbench.answerModal('Deploy');
    await workbench.openLog('In colour, deploying');
    await control.switch({ advance: 0.75 * untilTold });
    await workbench.reads(/vite build/);
    await workbench.runCommand('Explorer: Focus on Outline View');
    await workbench.outlineEntry('npm ci && npm run build').waitFor();
    await until('colours', async () => (await workbench.colouredPieces()) > 5);
    await album.take('log-in-colour');
    await control.switch({ advance: untilTold });
    await workbench.reads(/Deployment complete\./);
    await workbench.dismissNotification(`${site} is deployed (`);
  });

  it('finds in Problems what made a deployment fail', async () => {
    await workbench.openForge();
    await control.nextDeployment({ site, end: 'failed', seconds: 30, commit: { message: 'It fails' } });
    await workbench.clickRocket(site);
    await workbench.answerModal('Deploy');
    await workbench.row('It fails, failed').waitFor();
    await workbench.dismissNotification(`The deployment of ${site} failed`);
    await workbench.openLog('It fails, failed');
    await workbench.reads(/SQLSTATE/);
    await workbench.runCommand('Problems: Focus on Problems View');
    await workbench.problem('QueryException').waitFor();
    await album.take('problems');
  });

  it('opens the local file at the line with a link of the log', async () => {
    await workbench.followLink('Order.php');
    await until('the file', async () => (await workbench.activeTab()) === 'Order.php');
    await workbench.reads(/return \$query->where\('customer_id'/);
    assert.equal(await workbench.cursorLine(), 42);
    await album.take('link-opened-locally');
  });
});
