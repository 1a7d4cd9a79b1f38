import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getL10nPseudoLocalized } from '@vscode/l10n-dev';
import { type HostWindow, openWindow } from '../host/window';
import { projectRoot } from '../paths';
import { makeSampleWorkspace, sampleSites } from '../sampleWorkspace';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { languages, textsOf } from '../translatedTexts';
import { Album } from './album';
import { insist } from './until';
import { WorkbenchPage } from './workbenchPage';

/** Longer than English, with accents on each letter: what isn't translated or doesn't fit is seen. */
const pseudo = 'qps-ploc';

const site = sampleSites.main;

describe('Who uses VS Code in another language', () => {
  let simulator: Simulator;
  let workspace: string;
  let extension: string;
  let window: HostWindow | undefined;
  let album: Album | undefined;

  before(async () => {
    simulator = await startSimulator({ orgs: 1, latency: 20, limit: 6_000 });
    workspace = makeSampleWorkspace();
    extension = mkdtempSync(join(tmpdir(), 'forge-translated-'));
    for (const part of ['dist', 'media', 'l10n', 'package.json', 'package.nls.json']) {
      cpSync(join(projectRoot, part), join(extension, part), { recursive: true });
    }
    for (const [english, texts] of Object.entries(textsOf('en'))) {
      const file = english.replace(/\.json$/, `.${pseudo}.json`);
      writeFileSync(join(extension, file), JSON.stringify(getL10nPseudoLocalized(texts)));
    }
    for (const language of languages) {
      for (const file of Object.keys(textsOf(language))) {
        cpSync(join(projectRoot, file), join(extension, file));
      }
    }
  });

  afterEach(async function () {
    await album?.keepFailure(this.currentTest);
    await window?.close();
    window = undefined;
  });

  after(async () => {
    await simulator?.close();
    for (const folder of [workspace && dirname(workspace), extension]) {
      folder && rmSync(folder, { recursive: true, force: true });
    }
  });

  /** All of our words in that language, by their English. */
  function dictionary(language: string): Readonly<Record<string, string>> {
    const english = Object.values(textsOf('en'));
    const translated = Object.values(textsOf(language));
    return Object.fromEntries(
      english.flatMap((texts, file) =>
        Object.entries(texts).map(([key, text]) => [
          text,
          language === pseudo
            ? String(getL10nPseudoLocalized({ text }).text)
            : (translated[file]?.[key] ?? `(no ${key} in ${language})`),
        ]),
      ),
    );
  }

  for (const [number, language] of [pseudo, ...languages].entries()) {
    it(`reads it everywhere, whole: ${language}`, async () => {
      const word = dictionary(language);
      const say = (text: string) => word[text] ?? assert.fail(`No text: ${text}`);
      window = await openWindow({
        workspace,
        extension,
        language,
        which: 'newest',
        settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': 6_000 },
        env: { FORGE_API_TOKEN: simulator.token },
      });
      album = new Album(window, 900 + 10 * number);
      const workbench = new WorkbenchPage(window.page);
      const seen: string[] = [];
      const read = async (name: string) => {
        await workbench.pointElsewhere();
        await album?.take(`${language}-${name}`);
      };

      await workbench.openForge(say('Laravel Forge'));
      await workbench.widenSideBar(140);
      await workbench.expand('acme-web-1');
      await workbench.expand(site);
      // Their view is small at first, and the rows of the site's server lie in it.
      const header = window.page.locator('.pane-header', { hasText: say('Resources') });
      await insist(
        'to open the resources',
        async () => {
          if ((await header.getAttribute('aria-expanded')) !== 'true') {
            await header.click({ timeout: 5_000 });
          }
        },
        async () => (await header.getAttribute('aria-expanded')) === 'true',
      );
      const databases = workbench.row(say('Databases'));
      await insist(
        'to see the databases',
        async () => {
          // The tooltip of another row may lie over it.
          await workbench.pointElsewhere();
          await workbench.row('acme-web-1').locator('.label-name').click({ timeout: 5_000 });
        },
        () => databases.isVisible(),
      );
      seen.push(...(await workbench.rows()), await workbench.statusBarText());
      await read('tree');

      seen.push(...(await workbench.contextMenuOf(site)));
      await album.take(`${language}-menu`);
      assert.ok(seen.includes(say('Deploy Site…')), seen.join('\n'));
      await workbench.chooseFromMenu(say('Deploy Site…'));
      const question = await workbench.modalText();
      // French has spaces that don't break a line.
      const asked = say('Deploy {0} to production?').replace('{0}', site).replace(/\s/g, ' ');
      assert.ok(question.replace(/[^\S\n]/g, ' ').includes(asked), question);
      seen.push(...question.split('\n'));
      await album.take(`${language}-question`);
      await workbench.modal().getByRole('button', { name: 'Cancel' }).click();

      await workbench.runCommand(`Forge: ${say('Group, Sort and Filter…')}`);
      seen.push(...(await workbench.choices(say('Group, Sort and Filter'))));
      await album.take(`${language}-picker`);
      await workbench.giveUp();

      const parts = seen.flatMap((text) => text.split(/, | · |\n/)).map((text) => text.trim());
      const english = new Set(Object.keys(word).filter((text) => word[text] !== text));
      assert.deepEqual(
        parts.filter((part) => english.has(part)),
        [],
      );
    });
  }
});
