import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { projectRoot } from '../../paths';

const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');

const sources = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file)),
);

/** What stands in comments, however long their lines. */
const comments = sources.flatMap((file) =>
  [...read(file).matchAll(/\/\*[\s\S]*?\*\/|\/\/ .*$/gm)].map(([text]) => ({
    file,
    text: text.replace(/\s*\n\s*\*?\s*/g, ' '),
  })),
);

/** The document that a mention means: from where it is mentioned, else from the top. */
const documentOf = (file: string, name: string) =>
  [join(dirname(file), name), name].find((path) => existsSync(join(projectRoot, path)));

describe('What a comment points to', () => {
  const mentions = comments.flatMap(({ file, text }) =>
    [...text.matchAll(/(?<![\w:/.-])([\w./-]+\.md)(?:, ([A-Z][\w ]*))?/g)].map(([whole, name = '', heading]) => ({
      file,
      whole,
      document: documentOf(file, name),
      heading: heading?.trim(),
    })),
  );

  it('is a document of the repository', () => {
    assert.ok(mentions.length > 20);
    assert.deepEqual(
      mentions.filter(({ document }) => document === undefined).map(({ file, whole }) => `${file}: ${whole}`),
      [],
    );
  });

  it('is a source file of the repository, by its name or the end of its path', () => {
    const known = [...sources, 'esbuild.mjs'].map((file) => `/${file.split(sep).join('/')}`);
    const named = comments.flatMap(({ file, text }) =>
      [...text.matchAll(/(?<![\w:/.@-])[\w./-]*\w\.(?:ts|mjs)\b/g)].map(([path]) => ({ file, path })),
    );
    assert.ok(named.length > 3);
    assert.deepEqual(
      named.filter(({ path }) => !known.some((source) => source.endsWith(`/${path.replace(/^\.{1,2}\//, '')}`))),
      [],
    );
  });

  it('is a heading that it has', () => {
    const isMissing = ({ document = '', heading }: (typeof mentions)[number]) =>
      heading !== undefined && !read(document).includes(`\n## ${heading}\n`);
    assert.deepEqual(
      mentions.filter(isMissing).map(({ file, whole }) => `${file}: ${whole}`),
      [],
    );
  });
});

/** The documents at the top, and beside the code. */
const documents = [...readdirSync(projectRoot).filter((file) => file.endsWith('.md')), 'src/forge/README.md'];

/** A heading as GitHub and VS Code make an anchor of it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

/** Each link and picture of a document, without its title. Code is no link. */
const linksOf = (document: string) =>
  [
    ...read(document)
      .replace(/```[\s\S]*?```|`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)[^)]*\)|(?:src|href)="([^"]+)"|^\[[^\]]+\]: (\S+)$/gm),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

describe('The links of the documents', () => {
  it('lead to files that there are, and to headings that they have', () => {
    assert.ok(linksOf('README.md').length > 3 && documents.length > 4);
    const broken = documents.flatMap((document) =>
      linksOf(document)
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [path = '', anchor] = link.split('#');
          const target = path === '' ? document : join(dirname(document), path);
          const headings = () => [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
          return !existsSync(join(projectRoot, target)) || (anchor !== undefined && !headings().includes(anchor));
        })
        .map((link) => `${document}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });

  it('are of https where they leave the repository, and name it as package.json does', () => {
    const { repository } = JSON.parse(read('package.json')) as { readonly repository: { readonly url: string } };
    const home = repository.url.replace(/\.git$/, '');
    const outer = documents.flatMap((document) => linksOf(document)).filter((link) => /^[a-z]+:/.test(link));
    assert.deepEqual(
      outer.filter((link) => !link.startsWith('https://')),
      [],
    );
    const stores = /^https:\/\/(?:marketplace\.visualstudio\.com|open-vsx\.org)\//;
    const ours = outer.filter((link) => link.includes('vscode-laravel-forge') && !stores.test(link));
    assert.ok(ours.length > 2);
    assert.deepEqual(
      ours.filter((link) => !link.startsWith(home)),
      [],
    );
  });
});

describe('What a document points to', () => {
  it('is a file or a folder of the repository', () => {
    const missing = documents.flatMap((document) =>
      [...read(document).matchAll(/`((?:src|test|media)\/[\w./-]*)`/g)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(join(projectRoot, path)))
        .map((path) => `${document}: ${path}`),
    );
    assert.deepEqual(missing, []);
  });
});
