import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SiteEntry } from '../../src/fleet/rows';
import type { Deployment } from '../../src/forge/resources';
import { DeploymentProblems } from '../../src/logs/deploymentProblems';
import { LocalFiles } from '../../src/logs/localFiles';
import { commands } from '../../src/manifest';
import { Late } from '../../src/ui/late';
import { deploymentTarget, siteTarget } from '../../src/ui/target';
import { quiet } from '../quietLog';
import { sampleSites } from '../sampleWorkspace';
import type { DeploymentWish } from '../simulator/control';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { untilTrue } from './untilTrue';

describe('The log of a deployment', () => {
  const under = extensionUnderTest();
  const { control, pathOf, signIn, signOutAll, site } = under;

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const text = (uri: vscode.Uri) =>
    vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.getText() ?? '';

  const open = async (entry: SiteEntry, deployment: Deployment): Promise<vscode.TextEditor> => {
    const node = deploymentTarget(entry, deployment);
    await vscode.commands.executeCommand(commands.viewDeploymentLog, node);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.scheme, 'forge-log');
    return editor;
  };

  /** Deploys and follows to the end. */
  const deployed = async (
    name: string,
    end: DeploymentWish['end'] & string,
    wish: Pick<DeploymentWish, 'log' | 'late'> = {},
  ): Promise<Deployment> => {
    const entry = site(name);
    await control.nextDeployment({ site: name, end, seconds: 2, ...wish });
    const deployment = await entry.account.client.call('deploy', pathOf(entry));
    const { tracker } = under.services;
    tracker.follow(entry, deployment, true);
    await eventually('the end', () => !tracker.isFollowing(entry.key, deployment.id), [tracker.onDidEnd]);
    return deployment;
  };

  const problems = () =>
    vscode.languages
      .getDiagnostics()
      .flatMap(([uri, entries]) => entries.map((entry) => ({ uri, entry })))
      .filter(({ entry }) => entry.source?.startsWith('Deployment of'));

  const problemsToBe = (count: number) =>
    eventually(`${count} problems`, () => problems().length === count && problems(), [
      vscode.languages.onDidChangeDiagnostics,
    ]);

  /** Whatever has failed before is deployed. */
  const allWell = async () => {
    await deployed(sampleSites.main, 'finished');
    await problemsToBe(0);
  };

  it('can be folded by steps, and has them in its outline with what they took', async () => {
    await signIn();
    const deployment = await deployed(sampleSites.main, 'failed');
    const { document } = await open(site(sampleSites.main), deployment);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const names = symbols.map(({ name }) => name);
    assert.ok(names.includes('php artisan optimize') && names.includes('npm ci && npm run build'), names.join('; '));
    assert.match(symbols.find(({ name }) => name === 'npm ci && npm run build')?.detail ?? '', /^\d+\.\d s$/);
    assert.match(symbols.at(-1)?.detail ?? '', /^failed, \d+ ms$/);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    const migrate = symbols.at(-1);
    assert.equal(migrate?.name, 'php artisan migrate --force');
    assert.ok(folds.some(({ start, end }) => start === migrate.range.start.line && end === migrate.range.end.line));
  });

  it('links to the local files that it names, at the line, and to no others', async () => {
    await signIn();
    const deployment = await deployed(sampleSites.main, 'failed');
    const { document } = await open(site(sampleSites.main), deployment);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const own = links.filter(({ target }) => target?.scheme === 'file');
    assert.deepEqual(
      own.map(({ target, range }) => [
        vscode.workspace.asRelativePath(target ?? ''),
        target?.fragment,
        document.getText(range).replace(/.*\/releases\/\d+\/|\/home\/forge\/[^/]+\//, ''),
      ]),
      [
        ['app/Models/Order.php', 'L42', 'app/Models/Order.php:42'],
        [
          'database/migrations/2026_03_04_083000_index_orders_by_customer.php',
          'L15',
          'database/migrations/2026_03_04_083000_index_orders_by_customer.php:15',
        ],
      ],
    );
    // The framework is named too, but is not installed here.
    assert.match(document.getText(), /vendor\/laravel\/framework\/\S+\.php:822/);
  });

  it('never links out of the open folder', async () => {
    await signIn();
    const hostile = ['/etc/passwd.txt:1', '../../x.php:1', 'app/../../../../etc/hosts.d:1', 'app/Models/Order.php:7'];
    await control.fault({ path: '/log$', patch: { output: `${hostile.join('\n')}\n` }, times: 0 });
    const deployment = await deployed(sampleSites.main, 'failed');
    const { document } = await open(site(sampleSites.main), deployment);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    assert.deepEqual(
      links.filter(({ target }) => target?.scheme === 'file').map(({ range }) => document.getText(range)),
      ['app/Models/Order.php:7'],
    );
  });

  it('of a failure complains again to who comes back, and not after a success that came while it was read', async () => {
    await signIn();
    await deployed(sampleSites.main, 'failed');
    await problemsToBe(1);
    await under.signOutAll();
    await problemsToBe(0);
    await signIn();
    await problemsToBe(1);
    await deployed(sampleSites.main, 'finished');
    await problemsToBe(0);
    await control.fault({ path: '/log$', delay: 300, times: 0 });
    await control.clearRequests();
    const failed = await deployed(sampleSites.main, 'failed');
    const { fleet } = under.services;
    const id = String(Number(failed.id) + 1);
    fleet.setDeployment(site(sampleSites.main).key, {
      ...failed,
      id,
      status: 'finished',
      createdAt: Number(failed.createdAt) + 1,
    });
    await untilTrue(async () =>
      (await control.requests()).some(({ path, status }) => path.endsWith('/log') && status === 200),
    );
    await fleet.refresh('user');
    assert.equal(problems().length, 0);
  });

  it('of a failure makes entries in Problems for one request, until the next success', async () => {
    await signIn();
    await allWell();
    await control.clearRequests();
    const { id } = await deployed(sampleSites.main, 'failed');
    const [problem] = await problemsToBe(1);
    assert.ok(problem);
    assert.equal(vscode.workspace.asRelativePath(problem.uri), 'app/Models/Order.php');
    assert.equal(problem.entry.range.start.line, 41);
    assert.match(problem.entry.message, /^QueryException: SQLSTATE\[42S22\]: Column not found/);
    assert.equal(problem.entry.source, 'Deployment of shop.example.com');
    // A log that the test before has left may be asked for besides.
    assert.equal((await control.requests()).filter(({ path }) => path.endsWith(`/${id}/log`)).length, 1);
    await deployed(sampleSites.develop, 'finished');
    assert.equal(problems().length, 1, 'another site says nothing about this one');
    await deployed(sampleSites.main, 'failed-build');
    await eventually('the other problem', () => problems()[0]?.uri.path.endsWith('/resources/js/app.js'), [
      vscode.languages.onDidChangeDiagnostics,
    ]);
    assert.deepEqual(
      problems().map(({ entry: { range } }) => [range.start.line, range.start.character]),
      [[6, 21]],
    );
    await deployed(sampleSites.main, 'finished');
    await problemsToBe(0);
  });

  it('of a failure that is known before anyone looks for problems makes them all the same', async () => {
    await signIn();
    await allWell();
    await deployed(sampleSites.main, 'failed');
    await problemsToBe(1);
    await vscode.commands.executeCommand(commands.dismissProblems, siteTarget(site(sampleSites.main)));
    await problemsToBe(0);
    const { fleet, git, linked, shownDeployments, tracker } = under.services;
    const { outputs } = (await shownDeployments.get()).deployments;
    const files = new Late(async () => new LocalFiles(fleet, git, linked));
    const others = new DeploymentProblems(tracker, fleet, linked, outputs, files, quiet);
    await problemsToBe(1).finally(() => others.dispose());
  });

  it('of a failure complains in the log itself where the file is not here, and no more after signing out', async () => {
    await signIn();
    await allWell();
    await control.fault({
      path: '/log$',
      patch: { output: '$ php artisan x\nPHP Parse error:  syntax error in /home/forge/x/app/Gone.php on line 3\n' },
      times: 0,
    });
    const deployment = await deployed(sampleSites.main, 'failed');
    const [problem] = await problemsToBe(1);
    assert.equal(problem?.uri.scheme, 'forge-log');
    assert.ok(problem.uri.path.endsWith(`deployment ${deployment.id}.log`));
    assert.equal(problem.entry.range.start.line, 1);
    await signOutAll();
    await problemsToBe(0);
  });

  it('of a failure on a site of another repository complains in the log, and not in the open folder', async () => {
    await signIn();
    await allWell();
    // The first tells the server's path, the others only a name, or one within a part of the repository.
    for (const log of [
      undefined,
      'artisan without Collision',
      'npm, a part of the repository',
      'rollup, an import',
    ] as const) {
      await deployed('blog.example.com', 'failed', log === undefined ? {} : { log });
      const found = await eventually('problems', () => problems().length > 0 && problems(), [
        vscode.languages.onDidChangeDiagnostics,
      ]);
      assert.deepEqual([...new Set(found.map(({ uri }) => uri.scheme))], ['forge-log'], log);
      await deployed('blog.example.com', 'finished');
      await problemsToBe(0);
    }
  });

  it('of a failure is complained of no more once that is dismissed, at the problem or from the palette', async () => {
    await signIn();
    await allWell();
    await deployed(sampleSites.main, 'failed');
    const [own] = await problemsToBe(1);
    assert.ok(own);
    await deployed('blog.example.com', 'failed');
    await eventually('problems of both', () => new Set(problems().map(({ entry }) => entry.source)).size === 2, [
      vscode.languages.onDidChangeDiagnostics,
    ]);
    const sourcesNow = () => [...new Set(problems().map(({ entry }) => entry.source))];
    const other = problems().find(({ entry }) => entry.source !== own.entry.source) ?? assert.fail();
    const actionsAt = async ({ uri, entry }: typeof other) => {
      await vscode.window.showTextDocument(uri);
      return (
        await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, entry.range)
      )
        .flatMap(({ command }) => command ?? [])
        .filter(({ command }) => command === commands.dismissProblems);
    };
    const [action, ...more] = await actionsAt(other);
    assert.ok(action);
    assert.deepEqual([action.title, more], ['Dismiss Deployment Problems of blog.example.com', []]);
    await vscode.commands.executeCommand(action.command, ...(action.arguments ?? []));
    assert.deepEqual(sourcesNow(), [own.entry.source]);
    assert.deepEqual(
      (await actionsAt(own)).map(({ title }) => title),
      ['Dismiss Deployment Problems of shop.example.com'],
    );
    // Only one is left, so that nobody is asked which.
    await vscode.commands.executeCommand(commands.dismissProblems);
    await problemsToBe(0);
    // It is linked to the folder, and looked at again with each change.
    await under.services.fleet.refresh('user');
    assert.equal(problems().length, 0);
    assert.deepEqual(await actionsAt(own), []);
    // What fails next is another matter.
    await deployed(sampleSites.main, 'failed');
    await problemsToBe(1);
  });

  it('of a failure complains in the file that only its name, or a package of the repository, tells', async () => {
    await signIn();
    await allWell();
    for (const [log, file, line] of [
      ['artisan without Collision', 'app/Providers/TelescopeServiceProvider.php', 10],
      ['npm, a part of the repository', 'packages/invoices/src/total.ts', 2],
      ['pnpm, a part of the repository', 'packages/invoices/src/total.ts', 2],
      ['rollup, an import', 'resources/js/app.js', 1],
    ] as const) {
      await deployed(sampleSites.main, 'failed', { log });
      const found = await eventually(
        `a problem in ${file}`,
        () => problems().find(({ uri }) => vscode.workspace.asRelativePath(uri) === file),
        [vscode.languages.onDidChangeDiagnostics],
      );
      assert.equal(found.entry.range.start.line, line - 1, log);
      await allWell();
    }
  });

  it('of a failure complains of the script’s own last words, and where a name could mean several files, in the log', async () => {
    await signIn();
    await allWell();
    await deployed(sampleSites.main, 'failed', { log: 'the script’s own last words' });
    const [words] = await problemsToBe(1);
    assert.equal(words?.uri.scheme, 'forge-log');
    assert.match(words.entry.message, /^The feature flag/);
    await allWell();
    // There is none of that name, and none with so many lines.
    await control.fault({
      path: '/log$',
      patch: { output: '$ php artisan x\nIn Connection.php line 3:\n  no\n\nIn Order.php line 9000:\n  none\n' },
      times: 0,
    });
    await deployed(sampleSites.main, 'failed');
    assert.deepEqual(
      (await problemsToBe(2)).map(({ uri }) => uri.scheme),
      ['forge-log', 'forge-log'],
    );
  });

  it('that the server does not find at first is in its document and in Problems as soon as it is there', async () => {
    await signIn();
    await allWell();
    const deployment = await deployed(sampleSites.main, 'failed', { late: { answers: 4 } });
    const { document } = await open(site(sampleSites.main), deployment);
    const seen: string[] = [document.getText()];
    const listener = vscode.workspace.onDidChangeTextDocument(() => seen.push(document.getText()));
    await eventually('the log', () => /SQLSTATE/.test(document.getText()), [vscode.workspace.onDidChangeTextDocument]);
    listener.dispose();
    assert.ok(!seen.some((text) => /cat: |has no log/.test(text)), seen.join('\n---\n'));
    const [problem] = await problemsToBe(1);
    assert.match(problem?.entry.message ?? '', /^QueryException/);
  });

  it('of somebody else’s failure on another site makes none', async () => {
    await signIn();
    await allWell();
    const entry = site('blog.example.com');
    await control.nextDeployment({ site: 'blog.example.com', end: 'failed', seconds: 2 });
    const deployment = await entry.account.client.call('deploy', pathOf(entry));
    const { tracker } = under.services;
    await control.clearRequests();
    tracker.follow(entry, deployment, false);
    await eventually('the end', () => !tracker.isFollowing(entry.key, deployment.id), [tracker.onDidEnd]);
    await control.fleet();
    assert.deepEqual(problems(), []);
    assert.deepEqual(
      (await control.requests()).filter(({ path }) => /\/log$/.test(path)),
      [],
    );
  });

  it('grows where it stands, however long it is: selection and place stay', async () => {
    // A log of this size fifty times as often is what nobody has to bear.
    under.time.factor = 8;
    await signIn();
    const entry = site(sampleSites.main);
    await control.nextDeployment({ site: sampleSites.main, seconds: 100_000 });
    const deployment = await entry.account.client.call('deploy', pathOf(entry));
    await control.switch({ advance: 10 });
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => `\u001b[32mline ${index}\u001b[39m of a long log\n`).join('');
    const grown = async (count: number) => {
      await control.replaceFaults({ path: '/log$', patch: { output: lines(count) }, times: 0 });
    };
    await grown(20_000);
    under.services.tracker.follow(entry, deployment, true);
    const editor = await open(entry, deployment);
    assert.ok(editor.document.getText().length > 400_000);
    const chosen = new vscode.Selection(5_000, 2, 5_002, 3);
    editor.selection = chosen;
    editor.revealRange(chosen, vscode.TextEditorRevealType.AtTop);
    const seen = await eventually('the place', () => isNear(editor, 5_000) && editor.visibleRanges[0]?.start.line, [
      vscode.window.onDidChangeTextEditorVisibleRanges,
    ]);
    const changes: vscode.TextDocumentContentChangeEvent[] = [];
    const listener = vscode.workspace.onDidChangeTextDocument(
      ({ document, contentChanges }) => document === editor.document && changes.push(...contentChanges),
    );
    await grown(20_500);
    await eventually('the new lines', () => text(editor.document.uri).includes('line 20499'), [
      vscode.workspace.onDidChangeTextDocument,
    ]);
    listener.dispose();
    // Only what is new was inserted.
    assert.deepEqual(
      changes.map(({ range, rangeLength }) => [range.start.line, rangeLength]),
      [[20_000, 0]],
    );
    assert.ok(editor.selection.isEqual(chosen));
    assert.equal(editor.visibleRanges[0]?.start.line, seen);
    // At the end, it stays at the end.
    const end = (count: number) =>
      eventually(`line ${count} on screen`, () => isNear(editor, count), [
        vscode.window.onDidChangeTextEditorVisibleRanges,
      ]);
    editor.revealRange(new vscode.Range(20_500, 0, 20_500, 0));
    await end(20_500);
    await grown(21_000);
    await end(21_000);
    assert.ok(editor.selection.isEqual(chosen));
  });

  it('is read while somebody has it in front, and not while it is behind another tab', async () => {
    await signIn();
    const entry = site(sampleSites.main);
    await control.nextDeployment({ site: sampleSites.main, seconds: 4_000 });
    const deployment = await entry.account.client.call('deploy', pathOf(entry));
    const { tracker } = under.services;
    tracker.follow(entry, deployment, true);
    await open(entry, deployment);
    const looks = async (count: number) => {
      for (let look = 0; look < count; look += 1) {
        await new Promise<void>((resolve) => {
          const listener = tracker.onDidLook(() => {
            listener.dispose();
            resolve();
          });
        });
      }
    };
    const reads = async () => (await control.requests()).filter(({ path }) => path.endsWith('/log')).length;
    await control.clearRequests();
    await looks(3);
    assert.ok((await reads()) >= 2);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'in front' }));
    // A look that was under way may still be followed by a read.
    await looks(1);
    await control.clearRequests();
    await looks(3);
    assert.equal(await reads(), 0);
    await control.switch({ advance: 5_000 });
    await eventually('the end', () => !tracker.isFollowing(entry.key, deployment.id), [tracker.onDidEnd]);
  });

  it('of a failure is read again for Problems where it could not be the first time', async () => {
    await signIn();
    await control.fault({ path: '/log$', status: 403, body: '{}', times: 1 });
    const failed = await deployed(sampleSites.main, 'failed');
    assert.equal(problems().length, 0);
    const { fleet } = under.services;
    const entry = site(sampleSites.main);
    // Its state is told anew, as a refresh does.
    fleet.forgetDeployment(entry.key, failed.id);
    await fleet.refresh('user');
    await eventually('problems', () => problems().length > 0, [vscode.languages.onDidChangeDiagnostics]);
    await allWell();
  });

  it('is taken away by signing out also while it is read', async () => {
    await signIn();
    const entry = site(sampleSites.main);
    const deployment = await deployed(sampleSites.main, 'finished', { late: { answers: 100, isBehind: true } });
    const { document } = await open(entry, deployment);
    assert.match(document.getText(), /Creating release|FETCH_HEAD/);
    const [log] = under.services.logDocuments.ofKind('deployment');
    assert.ok(log);
    await control.fault({ path: '/log$', hang: true, times: 0 });
    // One that is read by itself, because the end of the log is missing, will do as well.
    void log.read();
    await untilTrue(async () =>
      (await control.requests()).some(({ path, status }) => path.endsWith('/log') && status === 0),
    );
    await signOutAll();
    await eventually('a sentence instead', () => /^Sign in to Laravel Forge/.test(document.getText()), [
      vscode.workspace.onDidChangeTextDocument,
    ]);
  });

  it('that could not be read says why, and says something else when that is so', async () => {
    await signIn();
    const deployment = await deployed(sampleSites.main, 'finished');
    await control.fault({ path: '/log$', drop: true, times: 0 });
    const { document } = await open(site(sampleSites.main), deployment);
    const says = (sentence: RegExp) =>
      eventually(String(sentence), () => sentence.test(document.getText()), [vscode.workspace.onDidChangeTextDocument]);
    await says(/Can't reach Forge/);
    await control.replaceFaults({ path: '/log$', status: 403, body: '{"message":"Forbidden."}', times: 0 });
    await open(site(sampleSites.main), deployment);
    await says(/refused this/);
    await control.clearFaults();
    // Forge answers again, so the log that is on screen is read again.
    await under.services.fleet.refresh();
    await says(/Deployment complete/);
    await control.fault({ path: '/log$', status: 404, body: '{"message":"Gone."}', times: 0 });
    await under.services.logDocuments.ofKind('deployment')[0]?.read();
    assert.match(document.getText(), /Deployment complete/);
  });
});

/** Whether a line is on screen, give or take a few. */
function isNear({ visibleRanges }: vscode.TextEditor, line: number): boolean {
  return visibleRanges.some(({ start, end }) => start.line - 5 <= line && line <= end.line + 5);
}
