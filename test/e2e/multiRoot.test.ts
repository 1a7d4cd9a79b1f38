import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { inWindow } from './inWindow';
import { until } from './until';

const { main: production, develop: staging } = sampleSites;

/** The site of the other root's repository. */
const api = 'api.example.com';

describe('A person whose window has two roots', () => {
  let folders: readonly { readonly path: string; readonly name: string }[] = [];
  const { control, workbench, album } = inWindow({
    pictures: 160,
    workspace: (folder) => {
      folders = [
        { path: makeSampleWorkspace({ below: join(folder, 'one') }), name: 'shop' },
        {
          path: makeSampleWorkspace({ below: join(folder, 'two'), remote: 'git@github.com:acme/api.git' }),
          name: 'api',
        },
      ];
      for (const { path, name } of folders) {
        writeFileSync(join(path, `of-${name}.md`), `# ${name}\n`);
      }
      const both = join(folder, 'both.code-workspace');
      writeFileSync(both, JSON.stringify({ folders }));
      return both;
    },
  });

  /** Waits until the status bar is about a site. */
  const isAbout = (site: string) =>
    until(`${site} in the status bar`, async () => (await workbench.statusBarText()).startsWith(site)).catch(async () =>
      assert.equal(await workbench.statusBarText(), site),
    );
  const checkOut = (branch: string) =>
    execFileSync('git', ['checkout', '--quiet', branch], { cwd: folders[0]?.path, stdio: 'pipe' });
  /** Opens the menu behind the status bar, which is about this site, and tells the other sites in it. */
  const otherSites = async (of: string) => {
    await workbench.statusBar().click();
    const rows = await workbench.choices(of);
    return [production, staging, api].filter((site) => rows.some((row) => row.startsWith(site)));
  };

  it('sees in the status bar the site of the root in which they work', async () => {
    // Nobody has opened the view.
    await workbench.openFile('of-api.md');
    await isAbout(api);
    await workbench.openFile('of-shop.md');
    await isAbout(production);
    await workbench.openFile('of-api.md');
    await isAbout(api);
    // What is no file of a root, or nothing at all, is no reason to be about another one: see the next step.
    await workbench.runCommand('View: Close All Editors');
    await until('no editor', async () => (await workbench.activeTab()) === undefined);
  });

  it('finds the other sites of the window in its menu, of this root and of the other', async () => {
    assert.deepEqual(await otherSites(api), [production, staging]);
    await album.take('two-roots-menu');
    await workbench.choose(staging);
    await workbench.choices(staging);
    await workbench.giveUp();
    await workbench.openFile('of-shop.md');
    await isAbout(production);
    assert.deepEqual(await otherSites(production), [staging, api]);
    await workbench.giveUp();
  });

  it('follows the branch of that root to its staging site and back', async () => {
    checkOut('develop');
    await isAbout(staging);
    assert.deepEqual(await otherSites(staging), [production, api]);
    await album.take('two-roots-staging');
    await workbench.giveUp();
    await workbench.openFile('of-api.md');
    await isAbout(api);
    await workbench.openFile('of-shop.md');
    await isAbout(staging);
    checkOut('main');
    await isAbout(production);
  });

  it('deploys the site that the menu is about, and no other', async () => {
    assert.deepEqual(await otherSites(production), [staging, api]);
    await workbench.choose(staging);
    await workbench.choices(staging);
    await workbench.choose('Deploy…');
    assert.ok((await workbench.modalText()).includes(staging));
    await album.take('two-roots-deploy');
    await workbench.answerModal('Deploy');
    const target = await until('the deployment', async () =>
      (await control.requests()).find(({ method }) => method === 'POST'),
    );
    const sites = (await control.fleet()).organizations.flatMap((one) => one.servers.flatMap((server) => server.sites));
    const id = sites.find(({ name }) => name === staging)?.id;
    assert.match(target.path, new RegExp(`/sites/${id}/deployments$`));
    await isAbout(production);
  });

  it('links one of the roots to a site of which git does not know, and the other root stays', async () => {
    const other = 'blog.example.com';
    await workbench.runCommand('Forge: Link Folder to Site…');
    // The row of the folder tells its path, too: the site of that name is in the next list.
    await workbench.choose('api,');
    await workbench.choices('Link Folder to Site');
    await workbench.find(other);
    await workbench.openFile('of-api.md');
    await isAbout(other);
    await album.take('two-roots-linked');
    await workbench.openFile('of-shop.md');
    await isAbout(production);
    const settingsOf = folders.map(({ path }) => join(path, '.vscode', 'settings.json'));
    assert.deepEqual(settingsOf.map(existsSync), [false, true]);
    assert.deepEqual(JSON.parse(readFileSync(settingsOf[1] ?? '', 'utf8')), {
      'forge.site': `acme/acme-web-1/${other}`,
    });
  });
});
