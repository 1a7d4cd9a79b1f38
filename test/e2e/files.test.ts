import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleSites } from '../sampleWorkspace';
import { filesWith } from './filesWith';
import { film } from './film';
import { inWindow } from './inWindow';
import { insist, until } from './until';
import { WorkbenchPage } from './workbenchPage';

const site = sampleSites.main;
const other = sampleSites.develop;

/** What every secret of the simulator begins with, and what is typed here. */
const canary = 'canary-';
const typed = `${canary}typed-by-hand`;

/** Where a secret may stand that is no value, in the order of the lines. */
const strays = [
  `# OLD_PASSWORD=${canary}commented`,
  `PLAIN=abc#${canary}hash`,
  `${canary}line of a key without quotes`,
];

describe('A person who edits files on a server', () => {
  const { simulator, control, window, workbench, album, workspace } = inWindow({
    pictures: 120,
    forge: { latency: 0 },
    token: () => '',
    settings: {
      // What a person wrote for all languages, or those that hide nothing, does not bring values back.
      'editor.tokenColorCustomizations': {
        textMateRules: [{ scope: ['source', 'comment'], settings: { foreground: '#808080' } }],
        '[*]': { textMateRules: [{ scope: 'string', settings: { foreground: '#808080' } }] },
      },
    },
    prepare: async (forge) => {
      await forge.control.switch({ fileDelay: 500 });
      const local = 'APP_NAME=Shop\nAPP_ENV=local\nDB_HOST=127.0.0.1\nFEATURE_X=true\n';
      writeFileSync(join(forge.workspace, '.env'), local);
      return undefined;
    },
  });
  let environment = '';
  let otherEnvironment = '';

  const written = async (text: string) => {
    const folders = [window.server.directories.root, window.profile, workspace()];
    return (await Promise.all(folders.map((folder) => filesWith(folder, [text])))).flat();
  };
  /** Whether what a page of the browser stores has that text in it. */
  const isStored = async (text: string) =>
    JSON.stringify(await window.page.context().storageState({ indexedDB: true })).includes(text);
  const open = async () => {
    await workbench.chooseFromRow(site, 'Files', 'Open .env');
    await until('the .env in front', async () => (await workbench.activeTab()) === `.env · ${site}`);
    await workbench.reads(/APP_NAME/);
  };
  const edit = async (page: WorkbenchPage = workbench) => {
    const button = page.editorButton('Edit Remote File');
    await button.waitFor();
    await insist(
      'to edit the file',
      () => button.click({ timeout: 2_000 }),
      async () => (await button.count()) === 0,
    );
  };
  const isSaved = (text: RegExp) =>
    until(`${text} on the server`, async () => text.test(await control.file(environment)));

  before(async () => {
    const { organizations } = await control.fleet();
    for (const { slug, servers } of organizations) {
      for (const server of servers) {
        for (const { id, name } of server.sites) {
          const path = `/orgs/${slug}/servers/${server.id}/sites/${id}/environment`;
          environment = name === site ? path : environment;
          otherEnvironment = name === other ? path : otherEnvironment;
        }
      }
    }
    await control.setFile(environment, `${await control.file(environment)}${strays.join('\n')}\n`);
  });

  it('opens the .env of a site, whose values are hidden until they are asked for', async () => {
    await workbench.openForge();
    await workbench.welcomeButton('Sign In').waitFor();
    await workbench.runCommand('Forge: Sign In');
    await workbench.enter(simulator.token);
    await workbench.row('acme-web-1').waitFor();
    await workbench.expand('acme-web-1');
    await workbench.row(site).waitFor();
    const end = await film(window.page, canary);
    await open();
    await until(
      'the dots',
      async () => (await window.page.locator('.view-line').filter({ hasText: 'APP_KEY' }).count()) > 0,
    );
    await until('the values to be hidden', async () => !(await workbench.seenText()).includes(canary));
    await workbench.pointElsewhere();
    await album.take('env-hidden');
    // To and fro, beside it, and as a difference.
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.runCommand('View: Open Previous Editor');
    await until('the .env in front', async () => (await workbench.activeTab()) === `.env · ${site}`);
    await workbench.runCommand('View: Split Editor Right');
    await workbench.runCommand('File: Compare Active File with Saved');
    const names = window.page.locator('.view-line').filter({ hasText: 'APP_ENV=' });
    await until('the other editor and both sides', async () => (await names.count()) > 2);
    await album.take('env-filmed');
    const { seen, frames } = await end();
    assert.deepEqual(seen, []);
    assert.ok(frames > 30);
    await workbench.runCommand('View: Close All Editors');
    await until('no tab', async () => (await workbench.activeTab()) === undefined);
    await open();
    await workbench.runCommand('Forge: Show .env Values');
    await until('the values', async () => (await workbench.seenText()).includes(canary));
    await album.take('env-shown');
    await workbench.runCommand('Forge: Hide .env Values');
    await until('the values to be hidden', async () => !(await workbench.seenText()).includes(canary));
    // What is open and has no changes is nowhere but in memory.
    assert.deepEqual(await written(canary), []);
    assert.equal(await isStored(canary), false);
  });

  it('shows one value, and also what is none and may be a secret', async () => {
    await workbench.goToEnd();
    for (const stray of strays.toReversed()) {
      const secret = stray.slice(stray.indexOf(canary));
      assert.ok(!(await workbench.seenText()).includes(secret));
      await window.page.keyboard.press('ArrowUp');
      await workbench.runCommand('Forge: Show Value');
      await until(`“${secret}”`, async () => (await workbench.seenText()).includes(secret));
    }
    await album.take('env-one-shown');
    assert.ok(!(await workbench.seenText()).includes(`${canary}app-key`));
    await workbench.runCommand('View: Close All Editors');
    await until('no tab', async () => (await workbench.activeTab()) === undefined);
    await open();
    await until('the values to be hidden', async () => !(await workbench.seenText()).includes(canary));
  });

  it('edits it, is shown what changes, and is offered what is next', async () => {
    await edit();
    await workbench.notification('VS Code keeps a plain-text backup');
    await workbench.dismissNotification('VS Code keeps a plain-text backup');
    await workbench.typeAtEnd(`NEW_SECRET=${typed}`);
    await window.page.keyboard.press('ControlOrMeta+Home');
    await window.page.keyboard.type('ABOVE=1\n');
    await until('a dirty tab', () => workbench.isDirty());
    await until('the backup that VS Code makes', async () => (await written(typed)).length > 0);
    for (const file of await written(canary)) {
      assert.match(file, /[\\/]Backups[\\/]/);
    }
    assert.equal(await isStored(canary), false);
    const end = await film(window.page, `${canary}app-key`);
    await workbench.runCommand('File: Compare Active File with Saved');
    await until('the comparison', async () => /in file|Saved/i.test((await workbench.tabTitle()) ?? ''));
    await until('both sides', async () => (await workbench.seenText()).split('APP_ENV').length > 2);
    await album.take('env-compared-saved');
    // What is not drawn yet is there in no color: the film knows, the text does not.
    await until(
      'the values to be hidden',
      async () => !(await workbench.seenText()).replaceAll(typed, '').includes(canary),
    );
    assert.deepEqual((await end()).seen, []);
    await workbench.runCommand('View: Close Editor');
    await until('the .env in front', async () => !/Saved/i.test((await workbench.tabTitle()) ?? ''));
    await workbench.runCommand('View: Close Editor');
    assert.match(
      await workbench.modalText(),
      /Do you want to save the changes you made to \.env · shop\.example\.com\?/,
    );
    await album.take('env-closing');
    await workbench.answerModal('Cancel');
    assert.ok(await workbench.isDirty());
    assert.match(await workbench.seenText(), new RegExp(typed));
    await workbench.save();
    const choices = await workbench.choices(`Save .env to ${site}?`);
    assert.match(choices.join('\n'), /Adds ABOVE, NEW_SECRET\./);
    // The question lies over no line, not even the first.
    const { bottom } = await workbench.quickInputPlace();
    for (const key of ['ABOVE', 'APP_NAME', 'NEW_SECRET']) {
      const tops = await workbench.topsOf(key);
      assert.ok(tops.length > 0 && tops.every((top) => top >= bottom), `${key}: ${tops}, below ${bottom}`);
    }
    await album.take('env-question');
    await workbench.choose('Save to Server');
    await isSaved(new RegExp(`NEW_SECRET=${typed}`));
    await workbench.notification('If the configuration is cached');
    await album.take('env-saved');
    await workbench.dismissNotification('If the configuration is cached');
    await until('the backup to be gone', async () => (await written(typed)).length === 0);
  });

  it('edits a hidden value where it is, and sees what is typed', async () => {
    const { mouse, keyboard } = window.page;
    /** Where the cursor is, and nowhere else, a value is shown otherwise. */
    const hide = async () => {
      await workbench.editorButton('Show .env Values').click();
      await workbench.editorButton('Hide .env Values').click();
      await workbench.editorButton('Show .env Values').waitFor();
      return workbench.dots('APP_DEBUG');
    };
    const sees = (text: string) => until(text, async () => (await workbench.seenText()).includes(text));
    const undo = async () => {
      await keyboard.press('ControlOrMeta+z');
      await until('no change', async () => !(await workbench.isDirty()));
    };

    const hovered = await hide();
    await mouse.move(hovered.x, hovered.y);
    await until('the hover', async () => /Hidden value/.test(await workbench.hoverText()));
    await album.take('env-hover');
    await workbench.pointElsewhere();

    const clicked = await hide();
    await mouse.click(clicked.x, clicked.y);
    await sees('APP_DEBUG=false');
    await keyboard.type('x');
    await sees('APP_DEBUG=falsex');
    await undo();

    // Two clicks that a busy window hears long after each other are none.
    let doubled = clicked;
    await insist(
      'to select the value',
      async () => {
        doubled = await hide();
        await mouse.dblclick(doubled.x, doubled.y);
        await sees('APP_DEBUG=false');
      },
      async () => /\(5 selected\)/.test(await workbench.cursorPlace()),
    );
    await keyboard.type('y');
    await sees('APP_DEBUG=y');
    await undo();

    // The end of the value, which is hidden again while the cursor is there.
    await mouse.click((await hide()).x, doubled.y);
    await sees('APP_DEBUG=false');
    await keyboard.press('End');
    await hide();
    await workbench.runCommand('View: Focus Active Editor Group');
    await keyboard.type('z');
    await sees('APP_DEBUG=falsez');
    await album.take('env-typed');
    assert.ok(!(await workbench.seenText()).includes(canary));
    await undo();
    await hide();
  });

  it('is asked where somebody else has changed it meanwhile', async () => {
    await workbench.typeAtEnd('MINE=1');
    const theirs = (await control.file(environment)).replace('APP_DEBUG=false', 'APP_DEBUG=true_');
    await control.setFile(environment, theirs);
    await workbench.save();
    await workbench.notification('The content of the file is newer');
    await album.take('env-conflict');
    assert.equal(await control.file(environment), theirs);
    await workbench.answerNotification('The content of the file is newer', 'Compare');
    await until('the comparison', async () =>
      /in file/.test((await window.page.locator('.tab.active').first().getAttribute('aria-label')) ?? ''),
    );
    await workbench.pointElsewhere();
    await album.take('env-conflict-compared');
    await workbench.editorButton('Use your changes').click();
    await workbench.choices(`Save .env to ${site}?`);
    await workbench.choose('Save to Server');
    await isSaved(/MINE=1/);
    assert.doesNotMatch(await control.file(environment), /APP_DEBUG=true_/);
    await workbench.dismissNotification('If the configuration is cached');
  });

  it('compares it with the local one by keys, and takes over what is missing', async () => {
    await workbench.runCommand('Forge: Compare .env with Local File…');
    await workbench.notification('2 keys differ, 1 only in local .env');
    await until('the keys', async () => /FEATURE_X=••••••/.test(await workbench.seenText()));
    // The lines of a key lie opposite each other, whichever side has it.
    for (const key of ['APP_KEY', 'APP_NAME', 'FEATURE_X']) {
      assert.equal(new Set(await workbench.topsOf(key)).size, 1, key);
    }
    assert.ok(!(await workbench.seenText()).includes('true'));
    await album.take('env-compared-local');
    await workbench.answerNotification('2 keys differ', 'Add Missing Keys…');
    await workbench.choices(`Add Missing Keys to ${site}`);
    await workbench.choose('Local .env');
    await workbench.choices(`Add Missing Keys to ${site}`);
    await album.take('env-missing-keys');
    await window.page.keyboard.press('Enter');
    await workbench.choose('With Values');
    await workbench.reads(/FEATURE_X/);
    await until('a dirty tab', () => workbench.isDirty());
    await workbench.save();
    await workbench.choices(`Save .env to ${site}?`);
    await workbench.choose('Save to Server');
    await isSaved(/\nFEATURE_X=true/);
    await workbench.answerNotification('If the configuration is cached', 'Run config:cache');
    await until('the command', async () =>
      (await control.requests()).some(({ path, status }) => path.endsWith('/commands') && status === 202),
    );
  });

  it('compares it with another site by keys', async () => {
    await workbench.runCommand('Forge: Compare .env with Another Site…');
    await workbench.choices('Compare with Another Site');
    await workbench.find(sampleSites.develop);
    await until('the keys', async () => /APP_KEY=•••••• \(different value\)/.test(await workbench.seenText()));
    await workbench.pointElsewhere();
    await album.take('env-compared-sites');
    assert.ok(!(await workbench.seenText()).includes(canary));
    await workbench.dismissNotification('differ');
  });

  it('leaves nothing of it behind when it is closed', async () => {
    await workbench.runCommand('View: Close All Editors');
    await until('no tab', async () => (await workbench.activeTab()) === undefined);
    await until('nothing written', async () => (await written(canary)).length === 0);
    assert.equal(await isStored(canary), false);
  });

  it('sets one key without any document', async () => {
    await workbench.chooseFromRow(site, 'Files', 'Set .env Value…');
    await workbench.choices(`Set .env Value of ${site}`);
    await workbench.find('DB_PASSWORD');
    await until('the box', async () => (await workbench.quickInputField().getAttribute('type')) === 'password');
    await workbench.quickInputField().fill(typed);
    await workbench.quickInputButton('Show Value').click();
    await until('the value', async () => (await workbench.quickInputField().getAttribute('type')) !== 'password');
    await album.take('env-set-value');
    await workbench.quickInputButton('Hide Value').click();
    await until('no value', async () => (await workbench.quickInputField().getAttribute('type')) === 'password');
    await workbench.enter(typed);
    assert.match(await workbench.modalText(), /Set DB_PASSWORD of shop\.example\.com\?/);
    await workbench.answerModal('Set Value');
    await isSaved(new RegExp(`DB_PASSWORD=${typed}\\n`));
    await workbench.dismissNotification('If the configuration is cached');
    assert.deepEqual(await written(typed), []);
  });

  it('finds after a reload what was typed and not saved, and is asked where somebody else has changed it since', async () => {
    await open();
    await edit();
    await workbench.typeAtEnd('\nKEPT=1');
    await until('the backup that VS Code makes', async () => (await written('KEPT=1')).length > 0);
    const theirs = `${await control.file(environment)}THEIRS=1\n`;
    await control.setFile(environment, theirs);
    // One that has changes, and beside it one that hasn't.
    await workbench.runCommand('View: Split Editor Right');
    await workbench.chooseFromRow(other, 'Files', 'Open .env');
    await window.page.locator('.editor-group-container.active .tab.active', { hasText: `.env · ${other}` }).waitFor();
    await until('both .env', async () => (await workbench.dotsOf('APP_ENV')).length > 1);
    await until('VS Code to note what is open', () => isStored(`.env · ${other}`));
    // VS Code draws its backup of the one with changes before it has loaded the grammar, if the machine is very slow.
    const [secret = ''] = /canary-app-key-\w+/.exec(await control.file(otherEnvironment)) ?? [];
    assert.notEqual(secret, '');
    const end = await film(window.page, secret);
    await window.page.reload();
    await until('both .env', async () => (await workbench.dotsOf('APP_ENV')).length > 1);
    const { seen, frames } = await end();
    assert.deepEqual(seen, []);
    assert.ok(frames > 30);
    await album.take('env-reloaded');
    await workbench.runCommand('View: Close Editor');
    await workbench.runCommand('View: Focus First Editor Group');
    await until('the .env in front', async () => (await workbench.activeTab()) === `.env · ${site}`);
    await until('a dirty tab', () => workbench.isDirty());
    await workbench.goToEnd();
    await workbench.reads(/KEPT=/);
    await album.take('env-restored');
    await workbench.save();
    await workbench.notification('The content of the file is newer');
    assert.equal(await control.file(environment), theirs);
    await workbench.answerNotification('The content of the file is newer', 'Overwrite');
    await workbench.choose('Save to Server');
    await isSaved(/KEPT=1/);
    assert.doesNotMatch(await control.file(environment), /THEIRS/);
    await workbench.dismissNotification('If the configuration is cached');
    await workbench.runCommand('View: Close All Editors');
    await until('no tab', async () => (await workbench.activeTab()) === undefined);
  });

  it('edits the same file in two windows, and is asked in the second one', async () => {
    const secondWindow = await window.openAnother();
    const second = new WorkbenchPage(secondWindow.page);
    const openIn = async (page: WorkbenchPage) => {
      await page.openForge();
      await page.row('acme-web-1').waitFor();
      await page.expand('acme-web-1');
      await page.chooseFromRow(site, 'Files', 'Open .env');
      await page.reads(/APP_NAME/);
      await edit(page);
      // What the button says when the pointer rests on it would lie over the text.
      await page.pointElsewhere();
    };
    await openIn(workbench);
    await openIn(second);
    await workbench.typeAtEnd('\nFIRST=1');
    await workbench.save();
    await workbench.choose('Save to Server');
    await isSaved(/FIRST=1/);
    await second.typeAtEnd('\nSECOND=1');
    await second.save();
    await second.notification('The content of the file is newer');
    assert.doesNotMatch(await control.file(environment), /SECOND/);
    await second.answerNotification('The content of the file is newer', 'Overwrite');
    await second.choose('Save to Server');
    await isSaved(/SECOND=1/);
    await secondWindow.close();
  });

  it('is told at the line what is wrong with an nginx configuration', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.chooseFromRow(site, 'Files', 'Open Remote File…');
    assert.match(
      (await workbench.choices(`Files of ${site}`)).join('\n'),
      /\.env.*\n.*Deploy script.*\n.*Nginx configuration(.*\n)+.*Server acme-web-1…/,
    );
    await album.take('files-of-site');
    await workbench.choose('Server acme-web-1…');
    assert.match((await workbench.choices('Files of acme-web-1')).join('\n'), /PHP-FPM pool/);
    await album.take('files-of-server');
    await workbench.giveUp();
    await workbench.chooseFromRow(site, 'Files', 'Open Remote File…');
    await workbench.choices(`Files of ${site}`);
    await workbench.choose('Nginx configuration');
    await workbench.reads(/FORGE CONFIG/);
    await edit();
    await workbench.typeAtEnd('lissten 80;');
    await workbench.save();
    await workbench.choices(`Save nginx.conf to ${site}?`);
    await workbench.choose('Save to Server');
    const told = await workbench.notification('unknown directive');
    await album.take('nginx-refused');
    assert.doesNotMatch(await told.innerText(), /forge-file|FileSystemError/);
    assert.ok(await workbench.isDirty());
  });

  it('is offered to restart nginx once the configuration is right, and is told who else is affected', async () => {
    await workbench.dismissNotification('unknown directive');
    await workbench.runCommand('View: Focus Active Editor Group');
    await window.page.keyboard.press('Control+End');
    for (const _ of 'lissten 80;') {
      await window.page.keyboard.press('Backspace');
    }
    await window.page.keyboard.type('# right');
    await workbench.save();
    await workbench.choose('Save to Server');
    await workbench.answerNotification('Restart Nginx to apply all changes', 'Restart Nginx…');
    assert.match(await workbench.modalText(), /Restart Nginx on acme-web-1\?\n+Sites \(\d+\): /);
    await album.take('nginx-restart');
    await workbench.answerModal('Restart');
    await until('the restart', async () =>
      (await control.requests()).some(({ path, status }) => path.endsWith('/services/nginx/actions') && status === 202),
    );
  });
});
