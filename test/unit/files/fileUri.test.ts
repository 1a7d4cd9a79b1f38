import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMatch } from 'picomatch';
import { type FileKindId, fileKinds, languageForReview, readFileText } from '../../../src/files/fileKinds';
import { fileSource, fileUri, forReview, withoutReview } from '../../../src/files/fileUri';
import type { SiteEntry } from '../../../src/fleet/rows';
import { projectRoot } from '../../paths';

const place = (site: string) =>
  ({
    key: '11@forge.laravel.com/acme/site-7',
    organization: { id: '1', name: 'Acme', slug: 'acme' },
    server: { id: '5', name: 'web-1' },
    site: { id: '7', name: site },
  }) as SiteEntry;

describe('The address of a file', () => {
  it('has a path that a person can read, and names its file', () => {
    const uri = fileUri(place('example.com'), 'environment');
    assert.equal(uri.path, '/Acme/web-1/example.com/.env · example.com');
    assert.deepEqual(fileSource(uri), { kind: 'environment', key: '11@forge.laravel.com/acme/site-7', id: '' });
  });

  it('has a last part that VS Code knows the language by, before a document is drawn', () => {
    const { contributes } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
      readonly contributes: {
        readonly languages: readonly { readonly id: string; readonly filenamePatterns: readonly string[] }[];
        readonly configurationDefaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      };
    };
    const { languages, configurationDefaults } = contributes;
    // Of several patterns VS Code takes the longest.
    const languageOf = (name: string) =>
      languages
        .flatMap(({ id, filenamePatterns }) => filenamePatterns.map((glob) => ({ id, glob })))
        .filter(({ glob }) => isMatch(name, glob, { dot: true }))
        .sort((one, other) => other.glob.length - one.glob.length)[0]?.id;
    const defaultsOf = (language: string) =>
      Object.assign(
        {},
        ...Object.entries(configurationDefaults)
          .filter(([name]) => name.includes(`[${language}]`))
          .map(([, values]) => values),
      ) as Readonly<Record<string, unknown>>;
    for (const kind of Object.keys(fileKinds) as FileKindId[]) {
      const { path } = fileUri(place('a.com'), kind, fileKinds[kind].items && { id: '12', name: 'b.com' });
      const name = path.slice(path.lastIndexOf('/') + 1);
      const { language } = fileKinds[kind];
      assert.equal(languageOf(name), language);
      // What VS Code would save on its own it would ask about at each pause.
      assert.equal(defaultsOf(language)['files.autoSave'], 'off');
      // What is reviewed looks the same, but for the space that the question lies over.
      assert.equal(languageOf(forReview(name)), languageForReview(language));
      const { 'editor.padding.top': padding, ...others } = defaultsOf(languageForReview(language));
      assert.ok(Number(padding) > 100);
      assert.deepEqual(others, defaultsOf(language));
      assert.equal(withoutReview(forReview(path)), path);
    }
    assert.equal(languageOf('.env (copy)'), undefined);
  });

  it('comes back whole for every kind, whatever its names are', () => {
    for (const kind of Object.keys(fileKinds) as FileKindId[]) {
      for (const name of ['www.example.com', '../..', '..', 'a/b\\c?d#e%20', '%2e%2e', 'Ü 🚀']) {
        const uri = fileUri(place(name), kind, fileKinds[kind].items && { id: '12', name });
        assert.ok(!uri.path.split('/').some((part) => part === '..' || part === '.'), uri.path);
        assert.equal(fileSource(uri)?.kind, kind);
        assert.equal(fileSource(uri)?.id, fileKinds[kind].items ? '12' : '');
      }
    }
  });

  it('is one for each of several files of a kind', () => {
    const one = fileUri(place('example.com'), 'domainNginx', { id: '1', name: 'a.com' });
    const other = fileUri(place('example.com'), 'domainNginx', { id: '2', name: 'a.com' });
    assert.notDeepEqual(one, other);
  });

  it('of something else names nothing', () => {
    for (const query of [
      '',
      'kind=passwd&of=x',
      'kind=environment',
      'kind=nginxTemplate&of=x',
      'kind=phpFpm&of=x&id=../1',
    ]) {
      assert.equal(fileSource({ query }), undefined, query);
    }
  });
});

describe('The text of a file in an answer', () => {
  const document = (attributes: object) => ({ data: { id: '1', attributes } });

  it('is found under the name that its kind has', () => {
    assert.deepEqual(readFileText(fileKinds.phpFpm, document({ configuration: 'a' })), {
      text: 'a',
      attributes: { configuration: 'a' },
    });
    assert.equal(
      readFileText(fileKinds.nginxTemplate, document({ name: 'One', content: 'a' }))?.attributes.name,
      'One',
    );
  });

  it('is empty where Forge says null, and none where it says nothing', () => {
    assert.equal(readFileText(fileKinds.nginx, document({ content: null }))?.text, '');
    for (const answer of [undefined, {}, document({}), document({ content: 7 })]) {
      assert.equal(readFileText(fileKinds.nginx, answer), undefined);
    }
  });

  it('is offered of a background process only where Forge tells its name and configuration', () => {
    const { items } = fileKinds.backgroundProcess;
    assert.equal(items?.nameOf({ command: 'php artisan horizon' }), undefined);
    assert.equal(items?.nameOf({ name: 'Horizon' }), undefined);
    assert.equal(items?.nameOf({ name: 'Horizon', config: '[program:x]' }), 'Horizon');
  });
});
