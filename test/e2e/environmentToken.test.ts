import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VsCodeChoice } from '../host/codeServer';
import { pictureOf } from '../host/window';
import { screenshots } from '../run/places';
import { sampleSites } from '../sampleWorkspace';
import { filesWith, traces } from './filesWith';
import { inWindow } from './inWindow';
import { issueReport } from './issueReport';
import { until } from './until';

const site = sampleSites.main;

const choices: readonly { readonly which: VsCodeChoice; readonly firstPicture: number }[] = [
  { which: 'newest', firstPicture: 40 },
  { which: 'oldest', firstPicture: 50 },
];

for (const { which, firstPicture } of choices) {
  describe(`A person with FORGE_API_TOKEN in the environment, on the ${which} VS Code`, () => {
    let token = '';
    const { control, window, workbench, album } = inWindow({
      pictures: firstPicture,
      which,
      recorded: `e2e-environment-${which}`,
      // As on a desktop. Without it, a browser opens GitHub.
      settings: { 'issueReporter.experimental.webReporter': true },
      token: async (forge) => {
        token = await forge.control.createToken({ expiresIn: 3 * 86_400 });
        return token;
      },
    });

    /** The newest VS Code asks before it passes a link on, the oldest doesn't. */
    const follow = async (path: string) => {
      await workbench.runCommand('Developer: Open URL');
      await workbench.enter(`vscode://laravel-forge-community.vscode-laravel-forge${path}`);
      if (which === 'newest') {
        await workbench.answerModal('Open');
      }
    };

    it('sees the servers without a question', async () => {
      await workbench.openForge();
      await workbench.expand('acme-web-1');
      await workbench.expand(site);
      await workbench.openFirstLog(site);
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
