import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { projectRoot } from '../paths';
import { testedPackage } from '../run/places';
import { sampleSites } from '../sampleWorkspace';
import { inWindow } from './inWindow';
import { insist, until } from './until';

const site = sampleSites.main;

/** Deployment time that is never over by itself, in seconds. */
const untilTold = 100_000;

for (const [which, first] of [
  ['newest', 960],
  ['oldest', 980],
] as const) {
  describe(`Who has just installed the extension in the ${which} VS Code`, () => {
    /** The driver for tests of that VS Code shows no modal dialogs. */
    const refusesModals = which === 'oldest';
    const { simulator, control, window, workbench, album } = inWindow({
      pictures: first,
      which,
      forge: { speed: 1 },
      extension: { vsix: testedPackage },
      token: () => '',
      // Wide enough for the pictures beside the steps.
      size: { width: 1680, height: 900 },
      hearsTraffic: true,
      settings: {
        ...(refusesModals && { 'forge.deploy.confirm': 'never' }),
        // A walkthrough of VS Code's own, which only this host has, would stay in front.
        'workbench.startupEditor': 'none',
      },
    });

    /** A step of the walkthrough, by its title. */
    const step = (title: string) =>
      window.page.locator('.getting-started-step', {
        has: window.page.locator('.step-title', { hasText: new RegExp(`^${title}$`) }),
      });

    const isDone = async (title: string) =>
      (await step(title).locator('.codicon-getting-started-step-checked').count()) > 0;

    const done = (title: string) => until(`“${title}” to be done`, () => isDone(title));

    /** Opens the walkthrough, wherever one is. Its tab would show all walkthroughs. */
    const open = async () => {
      await workbench.runCommand('Forge: Get Started');
      await step('Sign in to Forge').waitFor();
    };

    /** Opens a step of the walkthrough that is in front, and clicks a button of it. */
    const click = async (title: string, button: string) => {
      const wanted = step(title).locator('.monaco-button, .button-link', { hasText: button }).first();
      await insist(
        `to see ${title}`,
        async () => {
          if (!(await wanted.isVisible())) {
            await step(title).locator('.step-title').click({ timeout: 5_000 });
          }
        },
        () => wanted.isVisible(),
      );
      await wanted.click();
    };

    it('finds the walkthrough, and is shown no notification', async () => {
      // VS Code opens it by itself only where the extension comes while it runs.
      await window.page.locator('.activitybar a[aria-label="Laravel Forge"]').first().waitFor();
      await open();
      assert.equal(await workbench.isNotified('Forge'), false);
      assert.deepEqual(await control.requests(), []);
      await album.take(`walkthrough-${which}`);
    });

    it('signs in', async () => {
      await click('Sign in to Forge', 'Sign In');
      await workbench.quickInputField().waitFor();
      await workbench.enter(simulator.token);
      await done('Sign in to Forge');
    });

    it('has a folder that Git links to its site', async () => {
      await done('Link your folder to its site');
      await until('the status bar', async () => (await workbench.statusBarText()).startsWith(site));
      await album.take(`walkthrough-${which}-linked`);
    });

    it('deploys', async () => {
      await control.nextDeployment({ site, seconds: untilTold, commit: { message: 'My first deployment' } });
      await open();
      await click('Deploy', 'Deploy Site…');
      await workbench.choices('Deploy Site');
      await workbench.choose(site);
      if (!refusesModals) {
        assert.match(await workbench.modalText(), /shop\.example\.com/);
        await album.take(`walkthrough-${which}-deploy`);
        await workbench.answerModal('Deploy');
      }
      await until('the deployment', async () =>
        (await control.requests()).some(({ method, path }) => method === 'POST' && path.endsWith('/deployments')),
      );
      await done('Deploy');
    });

    it('follows the log to its end', async () => {
      await open();
      await click('Follow a log', 'View Latest Deployment Log');
      await workbench.choices('View Latest Deployment Log');
      await workbench.choose(site);
      await workbench.openedLog();
      await control.switch({ advance: 2 * untilTold });
      await workbench.reads(/Deployment complete\./);
      await album.take(`walkthrough-${which}-log`);
      await until('the end', async () => /just now/.test(await workbench.statusBarText()));
      await workbench.dismissNotification(`Deployed ${site}`);
    });

    it('opens the .env, and has done all', async () => {
      await open();
      await click('Edit a .env', 'Open .env');
      await workbench.choices('Open .env');
      await workbench.choose(site);
      await workbench.dots('APP_KEY');
      await open();
      for (const title of [
        'Sign in to Forge',
        'Link your folder to its site',
        'Deploy',
        'Follow a log',
        'Edit a .env',
      ]) {
        await done(title);
      }
      await album.take(`walkthrough-${which}-done`);
    });

    if (which === 'newest') {
      it('reads the README with its pictures on the page of the extension', async () => {
        // GitHub serves them once they are pushed: here the repository does.
        await window.page
          .context()
          .route(/\/raw\/HEAD\/media\/readme\/[\w-]+\.png$/, (route) =>
            route.fulfill({ path: join(projectRoot, 'media', 'readme', basename(route.request().url())) }),
          );
        await workbench.runCommand('Extensions: Show Installed Extensions');
        const row = window.page.locator('.extensions-list .monaco-list-row', { hasText: 'Laravel Forge' });
        await row.first().click();
        const pictures = await until('the pictures', async () => {
          for (const frame of window.page.frames()) {
            const images = frame.locator('img[alt][src*="readme"]');
            const widths = await images
              .evaluateAll((all: readonly { naturalWidth: number }[]) => all.map(({ naturalWidth }) => naturalWidth))
              .catch(() => []);
            if (widths.length > 0 && widths.every((width) => width > 0)) {
              return widths;
            }
          }
          return undefined;
        });
        assert.equal(pictures.length, 6);
        await album.take(`readme-${which}`);
      });
    }
  });
}
