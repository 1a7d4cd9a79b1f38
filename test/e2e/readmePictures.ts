import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { type HostWindow, openWindow } from '../host/window';
import { projectRoot } from '../paths';
import { sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import type { Simulator } from '../simulator/simulator';
import { until } from './until';
import { WorkbenchPage } from './workbenchPage';

const site = sampleSites.main;

/** Deployment time that is never over by itself, in seconds. */
const untilTold = 100_000;

export const themes = { dark: 'Dark Modern', light: 'Light Modern' } as const;

export const pictureNames = ['tree', 'deploy', 'log', 'environment', 'resources', 'attention'] as const;

export type PictureName = (typeof pictureNames)[number];

/** The words that each picture shows, with a 0 for each number, hash and age: they pass. */
export type Shown = Readonly<Record<PictureName, readonly string[]>>;

/** A repository that has two commits more than what is deployed, and a clone with a third. */
async function prepare(control: SimulatorControl, workspace: string): Promise<void> {
  const remote = join(dirname(workspace), 'shop.git');
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ann Lee', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false', ...args],
      { cwd: workspace, stdio: 'pipe', encoding: 'utf8' },
    ).trim();
  git('init', '--bare', '--initial-branch=main', remote);
  git('config', `url.file://${remote}.insteadOf`, 'git@github.com:acme/shop.git');
  const hash = git('rev-parse', 'HEAD');
  const commit = { hash, message: 'Open the shop', author: 'Ann Lee' };
  // Not just now, which would be over before a slow machine has drawn it.
  await control.startDeployment({ site, seconds: 2, commit, minutesAgo: 5 });
  git('commit', '--allow-empty', '-m', 'Ship orders on the same day');
  git('commit', '--allow-empty', '-m', 'Tell customers when their order leaves');
  git('push', '--set-upstream', 'origin', 'main');
  git('commit', '--allow-empty', '-m', 'Round totals of orders once');
}

/** Opens a window and shows one after the other what the README has pictures of. */
export async function showPictures(
  theme: keyof typeof themes,
  simulator: Simulator,
  workspace: string,
  take: (name: PictureName, window: HostWindow) => Promise<void>,
): Promise<Shown> {
  const control = new SimulatorControl(simulator.origin);
  await prepare(control, workspace);
  const window = await openWindow({
    workspace,
    which: 'newest',
    theme: themes[theme],
    size: { width: 1200, height: 750 },
    settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': 6_000 },
    env: { FORGE_API_TOKEN: simulator.token },
  });
  const shown: Partial<Record<PictureName, readonly string[]>> = {};
  try {
    const workbench = new WorkbenchPage(window.page);
    const header = (title: string): Locator => window.page.locator('.pane-header', { hasText: title });
    const picture = async (name: PictureName, words: readonly string[]) => {
      shown[name] = words
        .map((text) =>
          text
            .replace(/\b[0-9a-f]{7,40}\b/g, '0')
            .replace(/\d+/g, '0')
            .trim(),
        )
        .filter((text) => text !== '');
      await take(name, window);
    };

    await workbench.openForge();
    await workbench.widenSideBar(480);
    await workbench.row('Needs attention').waitFor();
    await workbench.expand('acme-web-1');
    await workbench.row('This Folder').waitFor();
    await workbench.row('crm.example.com').waitFor();
    // The row below the folder and the one below its server are drawn one after the other.
    const behind = window.page.locator('.pane-body .monaco-list-row[aria-label*="2 commits behind"]');
    await until('both rows of the site', async () => (await behind.count()) === 2);
    await workbench.pointElsewhere();
    await until('the status bar', async () => (await workbench.statusBarText()).startsWith(site));
    await picture('tree', [...(await workbench.rows()), await workbench.statusBarText()]);

    await workbench.expand('Needs attention');
    await workbench.firstChild('Needs attention');
    await workbench.goToTop();
    await picture('attention', await workbench.rows());
    await window.page.keyboard.press('ArrowLeft');

    await workbench.clickRocket(site);
    await picture('deploy', (await workbench.modalText()).split('\n'));

    await control.nextDeployment({ site, seconds: untilTold, commit: { message: 'Round totals of orders once' } });
    await workbench.answerModal('Deploy');
    await workbench.row(`${site}, deploying`).waitFor();
    await workbench.expand(site);
    await workbench.openLog('Round totals of orders once, deploying');
    await control.switch({ advance: 0.6 * untilTold });
    await until('the log', async () => (await workbench.lastVisibleLine()) > 40);
    await workbench.pointElsewhere();
    // The heading of the last step may be drawn after the lines below it.
    await workbench.reads(/^\$ npm ci[\s\S]*^added/m);
    await picture('log', [...(await workbench.visibleLines()).values()]);
    await control.switch({ advance: untilTold });
    await workbench.dismissNotification(`Deployed ${site}`);

    await workbench.runCommand('View: Close All Editors');
    await workbench.chooseFromRow(site, 'Files', 'Open .env');
    await workbench.dots('APP_KEY');
    await workbench.pointElsewhere();
    await picture('environment', [...(await workbench.visibleLines()).values()]);

    await workbench.runCommand('View: Close All Editors');
    await workbench.row('acme-web-1').locator('.label-name').click();
    await header('Resources').click();
    await workbench.row('Databases').waitFor();
    await header('Sites').click();
    for (const group of ['Databases', 'Scheduled Jobs']) {
      await workbench.expand(group);
      // How many there are is told once they were read.
      await workbench.row(`${group}, `).waitFor();
    }
    await workbench.pointElsewhere();
    await picture('resources', await workbench.rows());
    return shown as Shown;
  } catch (error) {
    // What is on screen tells more than the error.
    await window.screenshot(join(projectRoot, 'out', 'screenshots', 'pictures-failed.png'));
    throw error;
  } finally {
    await window.close();
  }
}
