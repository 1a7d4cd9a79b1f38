import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nPseudoLocalized } from '@vscode/l10n-dev';
import type { HostWindow } from '../host/window';
import { sampleSites } from '../sampleWorkspace';
import { languages, textsOf } from '../translatedTexts';
import { Album } from './album';
import { makeExtensionFolder } from './extensionFolder';
import { inWindow } from './inWindow';
import { WorkbenchPage } from './workbenchPage';

/** Longer than English, with accents on each letter: what isn't translated or doesn't fit is seen. */
const pseudo = 'qps-ploc';

const site = sampleSites.main;

describe('Who uses VS Code in another language', () => {
  const { window, workbench, album } = inWindow({
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

  let another: HostWindow | undefined;
  let albumOfAnother: Album | undefined;

  afterEach(async function () {
    await albumOfAnother?.keepFailure(this.currentTest);
    await another?.close();
    [another, albumOfAnother] = [undefined, undefined];
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

  /** The texts of a person's language by their English. */
  function speaking(language: string): {
    readonly say: (text: string) => string;
    readonly isEnglish: (text: string) => boolean;
  } {
    const word = dictionary(language);
    const english = new Set(Object.keys(word).filter((text) => word[text] !== text));
    return {
      say: (text) => word[text] ?? assert.fail(`No text: ${text}`),
      isEnglish: (text) => english.has(text),
    };
  }

  /** What is joined on screen, one by one. */
  const partsOf = (seen: readonly string[]) =>
    seen.flatMap((text) => text.split(/, | · |\n/)).map((text) => text.trim());

  it('reads it everywhere, whole', async () => {
    const { say, isEnglish } = speaking(pseudo);
    const seen: string[] = [];

    await workbench.openForge(say('Laravel Forge'));
    await workbench.widenSideBar(440);
    await workbench.expand('acme-web-1');
    await workbench.expand(site);
    await workbench.openResources('acme-web-1', say('Databases'), say('Resources'));
    seen.push(...(await workbench.rows()), await workbench.statusBarText());
    await workbench.pointElsewhere();
    await album.take(`${pseudo}-tree`);

    seen.push(...(await workbench.contextMenuOf(site)));
    await album.take(`${pseudo}-menu`);
    assert.ok(seen.includes(say('Deploy Site…')), seen.join('\n'));
    await workbench.chooseFromMenu(say('Deploy Site…'));
    const question = await workbench.modalText();
    const asked = say('Deploy {0} to production?').replace('{0}', site);
    assert.ok(question.includes(asked), question);
    seen.push(...question.split('\n'));
    await album.take(`${pseudo}-question`);
    await workbench.modal().getByRole('button', { name: 'Cancel' }).click();

    await workbench.runCommand(`Forge: ${say('Group, Sort and Filter…')}`);
    seen.push(...(await workbench.choices(say('Group, Sort and Filter'))));
    await album.take(`${pseudo}-picker`);
    await workbench.giveUp();
    assert.deepEqual(partsOf(seen).filter(isEnglish), []);
  });

  for (const [number, language] of languages.entries()) {
    it(`reads it where it is one of those that are shipped: ${language}`, async () => {
      const { say, isEnglish } = speaking(language);
      another = await window.openAnother({ language });
      albumOfAnother = new Album(another, 910 + number);
      const its = new WorkbenchPage(another.page);
      // From the manifest, and from the messages.
      await its.openForge(say('Laravel Forge'));
      await its.widenSideBar(440);
      await its.expand('acme-web-1');
      const seen = [...(await its.rows()), await its.statusBarText()];
      assert.ok(partsOf(seen).includes(say('not connected')), seen.join('\n'));
      assert.deepEqual(partsOf(seen).filter(isEnglish), []);
      await its.pointElsewhere();
      await albumOfAnother.take(`${language}-tree`);
    });
  }
});
