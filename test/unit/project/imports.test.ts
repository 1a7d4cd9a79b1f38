import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { projectRoot } from '../../paths';

/** The folders of src/ in one line: an import points to the left of its own folder, or stays inside. */
const line = [
  'forge',
  'account',
  'fleet',
  'workspace',
  'resources',
  'deployments',
  'logs',
  'files',
  'operate',
  'assistant',
  'views',
  'commands',
];

/** What any folder right of `forge` may use. */
const shared = ['ui', 'manifest'];

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/'));

const imports: readonly Import[] = files.flatMap((file) =>
  [...readFileSync(join(projectRoot, 'src', file), 'utf8').matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map(
    (match) => ({ file, target: match[1] ?? match[2] ?? '' }),
  ),
);

/** What is there as soon as a file is: what is imported as a type alone is not. */
const importedAtOnce: readonly Import[] = files.flatMap((file) =>
  [...codeOf(file).matchAll(/\bimport (?!type\b)(?!\{(?: type \w+,?)+ \})[^;]*?\bfrom '([^']+)'/g)].map(
    ([, target = '']) => ({ file, target }),
  ),
);

/** What is loaded when the code that needs it is run. */
const importedLate: readonly Import[] = files.flatMap((file) =>
  [...codeOf(file).matchAll(/(?<!typeof )\bimport\('([^']+)'\)/g)].map(([, target = '']) => ({ file, target })),
);

const runtimeImports = [...importedAtOnce, ...importedLate];

/** The file of src/, or else the package, that an import means. */
const meant = ({ file, target }: Import) =>
  target.startsWith('.') ? `${posix.join(posix.dirname(file), target)}.ts` : target;

/** A file without its comments. */
function codeOf(file: string): string {
  return readFileSync(join(projectRoot, 'src', file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

/** The folder (or file at the top) of src/ that a path belongs to. */
const placeOf = (path: string) => path.split('/')[0]?.replace(/\.ts$/, '') ?? '';

describe('The imports of src/', () => {
  const inner = imports
    .filter(({ target }) => target.startsWith('.'))
    .map(({ file, target }) => ({ file, from: placeOf(file), to: placeOf(posix.join(posix.dirname(file), target)) }));

  it('finds the source', () => {
    assert.ok(files.length > 30 && inner.length > 60);
  });

  it('point only to the left', () => {
    const wrong = inner.filter(({ from, to }) => {
      if (from === to || from === 'extension') {
        return false;
      }
      if (shared.includes(to)) {
        return from === 'forge';
      }
      if (shared.includes(from)) {
        return to !== 'forge';
      }
      return line.indexOf(to) < 0 || line.indexOf(from) < 0 || line.indexOf(to) > line.indexOf(from);
    });
    assert.deepEqual(wrong, []);
  });

  it('never point to extension.ts', () => {
    assert.deepEqual(
      inner.filter(({ to }) => to === 'extension'),
      [],
    );
  });

  it('keep vscode out of forge/', () => {
    assert.deepEqual(
      imports.filter(({ file, target }) => file.startsWith('forge/') && target === 'vscode'),
      [],
    );
  });

  it('take node-fetch in forge/http.ts alone, so that every request to Forge goes through the limiter', () => {
    const users = (name: string) => imports.filter(({ target }) => target === name).map(({ file }) => file);
    // What asks a site whether it answers has no token to send, and asks nobody else.
    assert.deepEqual(users('node-fetch'), ['deployments/checkSite.ts', 'forge/http.ts']);
    assert.deepEqual(
      imports.filter(({ target }) => /^(node:)?(https?|http2|net|tls|undici)$/.test(target)),
      [
        // It asks a site for its certificate, and sends nothing.
        { file: 'operate/readCertificate.ts', target: 'node:net' },
        { file: 'operate/readCertificate.ts', target: 'node:tls' },
        // It knows what an IP address is and which port is free, and connects to nobody.
        { file: 'operate/sshTerminals.ts', target: 'node:net' },
      ],
    );
    assert.deepEqual(
      files.filter((file) => /\bglobalThis\.fetch\b/.test(readFileSync(join(projectRoot, 'src', file), 'utf8'))),
      [],
    );
    const callers = imports.filter(({ file, target }) => file.startsWith('forge/') && target === './http');
    assert.deepEqual([...new Set(callers.map(({ file }) => file))].sort(), [
      'forge/budget.ts',
      'forge/client.ts',
      'forge/limiter.ts',
      'forge/operations.ts',
    ]);
  });

  it('take the default of a package that is loaded late: of one in CommonJS, the parts of the bundle have no other name', () => {
    const late = files.flatMap((file) =>
      [...codeOf(file).matchAll(/const (\{[^}]*\}) = await import\('([^.'][^']*)'\)/g)].map((match) => [
        file,
        match[1],
        match[2],
      ]),
    );
    assert.ok(late.length > 2);
    assert.deepEqual(
      late.filter(([, names]) => !/^\{ default: \w+ \}$/.test(names ?? '')),
      [],
    );
  });

  it('load late only what isn’t loaded with the extension anyway', () => {
    const loaded = new Set(['extension.ts']);
    for (const file of loaded) {
      for (const entry of importedAtOnce) {
        entry.file === file && loaded.add(meant(entry));
      }
    }
    assert.ok(loaded.has('fleet/fleet.ts') && importedLate.length > 30);
    assert.deepEqual(
      importedLate.filter((entry) => loaded.has(meant(entry))),
      [],
    );
  });

  it('ask the machine for its time in forge/clock.ts alone, so that a test can give another', () => {
    const asks =
      /\bDate\.now\b|\bnew Date\(\)|\bperformance\b|\bset(Timeout|Interval)\b|\bAbortSignal\.timeout\b|\bhrtime\b|\bDate\(\)/;
    // A turn of the event loop takes no time.
    const timers = imports.filter(({ target }) => /^(node:)?timers/.test(target)).map(({ file }) => file);
    assert.deepEqual(timers, ['fleet/snapshots.ts']);
    assert.deepEqual(
      files.filter((file) => asks.test(codeOf(file))),
      ['forge/clock.ts'],
    );
    assert.deepEqual(
      files.filter((file) => /\bnew Clock\(|\bsystemTime\b/.test(codeOf(file))),
      ['extension.ts', 'forge/clock.ts'],
      'and there is one clock',
    );
  });

  it('change the rows of a picker in ui/replacedRows.ts alone, which knows the row that a person saw', () => {
    assert.deepEqual(
      files.filter((file) => /\.items = /.test(codeOf(file))),
      ['ui/replacedRows.ts'],
    );
  });

  it('leave vscode out of what only decides', () => {
    const free = [
      'account/session.ts',
      'account/signOuts.ts',
      'account/storedAccounts.ts',
      'deployments/deployer.ts',
      'deployments/deploymentOutputs.ts',
      'deployments/deploymentHistory.ts',
      'deployments/logSteps.ts',
      'deployments/pushFollower.ts',
      'deployments/deploymentTracker.ts',
      'deployments/watchLinkedSites.ts',
      'fleet/accountFleet.ts',
      'fleet/api.ts',
      'fleet/autoRefresh.ts',
      'fleet/favourites.ts',
      'fleet/fleet.ts',
      'fleet/fleetReading.ts',
      'fleet/recentSites.ts',
      'logs/failureIn.ts',
      'logs/problemsIn.ts',
      'ui/explain.ts',
      'logs/logContent.ts',
      'logs/logReader.ts',
      'logs/logSources.ts',
      'logs/openLog.ts',
      'logs/readAgain.ts',
      'resources/catalogue.ts',
      'resources/resourceLists.ts',
      'resources/resourceWords.ts',
      'views/arrangedRows.ts',
      'views/drawnRows.ts',
      'views/showViewMessage.ts',
      'workspace/linkedSites.ts',
      'workspace/siteCode.ts',
      'workspace/siteCodes.ts',
    ];
    const needing = new Set(['']);
    for (let size = 0; size !== needing.size; ) {
      size = needing.size;
      for (const { file, target } of runtimeImports) {
        if (target === 'vscode' || needing.has(meant({ file, target }))) {
          needing.add(file);
        }
      }
    }
    assert.deepEqual(
      free.filter((file) => !files.includes(file) || needing.has(file)),
      [],
    );
  });

  it('have no cycle between files', () => {
    const graph = new Map<string, string[]>();
    for (const entry of imports.filter(({ target }) => target.startsWith('.'))) {
      graph.set(entry.file, [...(graph.get(entry.file) ?? []), meant(entry)]);
    }
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), `a cycle: ${[...path, file].join(' → ')}`);
      if (!done.has(file)) {
        graph.get(file)?.forEach((next) => {
          visit(next, [...path, file]);
        });
        done.add(file);
      }
    };
    for (const file of files) {
      visit(file, []);
    }
  });
});
