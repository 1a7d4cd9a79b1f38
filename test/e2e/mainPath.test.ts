import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { sampleSites } from '../sampleWorkspace';
import { filesWith, traces } from './filesWith';
import { inWindow } from './inWindow';
import { insist, until } from './until';

/** More than the suite sends, and as much as the setting takes. */
/** Deployment time that is never over by itself: the tests end such a deployment when they have seen enough of it. */
const untilTold = 100_000;

const site = sampleSites.main;

describe('A person who signs in, looks around and deploys', () => {
  const { simulator, control, window, workbench, album } = inWindow({
    pictures: 1,
    recorded: 'e2e',
    // Nobody is signed in, whatever the variables of this process say.
    token: () => '',
  });

  const posts = async () => (await control.requests()).filter(({ method }) => method === 'POST');
  const endDeployments = () => control.switch({ advance: 2 * untilTold });

  /** Opens the Accounts menu, anew until it has the account or has it no more. */
  const accountsMenu = (has: boolean) =>
    until(`the Accounts menu ${has ? 'with' : 'without'} the account`, async () => {
      await workbench.giveUp();
      return (await workbench.accountsMenu()).some((entry) => entry.includes('Laravel Forge')) === has;
    });

  it('is greeted with a button to sign in', async () => {
    await workbench.openForge();
    await workbench.welcomeButton('Sign In').waitFor();
    assert.equal(await workbench.statusBar().count(), 0);
    assert.deepEqual(await control.requests(), []);
    await album.take('signed-out');
  });

  it('is told what is wrong with a token, and keeps what was typed', async () => {
    const field = workbench.quickInputField();
    await insist(
      'to be asked for a token',
      () => workbench.welcomeButton('Sign In').click(),
      () => field.isVisible(),
    );
    assert.equal(await field.getAttribute('type'), 'password');
    await workbench
      .quickInput()
      .locator('.quick-input-titlebar .action-label[aria-label*="forge.laravel.com"]')
      .waitFor();
    await album.take('ask-for-token');

    const refused = async (token: string, sentence: RegExp) => {
      await workbench.enter(token);
      await until(`${sentence}`, async () => sentence.test(await workbench.quickInputMessage()));
      assert.equal(await field.inputValue(), token);
    };
    await refused('not-a-token', /Forge rejected this token/);
    await album.take('wrong-token');
    await refused(
      await control.createToken({ scopes: ['user:view'] }),
      /missing the scopes organization:view, server:view, server:/,
    );
    await album.take('missing-scope');
    await control.fault({ path: '^/me$', drop: true, times: 0 });
    await refused(simulator.token, /Can't reach/);
    await album.take('no-network');
    await control.clearFaults();
    assert.ok(await workbench.welcomeButton('Sign In').isVisible());
  });

  it('signs in with the right token and sees the servers', async () => {
    await workbench.enter(simulator.token);
    await workbench.row('acme-web-1').waitFor();
    await workbench.quickInput().waitFor({ state: 'hidden' });
    await until('the status bar', async () => (await workbench.statusBarText()).startsWith(`${site} `));
    await workbench.widenSideBar(440);
    await album.take('signed-in');
    assert.deepEqual(await filesWith(window.server.directories.root, traces(simulator.token)), []);
  });

  it('finds the account in the Accounts menu', async () => {
    await accountsMenu(true);
    await album.take('accounts-menu');
    await workbench.giveUp();
  });

  it('opens servers, sites and their deployments', async () => {
    await workbench.expand('acme-web-1');
    await workbench.expand(site);
    const row = async (label: string) => (await workbench.row(label).getAttribute('aria-label')) ?? '';
    assert.match(await row('acme-web-1'), /^acme-web-1, connected/);
    assert.match(await row(site), /^shop\.example\.com, deployed 1\dm ago, acme-web-1, main, PHP 8\.4/);
    assert.match(await row('acme-legacy-1'), /archived/);
    const deployment = await workbench.firstChild(site);
    assert.match((await deployment.getAttribute('aria-label')) ?? '', /, deployed 1\dm ago, \w+/);
    await workbench.pointElsewhere();
    await album.take('tree');
  });

  it('reads the details of a row where the pointer rests', async () => {
    const server = await workbench.tooltipOf('acme-web-1');
    assert.match(server, /IP address: 203\.0\.113\.\d+/);
    await album.take('tooltip-server');
    await workbench.pointElsewhere();
    const details = await workbench.tooltipOf(site);
    assert.match(details, /Repository: acme\/shop\s+Branch: main/);
    await album.take('tooltip-site');
    await workbench.pointElsewhere();
  });

  it('copies names and addresses', async () => {
    const clipboard = () => window.page.evaluate('navigator.clipboard.readText()');
    const entries = await workbench.contextMenuOf(site);
    await album.take('context-menu');
    for (const entry of [
      'Deploy Site…',
      'View Logs…',
      'Open Site',
      'Open in Forge',
      'Files',
      'Deployment Settings',
      'Copy',
    ]) {
      assert.ok(entries.includes(entry), `${entry} in ${entries.join(', ')}`);
    }
    await workbench.giveUp();
    await insist(
      'to copy the name',
      () => workbench.chooseFromRow(site, 'Copy', 'Copy Site Name'),
      async () => (await clipboard()) === site,
    );
    await insist(
      'to copy the address',
      () => workbench.chooseFromRow('acme-web-1', 'Copy IP Address'),
      async () => /^203\.0\.113\.\d+$/.test(String(await clipboard())),
    );
    await workbench.chooseFromRow(site, 'Open in Forge');
    assert.match(await workbench.modalText(), /https:\/\/forge\.laravel\.com\/acme\/acme-web-1\/\d+/);
    await album.take('open-in-forge');
    await workbench.answerModal('Cancel');
  });

  it('finds a site by any part of what is known of it, and goes there', async () => {
    await workbench.runCommand('Forge: Go to Site…');
    const rows = await workbench.choices('Go to Site');
    assert.ok(rows[0]?.includes(site), rows[0]);
    await album.take('sites-of-the-folder-first');
    await workbench.type('acme-web-2');
    await album.take('go-to-site');
    await workbench.giveUp();
    await workbench.runCommand('Forge: Go to Site…');
    await workbench.find(sampleSites.develop);
    await workbench.arrivedAt(sampleSites.develop);
  });

  const arrange = async (choice: string) => {
    await workbench.runCommand('Forge: Group, Sort and Filter…');
    await workbench.choices('Group, Sort and Filter');
    await workbench.tick(choice);
    await workbench.giveUp();
  };

  it('pins a favourite and arranges the tree as it pleases', async () => {
    await workbench.chooseFromRow(site, 'Add to Favorites');
    await workbench.row('Favorites').waitFor();
    await album.take('favourites');
    await arrange('Tag');
    await workbench.row('Untagged').waitFor();
    await album.take('grouped-by-tag');
    await arrange('None (Flat List)');
    await workbench.row('Untagged').waitFor({ state: 'detached' });
    await workbench.row('blog.example.com').waitFor();
    await album.take('flat');
    await arrange('Failing Sites');
    await workbench.row('blog.example.com').waitFor({ state: 'detached' });
    await album.take('failing');
    await arrange('All Sites');
    await arrange('Server');
    // Remembered until the window is loaded again, below.
    await arrange('Last Deployment');
    await workbench.row('acme-web-1').waitFor();
    await workbench.chooseFromRow(site, 'Remove from Favorites');
    await workbench.row('Favorites').waitFor({ state: 'detached' });
    await workbench.expand('acme-web-1');
    await workbench.expand(site);
  });

  it('sees a deployment that somebody else began, without a refresh', async () => {
    await control.startDeployment({ site, seconds: untilTold, commit: { message: 'Pushed by a colleague' } });
    await workbench.row(`${site}, deploying`).waitFor();
    await workbench.row('Pushed by a colleague, deploying').waitFor();
    await album.take('begun-by-somebody-else');
    await endDeployments();
    await workbench.dismissNotification(`Deployed ${site}`);
    await workbench.row('Pushed by a colleague, deployed').waitFor();
  });

  it('asks before it deploys, and sends nothing when one thinks better of it', async () => {
    await control.clearRequests();
    await workbench.clickRocket(site);
    const question = await workbench.modalText();
    for (const word of [`Deploy ${site} to production?`, 'acme-web-1', 'main', 'acme/shop']) {
      assert.ok(question.includes(word), `${word} in: ${question}`);
    }
    await album.take('deploy-question');
    await workbench.answerModal('Cancel');
    assert.deepEqual(await posts(), []);
  });

  it('deploys with the rocket of the row and reads the log from the notification', async () => {
    await control.nextDeployment({ site, seconds: untilTold, commit: { message: 'Deployed by hand' } });
    await workbench.clickRocket(site);
    await workbench.answerModal('Deploy');
    await workbench.row(`${site}, deploying`).waitFor();
    await workbench.row('Deployed by hand, deploying').waitFor();
    await workbench.statusBar().locator('.codicon-sync.codicon-modifier-spin').waitFor();
    const elapsed = await until('the clock in the status bar', async () => {
      const text = await workbench.statusBarText();
      return /^shop\.example\.com (starting|deploying) \d+:\d\d( of ~\d+:\d\d)?$/.test(text) && text;
    });
    await until('the next second', async () => (await workbench.statusBarText()) !== elapsed);
    await album.take('deploying');
    assert.equal((await posts()).length, 1);

    await endDeployments();
    await workbench.notification(`Deployed ${site} in`);
    await album.take('deployed');
    await workbench.answerNotification(`Deployed ${site} in`, 'View Log');
    await workbench.openedLog();
    const text = await workbench.reads(/Deployment complete\./);
    assert.doesNotMatch(text, /\u001b|␛|\[\d+m/);
    await until('the end in the status bar', async () => (await workbench.statusBarText()) === `${site} just now`);
    await album.take('log');
  });

  it('watches a log grow, at its end', async () => {
    await control.nextDeployment({ site, seconds: untilTold, commit: { message: 'A long one' } });
    await workbench.runCommand('Forge: Deploy Site…');
    assert.match((await workbench.choices('Deploy Site'))[0] ?? '', /^shop\.example\.com/);
    await album.take('site-picker');
    await workbench.choose(site);
    await workbench.modal().waitFor();
    await workbench.answerModal('Deploy');
    await workbench.openLog('A long one, deploying');
    const first = await workbench.lastVisibleLine();
    assert.ok(first < 20, `${first} lines at the beginning`);
    for (const moreLines of [30, 15]) {
      const before = await workbench.lastVisibleLine();
      // The log has some ninety lines in all.
      await control.switch({ advance: ((moreLines + 10) / 90) * untilTold });
      await until('the new last line on screen', async () => (await workbench.lastVisibleLine()) > before + moreLines);
    }
    await album.take('log-grows');
    await endDeployments();
    await workbench.reads(/Deployment complete\./);
    await workbench.dismissNotification(`Deployed ${site} in`);
  });

  it('deploys once, however often one clicks', async () => {
    await control.clearRequests();
    const rocket = await workbench.rowButton(site, 'Deploy Site');
    await workbench.hammer(rocket, 10);
    await workbench.modal().waitFor();
    await workbench.hammer(workbench.modalButton('Deploy'), 10);
    await until('the deployment', async () => (await posts()).length > 0);
    await endDeployments();
    await workbench.dismissNotification(`Deployed ${site} in`);
    assert.equal((await posts()).length, 1);
    assert.equal(await workbench.modal().count(), 0);
  });

  it('is told when a deployment fails, and why', async () => {
    await control.nextDeployment({ site, end: 'failed', seconds: 40 });
    await insist(
      'to open the menu of the status bar item',
      () => workbench.statusBar().click(),
      () => workbench.quickInput().isVisible(),
    );
    await workbench.choices(`${site} · acme-web-1`);
    await album.take('status-bar-menu');
    await workbench.choose('Deploy…');
    await workbench.modal().waitFor();
    await workbench.answerModal('Deploy');
    const sentence = `The deployment of ${site} failed`;
    await workbench.notification(sentence);
    await until('the failure in the status bar', async () => /failed just now/.test(await workbench.statusBarText()));
    await workbench.row(`${site}, failed`).waitFor();
    await album.take('failed');
    await workbench.answerNotification(sentence, 'View Log');
    const text = await workbench.reads(/Deployment failed/);
    assert.match(text, /SQLSTATE\[42S22\]/);
    assert.doesNotMatch(text, /\u001b|␛|\[\d+m/);
    await album.take('failed-log');
  });

  it('is still signed in after a reload, the running deployment is found again, and the tree is arranged as before', async () => {
    await control.startDeployment({ site, seconds: untilTold, commit: { message: 'Over the reload' } });
    await workbench.runCommand('Forge: Refresh');
    await workbench.row(`${site}, deploying`).waitFor();
    await window.page.reload();
    await until('the status bar', async () => /deploying \d/.test(await workbench.statusBarText()));
    // The site is shown below its server, or below the folder, whichever is there first.
    await workbench.expand('acme-web-1');
    await until('the site above those that were deployed before it', async () => {
      const rows = await workbench.rows();
      const placeOf = (name: string) => rows.findLastIndex((row) => row.startsWith(`${name},`));
      return placeOf(site) >= 0 && placeOf(site) < placeOf('blog.example.com');
    });
    await album.take('reloaded');
  });

  it('reads the log again in the tab from before the reload', async () => {
    // VS Code notes its open tabs now and then: it may be the log before the last one, at any place.
    await workbench.reads(/Creating release|Deployment complete|SQLSTATE\[42S22\]/);
  });

  // Rows that are drawn anew lose their tooltip: only the one that is being deployed may be, each second.
  it('reads tooltips while a deployment runs', async () => {
    assert.match(await workbench.tooltipOf('acme-web-2'), /IP address: 203/);
    await workbench.pointElsewhere();
  });

  it('sees the deployment from before the reload end', async () => {
    await endDeployments();
    await workbench.dismissNotification(`Deployed ${site}`);
  });

  it('signs out, and everything stops', async () => {
    await control.startDeployment({ site, seconds: untilTold });
    await workbench.runCommand('Forge: Refresh');
    await until('the running deployment', async () => /deploying \d/.test(await workbench.statusBarText()));
    await workbench.runCommand('Forge: Sign Out');
    assert.match(await workbench.modalText(), /The token is removed from this computer/);
    await album.take('sign-out-question');
    await workbench.answerModal('Sign Out');
    await workbench.welcomeButton('Sign In').waitFor();
    await workbench.statusBar().waitFor({ state: 'detached' });
    await control.clearRequests();
    await album.take('signed-out-again');
    await accountsMenu(false);
    await workbench.giveUp();
    // A deployment is looked at every three seconds, here ten times as often: what comes after that was not stopped.
    await pause(1_000);
    assert.deepEqual(await control.requests(), []);
  });
});
