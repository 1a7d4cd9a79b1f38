import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleSites } from '../sampleWorkspace';
import { inWindow } from './inWindow';
import { insist, until } from './until';

/** Deployment time that is never over by itself. */
const untilTold = 100_000;

const site = sampleSites.main;

describe('A person who reads logs', () => {
  const { control, window, workbench, album, folder } = inWindow({
    pictures: 140,
    settings: { 'files.simpleDialog.enable': true },
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
    await workbench.dismissNotification(`Deployed ${site} in`);
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

  it('chooses a log of the site', async () => {
    await workbench.openForge();
    await workbench.chooseFromRow(site, 'View Logs…');
    const choices = await workbench.choices(`Logs of ${site}`);
    for (const choice of ['Latest Deployment', 'Laravel Log', 'Nginx Access', 'Nginx Error', 'Server acme-web-1…']) {
      assert.ok(
        choices.some((label) => label.includes(choice)),
        `${choice} in ${choices.join('; ')}`,
      );
    }
    await album.take('choose-log');
    await workbench.choose('Laravel Log');
    await until('the log', async () => (await workbench.activeTab())?.endsWith(`${site} application.log`) ?? false);
  });

  it('follows Laravel’s log: what is new is there by itself, at the end', async () => {
    await workbench.editorAction('Follow Log');
    await control.changeLog({
      log: `site/${site}/application`,
      append: [
        '[2026-11-24 09:59:00] Zahlungen für 2.0.CRITICAL: Gateway closed\n',
        '{"message":"Card declined","context":{},"level":300,"level_name":"WARNING","channel":"production","datetime":"2026-11-24T09:59:30.123456+00:00","extra":{}}\n',
        laravelError('Call to a member function total() on null'),
      ].join(''),
    });
    await workbench.reads(/#1 \{main\}/);
    await workbench.editorButton('Stop Following Log').waitFor();
    await workbench.runCommand('Explorer: Focus on Outline View');
    await workbench.outlineEntry('ERROR Call to a member function total').waitFor();
    await album.take('followed-laravel-log');
  });

  it('sees only errors, and the equal ones together', async () => {
    await workbench.editorAction('Filter Log by Level…');
    await workbench.choices('Filter Log by Level');
    await workbench.choose('Error and Above');
    await until('the errors', async () => (await workbench.reads(/ERROR/)) !== '');
    await control.changeLog({
      log: `site/${site}/application`,
      append: laravelError('Call to a member function total() on null'),
    });
    await workbench.editorAction('Show Exceptions…');
    const groups = await workbench.choices('Exceptions');
    assert.match(groups.join('\n'), /\d+ times, latest/);
    await album.take('exceptions');
    await workbench.choose('Call to a member function total() on null');
    await workbench.reads(/Only ERROR and above|Call to a member/);
    await album.take('filtered-log');
  });

  it('searches a log as any document', async () => {
    await workbench.search('CheckoutController.php:58');
    await until('what was found', async () => /^\d+ of \d+$/.test(await workbench.found()));
    await album.take('searched-log');
    await workbench.endSearch();
  });

  it('opens the local file of a stack frame', async () => {
    await workbench.followLink('CheckoutController.php');
    await until('the file', async () => (await workbench.activeTab()) === 'CheckoutController.php');
    await workbench.reads(/'total' => \$order->total\(\),/);
    assert.equal(await workbench.cursorLine(), 58);
    await album.take('stack-frame-opened-locally');
  });

  it('chooses a log of a server from the palette, among those that it has', async () => {
    await workbench.runCommand('Forge: View Server Logs…');
    await workbench.choices('View Server Logs');
    await workbench.find('acme-web-1');
    const choices = (await workbench.choices('Logs of acme-web-1')).join('; ');
    for (const has of ['Nginx Access', 'PHP 8.4', 'Redis', 'Database', 'Background Process…', 'Event…']) {
      assert.ok(choices.includes(has), `${has} in ${choices}`);
    }
    await album.take('choose-server-log');
    await control.fault({ path: '/background-processes$', patchDocument: { meta: { next_cursor: 'more' } } });
    const last = { id: '999', type: 'backgroundProcesses', attributes: { command: 'php artisan last-of-all' } };
    await control.fault({ path: '/background-processes$', body: JSON.stringify({ data: [last] }) });
    await workbench.choose('Background Process…');
    await workbench.choices('Background Processes of acme-web-1');
    // It is on the second page.
    await workbench.find('php artisan last-of-all');
    await workbench.reads(/No output yet, or it no longer exists/);
  });

  it('chooses a log of a server from its row, and is told plainly what Forge does not have', async () => {
    await workbench.openForge();
    await workbench.chooseFromRow('acme-web-2', 'View Logs…');
    const others = (await workbench.choices('Logs of acme-web-2')).join('; ');
    assert.match(others, /PHP 8\.3/);
    assert.doesNotMatch(others, /Redis|Database|PHP 8\.4/);
    await control.fault({ path: '/logs/php-8.3$', status: 404, body: '{"message":"Not found."}' });
    await workbench.choose('PHP 8.3');
    await workbench.reads(/Forge found no log “php-8\.3” on this server\./);
  });

  it('clears a log on the server only after a question, and what was seen stays', async () => {
    await workbench.openForge();
    await workbench.chooseFromRow(site, 'View Logs…');
    await workbench.choices(`Logs of ${site}`);
    await workbench.choose('Nginx Access');
    await workbench.reads(/GET \//);
    await control.clearRequests();
    await workbench.runCommand('Forge: Clear Log on Server…');
    assert.match(await workbench.modalText(), /Clear the nginx-access log of shop\.example\.com\?/);
    await album.take('clear-log-question');
    await workbench.answerModal('Cancel');
    const deletions = async () => (await control.requests()).filter(({ method }) => method === 'DELETE').length;
    assert.equal(await deletions(), 0);
    await workbench.runCommand('Forge: Clear Log on Server…');
    await workbench.modalText();
    await workbench.answerModal('Clear Log');
    const text = await workbench.reads(/was emptied on the server/);
    assert.match(text, /GET \//);
    assert.equal(await deletions(), 1);
    await album.take('cleared-log');
  });

  it('saves a log as a file', async () => {
    await workbench.openForge();
    await workbench.chooseFromRow(site, 'View Logs…');
    await workbench.choices(`Logs of ${site}`);
    await workbench.choose('Laravel Log');
    await until('the log', async () => (await workbench.activeTab())?.endsWith(`${site} application.log`) ?? false);
    await workbench.reads(/production/);
    const file = join(folder(), 'saved.log');
    await workbench.runCommand('File: Save As...');
    // The box begins with the folder of the log, which comes late, and then with what is in it.
    await workbench.choices('Save As');
    await until('the folder', async () => (await workbench.typed())?.endsWith('acme-web-1') ?? false);
    // While it still looks at the folder it does not hear an Enter.
    await insist(
      'to save the log',
      async () => (await workbench.isAsking('Save As')) && workbench.enter(file),
      async () => existsSync(file),
    );
    await until('the file', async () => existsSync(file) && readFileSync(file, 'utf8').includes('[stacktrace]'));
    await album.take('log-saved-as');
  });

  it('sees what belongs to the server that is selected', async () => {
    await workbench.openForge();
    await window.page.locator('.pane-header', { hasText: 'Resources' }).click();
    await workbench.row('acme-web-1, connected').click();
    await workbench.row('Background Processes').waitFor();
    await album.take('resources-of-a-server');
    await workbench.expand('Database Users');
    await workbench.row('forge').waitFor();
    await album.take('resources-in-a-group');
    await workbench.row('forge').click();
    await workbench.reads(/"status": "installed"/);
    await album.take('resource-as-json');
  });

  it('makes a database in a form, and sees it come', async () => {
    // All of the side bar is for what belongs to the server.
    const sites = window.page.locator('.pane-header', { hasText: 'Sites' });
    await sites.click();
    await workbench.chooseFromRow('Databases', 'New Resource…');
    const title = (field: string) => workbench.quickInput().locator('.quick-input-title', { hasText: field }).waitFor();
    await title('New Database – acme-web-1: Name');
    await album.take('form-first-step');
    await workbench.enter('my shop');
    await until('to be told', async () => (await workbench.quickInputMessage()).includes("Can't contain spaces"));
    await album.take('form-problem');
    await workbench.enter('shop_preview');
    await title('New User');
    await window.page.getByRole('button', { name: 'Back' }).click();
    await title('Name');
    assert.equal(await workbench.quickInputField().inputValue(), 'shop_preview');
    await workbench.enter('shop_preview');
    await title('New User');
    await workbench.enter('');
    await workbench.choices('New Database – acme-web-1');
    await album.take('form-all-fields');
    const body = JSON.stringify({ message: 'No.', errors: { name: ['The name has already been taken.'] } });
    await control.fault({ path: '/database/schemas$', method: 'POST', status: 422, body, times: 1 });
    await workbench.choose('Create');
    await until('what Forge says', async () => (await workbench.quickInputMessage()).includes('already been taken'));
    await album.take('form-rejected-by-forge');
    await workbench.enter('shop_preview_2');
    await workbench.choices('New Database – acme-web-1');
    await workbench.choose('Create');
    await workbench.expand('Databases');
    await workbench.row('shop_preview_2').waitFor();
    await album.take('new-row');
  });

  it('deletes a database only with its name typed', async () => {
    await workbench.row('shop_preview_2, installed').waitFor();
    await workbench.chooseFromRow('shop_preview_2', 'Delete…');
    assert.match(await workbench.modalText(), /Delete the database shop_preview_2\?/);
    await album.take('delete-question');
    await workbench.answerModal('Delete');
    await workbench.enter('shop_preview');
    await album.take('delete-name');
    await workbench.enter('shop_preview_2');
    await until('the row to be gone', async () => (await workbench.row('shop_preview_2').count()) === 0);
    await window.page.locator('.pane-header', { hasText: 'Sites' }).click();
  });

  it('runs a command, and sees how it ends', async () => {
    await workbench.runCommand('Forge: Run Command…');
    await workbench.choices('Run Command');
    await workbench.find(site);
    await workbench.choices(`Run Command on ${site}`);
    await album.take('choose-command');
    await workbench.type('php artisan about');
    await workbench.choose('php artisan about');
    assert.match(await workbench.modalText(), /production site shop\.example\.com/);
    await album.take('command-question');
    await workbench.answerModal('Run');
    await workbench.reads(/exit code 0/);
    await album.take('command-ended');
  });

  it('compares all resources of two sites', async () => {
    await workbench.runCommand('Forge: Compare Resources with…');
    await workbench.choices('Compare Resources with');
    // Not with clicks until the row is gone: the next list has it, too.
    await workbench.enter(site);
    await workbench.choices(`Compare Resources of ${site} with`);
    await workbench.find(sampleSites.develop);
    assert.match(await workbench.modalText(), /requests\. Forge allows/);
    await album.take('compare-question');
    await workbench.answerModal('Compare');
    await until('the difference', async () => (await workbench.tabTitle())?.includes('↔') ?? false);
    await album.take('compared-sites');
  });

  it('begins a new site with the repository of the folder', async () => {
    await workbench.runCommand('Forge: New Site…');
    await workbench.choices('New Site');
    await workbench.find('acme-web-1');
    await workbench.choices('New Site – acme-web-1: Type');
    await album.take('new-site');
    await workbench.giveUp();
  });
});

/** An entry as Laravel writes it. */
function laravelError(message: string): string {
  const root = '/home/forge/shop.example.com/releases/104';
  return [
    `[2026-11-24 10:00:00] production.ERROR: ${message} {"userId":7,"exception":"[object] (Error(code: 0): ${message} at ${root}/app/Http/Controllers/CheckoutController.php:58)`,
    '[stacktrace]',
    `#0 ${root}/vendor/laravel/framework/src/Illuminate/Routing/Controller.php(54): App\\\\Http\\\\Controllers\\\\CheckoutController->store()`,
    '#1 {main}',
    '"} ',
    '',
  ].join('\n');
}
