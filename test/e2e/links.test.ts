import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VsCodeChoice } from '../host/codeServer';
import { type HostWindow, openWindow, pictureOf } from '../host/window';
import { screenshots } from '../run/places';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { Album } from './album';
import { issueReport } from './issueReport';
import { stepByStep } from './stepByStep';
import { WorkbenchPage } from './workbenchPage';

const site = sampleSites.main;

const choices: readonly { readonly which: VsCodeChoice; readonly firstPicture: number }[] = [
  { which: 'newest', firstPicture: 200 },
  { which: 'oldest', firstPicture: 210 },
];

for (const { which, firstPicture } of choices) {
  describe(`A person who follows links and reports issues, on the ${which} VS Code`, () => {
    let simulator: Simulator;
    let control: SimulatorControl;
    let workspace: string;
    let window: HostWindow;
    let workbench: WorkbenchPage;
    let album: Album;

    /** The newest VS Code asks before it passes a link on, the oldest doesn't. */
    const follow = async (path: string) => {
      await workbench.runCommand('Developer: Open URL');
      await workbench.enter(`vscode://laravel-forge-community.vscode-laravel-forge${path}`);
      if (which === 'newest') {
        await workbench.answerModal('Open');
      }
    };

    before(async () => {
      simulator = await startSimulator({ orgs: 1, speed: 10, limit: 6_000 });
      control = new SimulatorControl(simulator.origin);
      workspace = makeSampleWorkspace();
      window = await openWindow({
        workspace,
        which,
        settings: {
          'forge.apiUrl': simulator.url,
          'forge.requestsPerMinute': 6_000,
          // As on a desktop. Without it, a browser opens GitHub.
          'issueReporter.experimental.webReporter': true,
        },
        env: { FORGE_API_TOKEN: simulator.token },
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

    it('arrives at the site that a link names, and nothing else happens', async () => {
      await workbench.openForge();
      await workbench.row('acme-web-1').waitFor();
      await follow(`/site/acme/acme-web-1/${site}?action=deploy&confirm=never#deploy`);
      await workbench.arrivedAt(site);
      await album.take(`link-${which}`);
      assert.equal(await workbench.modal().count(), 0);
      assert.deepEqual(
        (await control.requests()).filter(({ method }) => method !== 'GET'),
        [],
      );
    });

    it('is told what is wrong with a link, without it drawing anything', async () => {
      await follow('/deploy/acme/acme-web-1/shop.example.com');
      await workbench.notification("This link doesn't name a site.");
      await follow('/site/acme/acme-web-1/%24(flame)%5BClick%5D(command%3Aforge.deploySite)%E2%80%AEmoc.live');
      const refused = await workbench.notification("Your accounts don't have the site");
      await album.take(`link-refused-${which}`);
      assert.equal(await refused.locator('.notification-list-item-message a').count(), 0);
    });

    it('reports an issue in the reporter of VS Code, with what to say', async () => {
      const reporter = await issueReport(window.page, () => workbench.runCommand('Forge: Report Issue…'));
      const picture = join(screenshots, `e2e-${firstPicture + 2}-issue-reporter-${which}.png`);
      await writeFile(picture, await pictureOf(reporter.page));
      assert.match(await reporter.text(), /Steps to reproduce/);
      await reporter.page.close();
    });
  });
}
