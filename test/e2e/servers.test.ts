import assert from 'node:assert/strict';
import { sampleSites } from '../sampleWorkspace';
import { inWindow } from './inWindow';
import { until } from './until';

describe('A person who looks after servers', () => {
  const { control, window, workbench, album } = inWindow({
    pictures: 180,
    forge: { servers: 9 },
    prepare: async (forge) => {
      await forge.control.changeFleet(
        { change: 'phpOfServer', server: 'acme-web-2', version: 'php81' },
        { change: 'phpOfSite', site: sampleSites.develop, version: 'php81' },
      );
      return undefined;
    },
  });

  it('sees which have a PHP version that is no longer supported, and only those', async () => {
    await workbench.openForge();
    await workbench.row('acme-web-2').waitFor();
    await workbench.widenSideBar(460);
    await until('the version', async () =>
      (await workbench.rows()).some((row) => /^acme-web-2.*unsupported/.test(row)),
    );
    await album.take('php-unsupported');
    await workbench.runCommand('Forge: Group, Sort and Filter…');
    await workbench.choices('Group, Sort and Filter');
    await workbench.tick('Unsupported PHP');
    await workbench.giveUp();
    await until('the filter', async () => {
      const rows = await workbench.rows();
      return rows.some((row) => /^acme-web-2.*unsupported/.test(row)) && !rows.some((row) => /^shop\./.test(row));
    });
    await album.take('php-filter');
    await workbench.runCommand('Forge: Group, Sort and Filter…');
    await workbench.choices('Group, Sort and Filter');
    await workbench.tick('All Sites');
    await workbench.giveUp();
  });

  it('sees what needs attention, and lets the rest be looked for', async () => {
    const { organizations } = await control.fleet();
    const servers = organizations.flatMap((organization) => organization.servers);
    const pathOf = (name: string) => `/orgs/acme/servers/${servers.find((one) => one.name === name)?.id}`;
    const { id } = servers.flatMap(({ sites }) => sites).find(({ name }) => name === sampleSites.main) ?? {};
    await control.changeRows({
      path: `${pathOf('acme-web-1')}/sites/${id}/heartbeats`,
      attributes: { status: 'missing' },
    });
    const [nightly] = await control.rows(`${pathOf('acme-web-1')}/database/backups`);
    await control.changeRows({
      path: `${pathOf('acme-web-1')}/database/backups/${nightly?.id}/instances`,
      attributes: { status: 'failed' },
    });
    await control.nextDeployment({ site: sampleSites.develop, end: 'failed', seconds: 5 });
    await workbench.expand('acme-web-1');
    await workbench.clickRocket(sampleSites.develop);
    await workbench.answerModal('Deploy');
    await workbench.dismissNotification(`The deployment of ${sampleSites.develop} failed`);
    await workbench.runCommand('Forge: Check Fleet…');
    await workbench.choices('Check Fleet');
    await album.take('check-fleet');
    await workbench.quickInputField().press('Enter');
    await workbench.answerNotification('The fleet was checked.', 'Show');
    const all = await workbench.choices('Needs Attention');
    for (const kind of ['deployment failed', 'backup failed', 'monitor alert', 'heartbeat missing']) {
      assert.ok(
        all.some((row) => row.includes(kind)),
        `${kind} in ${all.join('\n')}`,
      );
    }
    await album.take('needs-attention-list');
    await workbench.giveUp();
    await workbench.goToTop();
    await workbench.expand('Needs attention');
    await workbench.row(`${sampleSites.develop}, deployment failed`).waitFor();
    await album.take('needs-attention');
    await workbench.row(`${sampleSites.develop}, deployment failed`).click();
    await workbench.reads(/Deployment failed|failed/i);
    await workbench.row(`${sampleSites.develop}, deployment failed`).waitFor({ state: 'detached' });
  });

  it('checks a server, and sees what to do', async () => {
    await workbench.runCommand('Forge: Check Server…');
    await workbench.choices('Check Server');
    await workbench.find('acme-web-1');
    assert.match(await workbench.modalText(), /Runs one command on .* without root/);
    await album.take('check-server-question');
    await workbench.answerModal('Check');
    await workbench.reads(/# Check of acme-web-1/);
    const lens = window.page.locator('.codelens-decoration a', { hasText: 'Update PHP…' });
    await lens.first().waitFor();
    await album.take('check-server');
  });

  it('updates PHP from there after a dry run', async () => {
    await window.page.locator('.codelens-decoration a', { hasText: 'Update PHP…' }).first().click();
    await workbench.choices('Update PHP – Dry Run');
    await workbench.giveUp();
    await workbench.runCommand('Forge: Update PHP…');
    await workbench.choices('Update PHP');
    await workbench.checkRows('acme-web-1', 'acme-web-2');
    await album.take('update-php-servers');
    await workbench.quickInputField().press('Enter');
    const rows = await workbench.choices('Update PHP – Dry Run');
    assert.ok(
      rows.some((row) => /PHP 8\.4 on acme-web-1.*shop\.example\.com/.test(row)),
      rows.join('\n'),
    );
    await album.take('update-php-dry-run');
    await workbench.quickInputField().press('Enter');
    assert.match(await workbench.modalText(), /Update \d PHP versions on 2 servers\?/);
    await album.take('update-php-question');
    await workbench.answerModal('Update');
    await workbench.answerNotification('Updated PHP 8.4 on acme-web-1', 'Restart Background Processes…');
    await workbench.choices('Restart Background Processes');
    await album.take('restart-processes');
    await workbench.giveUp();
  });

  it('runs a recipe on five servers, and sees first where it failed', async () => {
    await control.nextChange({
      path: '/runs$',
      times: 2,
      output: 'Reading package lists... Done\nhtop is installed.\n',
    });
    await control.nextChange({ path: '/runs$', end: 'failed', output: 'E: Unable to locate package htop\n' });
    await workbench.runCommand('Forge: Run Recipe…');
    await workbench.choices('Run Recipe');
    await workbench.choose('Install htop');
    const names = (await workbench.choices('Run Recipe – Install htop'))
      .map((row) => /acme-[\w-]+/.exec(row)?.[0])
      .filter((name) => name !== undefined);
    await workbench.checkRows(...names.slice(0, 5));
    await album.take('run-recipe-servers');
    await workbench.quickInputField().press('Enter');
    assert.match(await workbench.modalText(), /Run Install htop on 5 servers\?/);
    await album.take('run-recipe-question');
    await workbench.answerModal('Run');
    await workbench.reads(/Unable to locate package htop/);
    await album.take('run-recipe-outputs');
    await workbench.dismissNotification('Install htop failed on 1 of');
  });
});
