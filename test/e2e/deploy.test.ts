import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleSites } from '../sampleWorkspace';
import { inWindow } from './inWindow';
import { until } from './until';

const site = sampleSites.main;

describe('A person who deploys what they have written', () => {
  let first = '';
  const { control, workbench, album, workspace } = inWindow({
    pictures: 100,
    prepare: async (forge) => {
      const bare = join(forge.folder, 'shop.git');
      execFileSync('git', ['init', '--bare', '--initial-branch=main', bare], { stdio: 'pipe' });
      git('config', `url.file://${bare}.insteadOf`, 'git@github.com:acme/shop.git');
      git('push', '--set-upstream', 'origin', 'main');
      first = git('rev-parse', 'HEAD');
      // What is deployed is what the remote has.
      await forge.control.nextDeployment({
        site,
        seconds: 2,
        commit: { hash: first, message: 'Open the shop', author: 'Ann Lee' },
      });
      await forge.control.startDeployment({ site });
      return undefined;
    },
  });

  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ann Lee', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: workspace(),
        stdio: 'pipe',
        encoding: 'utf8',
      },
    ).trim();
  const commit = (message: string) => {
    git('commit', '--allow-empty', '-m', message);
    return git('rev-parse', 'HEAD');
  };

  it('sees that what is deployed is up to date, and then how far it is behind', async () => {
    await workbench.openForge();
    await workbench.row('acme-web-1').waitFor();
    await workbench.expand('acme-web-1');
    await workbench.row(site).waitFor();
    await until('up to date', async () => /up to date/.test(await workbench.tooltipOf(site)));
    await workbench.pointElsewhere();
    commit('Ship orders on the same day');
    commit('Tell customers when their order leaves');
    git('push', 'origin', 'main');
    await workbench.row(`${site}, deployed`).filter({ hasText: '2 commits behind' }).waitFor();
    await until('2 commits behind', async () => /2 commits behind main/.test(await workbench.tooltipOf(site)));
    await album.take('drift');
    await workbench.pointElsewhere();
  });

  it('is told before a deployment what is not pushed and what will go out, and pushes in one go', async () => {
    const last = commit('Round prices to the cent');
    writeFileSync(join(workspace(), 'NOTES.md'), 'Not committed.\n');
    await control.nextDeployment({
      site,
      end: 'finished',
      seconds: 150,
      commit: { hash: last, message: 'Round prices to the cent', author: 'Ann Lee' },
    });
    await workbench.clickRocket(site);
    const text = await workbench.modalText();
    assert.match(text, /Deploy shop\.example\.com to production\?/);
    assert.match(text, /1 unpushed commit on main/);
    assert.match(text, /1 uncommitted change/);
    assert.match(text, /2 commits to be deployed/);
    await album.take('pre-flight');
    await workbench.answerModal('Push & Deploy');
  });

  it('watches it in tree, status bar and log, with the time that it usually takes', async () => {
    const running = /deploying \d+:\d\d of ~\d+:\d\d/;
    const inRow = async () => running.exec((await workbench.row(site).textContent()) ?? '')?.[0];
    const before = await until('the time in the row', inRow);
    await until('the next second', async () => (await inRow()) !== before);
    await until('the usual time', async () => running.test(await workbench.statusBarText()));
    await workbench.expand(site);
    await workbench.openFirstLog(site);
    await workbench.reads(/composer install/);
    await album.take('running');
    await control.switch({ advance: 200 });
    await workbench.notification(`Deployed ${site}`);
    await workbench.row(`${site}, deployed`).waitFor();
    await until('nothing behind', async () => !/behind/.test((await workbench.row(site).textContent()) ?? ''));
    assert.equal(git('rev-parse', 'origin/main'), git('rev-parse', 'HEAD'));
    await workbench.dismissNotification(`Deployed ${site}`);
  });

  it('is told why one failed, and tries again', async () => {
    await control.nextDeployment({ site, end: 'failed', seconds: 10, commit: { hash: first } });
    await workbench.clickRocket(site);
    await workbench.answerModal('Deploy');
    await workbench.notification(`The deployment of ${site} failed in “php artisan migrate --force”: SQLSTATE`);
    await album.take('failed');
    await workbench.answerNotification(`The deployment of ${site} failed`, 'Try Again');
    assert.match(await workbench.modalText(), /Deploy shop\.example\.com to production\?/);
    await workbench.answerModal('Cancel');
  });

  it('finds an earlier deployment by its author, and compares it with another', async () => {
    await workbench.runCommand('Forge: Deployment History…');
    await workbench.find(site);
    await workbench.choices(`Deployments of ${site}`);
    await workbench.type('Ann Lee');
    const rows = await workbench.choices(`Deployments of ${site}`);
    assert.ok(
      rows.some((row) => row.includes('Round prices to the cent')),
      rows.join('\n'),
    );
    await album.take('history');
    await workbench.giveUp();
    await workbench.chooseFromRow('Round prices to the cent', 'Compare with Another Deployment');
    await workbench.find('Open the shop');
    await workbench.notification('Both deployments have the same commit.');
  });
});
