import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nPseudoLocalized } from '@vscode/l10n-dev';
import { sampleSites } from '../sampleWorkspace';
import { languages, textsOf } from '../translatedTexts';
import { Album } from './album';
import { makeExtensionFolder } from './extensionFolder';
import { inWindow } from './inWindow';
import { insist } from './until';
import { WorkbenchPage } from './workbenchPage';

/** Longer than English, with accents on each letter: what isn't translated or doesn't fit is seen. */
const pseudo = 'qps-ploc';

const site = sampleSites.main;

describe('Who uses VS Code in another language', () => {
  const { window, album: ofFirst } = inWindow({
    pictures: 900,
    language: pseudo,
    prepare: async ({ folder }) => {
      const extension = makeExtensionFolder(join(folder, 'translated'));
      for (const [english, texts] of Object.entries(textsOf('en'))) {
        const file = english.replace(/\.json$/, `.${pseudo}.json`);
        writeFileSync(join(extension, file), JSON.stringify(getL10nPseudoLocalized(texts)));
      }
      return { extension };
    },
  });

  let ofLatest: Album | undefined;

  afterEach(async function () {
    await ofLatest?.keepFailure(this.currentTest);
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
      const here = number === 0 ? window : await window.openAnother({ language });
      const album = number === 0 ? ofFirst : new Album(here, 900 + 10 * number);
      ofLatest = album;
      const workbench = new WorkbenchPage(here.page);
      const seen: string[] = [];
      const read = async (name: string) => {
        await workbench.pointElsewhere();
        await album.take(`${language}-${name}`);
      };

      await workbench.openForge(say('Laravel Forge'));
      await workbench.widenSideBar(440);
      await workbench.expand('acme-web-1');
      await workbench.expand(site);
      // Their view is small at first, and the rows of the site's server lie in it.
      const header = here.page.locator('.pane-header', { hasText: say('Resources') });
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
      number > 0 && (await here.close());

      const parts = seen.flatMap((text) => text.split(/, | · |\n/)).map((text) => text.trim());
      const english = new Set(Object.keys(word).filter((text) => word[text] !== text));
      assert.deepEqual(
        parts.filter((part) => english.has(part)),
        [],
      );
    });
  }
});
