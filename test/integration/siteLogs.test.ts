import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ServerEntry } from '../../src/fleet/rows';
import { Clock } from '../../src/forge/clock';
import { readList, readResource } from '../../src/forge/resources';
import { LogFollower } from '../../src/logs/logFollower';
import { logUri } from '../../src/logs/logSources';
import type { OpenLog } from '../../src/logs/openLog';
import { commands } from '../../src/manifest';
import { sampleSites } from '../sampleWorkspace';
import { VirtualTime } from '../virtualTime';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Focus } from './focus';
import { Prompts } from './prompts';
import { untilTrue } from './untilTrue';

const name = sampleSites.main;
const application = `site/${name}/application`;

describe('The logs of a site and of a server', () => {
  const under = extensionUnderTest();
  const { control, signIn, signOutAll, site } = under;

  afterEach(async () => {
    // VS Code keeps a document for a while, in the state in which a test has left it.
    const { logDocuments, logFollower } = under.services;
    logDocuments.all().forEach((log) => {
      logFollower.stop(log);
    });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const uriOf = (parts: { path: string; query: string }) => vscode.Uri.from({ scheme: 'forge-log', ...parts });

  const open = async (parts: { path: string; query: string }): Promise<{ editor: vscode.TextEditor; log: OpenLog }> => {
    const editor = await under.services.logDocuments.show(uriOf(parts));
    const log = under.services.logDocuments.get(editor.document.uri);
    assert.ok(log);
    return { editor, log };
  };

  const openApplication = () => open(logUri('siteLog', site(name), 'application'));

  const server = (): ServerEntry => {
    const entry = under.services.fleet.allServers().find((candidate) => candidate.server.name === 'acme-web-1');
    assert.ok(entry);
    return entry;
  };

  const says = (editor: vscode.TextEditor, words: RegExp) =>
    eventually(`${words} in ${editor.document.getText().slice(-300)}`, () => words.test(editor.document.getText()), [
      vscode.workspace.onDidChangeTextDocument,
    ]);

  const count = (editor: vscode.TextEditor, words: string) => editor.document.getText().split(words).length - 1;

  const asked = async (path: RegExp) => (await control.requests()).filter((request) => path.test(request.path)).length;

  /** Waits until Forge was asked for that. */
  const arrived = async (path: RegExp) => {
    while ((await asked(path)) === 0) {
      // Asking takes its time.
    }
  };

  const links = async ({ document }: vscode.TextEditor) =>
    (await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri)).filter(
      ({ target }) => target?.scheme === 'file',
    );

  it('are documents with readable names, in the language of logs, without control characters', async () => {
    await signIn();
    const { editor } = await openApplication();
    assert.equal(editor.document.uri.path, `/Acme/acme-web-1/${name} application.log`);
    assert.equal(editor.document.languageId, 'log');
    assert.match(editor.document.getText(), /production\.INFO/);
    for (const parts of [
      logUri('siteLog', site(name), 'nginx-access'),
      logUri('siteLog', site(name), 'nginx-error'),
      logUri('serverLog', server(), 'nginx-error'),
      logUri('serverLog', server(), 'php-8.4'),
      logUri('serverLog', server(), 'redis-server'),
    ]) {
      const { editor: other } = await open(parts);
      assert.ok(other.document.getText().length > 100, parts.path);
      assert.doesNotMatch(other.document.getText(), /\u001b/);
    }
  });

  it('grow by what is new while they are followed: through growth, rotation and clearing, and nothing shown is lost', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    const before = editor.document.getText();
    const changes: vscode.TextDocumentContentChangeEvent[] = [];
    const listener = vscode.workspace.onDidChangeTextDocument(
      ({ document, contentChanges }) => document === editor.document && changes.push(...contentChanges),
    );
    await vscode.commands.executeCommand(commands.followLog);
    assert.ok(under.services.logFollower.isFollowing(log));
    await control.changeLog({ log: application, append: '[2026-11-24 10:00:00] production.INFO: grown one\n' });
    await says(editor, /grown one/);
    // More than Forge gives at once: the beginning of the window moves.
    await control.changeLog({ log: application, append: '[2026-11-24 10:00:01] production.INFO: many\n', repeat: 300 });
    await says(editor, /many/);
    await control.changeLog({ log: application, append: '[2026-11-24 10:00:02] production.INFO: grown two\n' });
    await says(editor, /grown two/);
    assert.equal(count(editor, 'many'), 300);
    assert.equal(count(editor, 'grown one'), 1);
    assert.ok(editor.document.getText().startsWith(before));
    listener.dispose();
    assert.ok(
      changes.every(({ rangeLength }) => rangeLength === 0),
      'only insertions',
    );

    await control.changeLog({
      log: application,
      append: '[2026-11-24 10:01:00] production.INFO: too many\n',
      repeat: 600,
    });
    await says(editor, /— .*lines may be missing/);
    await control.changeLog({
      log: application,
      clear: true,
      append: '[2026-11-24 10:02:00] production.INFO: rotated\n',
    });
    await says(editor, /— .*rotated or cleared on the server —\n.*rotated/);
    await control.changeLog({ log: application, clear: true });
    await says(editor, /— .*was emptied on the server —/);
    await control.changeLog({ log: application, append: '[2026-11-24 10:03:00] production.INFO: after all\n' });
    await says(editor, /after all/);
    assert.ok(editor.document.getText().startsWith(before));
    assert.equal(count(editor, 'grown one'), 1);
    await vscode.commands.executeCommand(commands.stopFollowingLog);
    assert.ok(!under.services.logFollower.isFollowing(log));
  });

  it('keep their tabs and places while they are followed, whatever is opened after them', async () => {
    await signIn();
    const previews = () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ isPreview }) => isPreview).length;
    for (const parts of [
      logUri('siteLog', site(name), 'application'),
      logUri('serverLog', server(), 'nginx-error'),
      logUri('siteLog', site(name), 'nginx-access'),
    ]) {
      const { editor, log } = await open(parts);
      assert.equal(previews(), 1, 'a log that is only looked at gives way to the next');
      const start = new vscode.Selection(0, 0, 0, 3);
      editor.selection = start;
      await vscode.commands.executeCommand(commands.followLog);
      assert.equal(previews(), 0);
      const { activeTextEditor } = vscode.window;
      assert.equal(activeTextEditor?.document, editor.document);
      assert.ok(activeTextEditor.selection.isEqual(start));
      await open(logUri('serverLog', server(), 'php-8.4'));
      assert.ok(under.services.logFollower.isFollowing(log), parts.path);
    }
    const followed = under.services.logDocuments.all().filter((log) => under.services.logFollower.isFollowing(log));
    assert.equal(followed.length, 3);
  });

  it('are asked for only while they are followed and on screen', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    await under.services.logFollower.follow(log);
    const { editor: front, log: other } = await open(logUri('serverLog', server(), 'nginx-error'));
    assert.ok(!log.isVisible);
    await under.services.logFollower.follow(other);
    await control.changeLog({ log: application, append: '[2026-11-24 10:00:00] production.INFO: behind\n' });
    await control.clearRequests();
    for (const line of ['first', 'second', 'third']) {
      await control.changeLog({ log: 'server/acme-web-1/nginx-error', append: `${line} look\n` });
      await says(front, new RegExp(`${line} look`));
    }
    // One look may have been under way when it was hidden.
    assert.ok((await asked(/\/logs\/nginx-error$/)) >= 3);
    assert.ok((await asked(/\/logs\/application$/)) <= 1);
    await vscode.window.showTextDocument(editor.document);
    await says(editor, /behind/);
    under.services.logFollower.stop(log);
    under.services.logFollower.stop(other);
    assert.ok(!under.services.logFollower.isFollowing(log));
  });

  it('are asked for as by who waits when they are opened, and as what is on screen while they are followed', async () => {
    await signIn();
    const { client } = site(name).account;
    const { call } = client;
    // What the test before has left under way would be joined.
    await Promise.all(under.services.logDocuments.all().map(({ reading }) => reading));
    const lanes: string[] = [];
    client.call = ((...args: Parameters<typeof call>) => {
      const [operation, , options] = args;
      const { lane } = options ?? {};
      if (operation === 'showApplicationLog') {
        lanes.push(typeof lane === 'function' ? lane() : String(lane));
      }
      return call.apply(client, args);
    }) as typeof call;
    try {
      const { editor } = await openApplication();
      await openApplication();
      assert.deepEqual(lanes, ['user', 'user']);
      await vscode.commands.executeCommand(commands.followLog);
      await control.changeLog({ log: application, append: '[2026-11-24 10:00:00] production.INFO: seen\n' });
      await says(editor, /seen/);
      assert.deepEqual(lanes.slice(0, 3), ['user', 'user', 'user']);
      assert.deepEqual(new Set(lanes.slice(3)), new Set(['visible']));
    } finally {
      client.call = call;
    }
  });

  it('are not asked for while the window has no focus, and at once when it is back', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    await under.services.logFollower.follow(log);
    const focus = new Focus();
    try {
      // One look may be under way.
      await log.reading;
      await control.clearRequests();
      await control.changeLog({ log: application, append: '[2026-11-24 10:00:00] production.INFO: unseen\n' });
      // In that time there would be many looks, if there were any.
      for (let refresh = 0; refresh < 5; refresh += 1) {
        await under.services.fleet.refresh('user');
      }
      assert.equal(await asked(/\/logs\/application$/), 0);
    } finally {
      focus.restore();
    }
    // VS Code tells of the window's focus, and of what is on screen.
    await open(logUri('serverLog', server(), 'nginx-error'));
    await vscode.window.showTextDocument(editor.document);
    await says(editor, /unseen/);
    under.services.logFollower.stop(log);
  });

  it('keep what was read where Forge forgets the site, and say so once', async () => {
    await signIn();
    await control.changeFleet({ change: 'addSite', server: Number(server().server.id), name: 'fleeting.example.com' });
    await under.services.fleet.refresh('user');
    await control.changeLog({
      log: 'site/fleeting.example.com/application',
      append: '[2026-11-24 10:00:00] production.INFO: last words\n',
    });
    const { editor } = await open(logUri('siteLog', site('fleeting.example.com'), 'application'));
    const before = editor.document.getText();
    assert.match(before, /last words/);
    await control.changeFleet({ change: 'removeSite', site: 'fleeting.example.com' });
    await under.services.fleet.refresh('user');
    await says(editor, /— .*no longer exists in Forge/);
    await under.services.fleet.refresh('user');
    assert.ok(editor.document.getText().startsWith(before));
    assert.equal(count(editor, 'no longer exists'), 1);
    await signOutAll();
    await says(editor, /^Sign in to Laravel Forge/);
  });

  it('of a server and of a process are cleared there after a question', async () => {
    await signIn();
    const { client, signal } = server().account;
    const path = { organization: server().organization.slug, server: server().server.id };
    const [process] = readList(await client.call('listBackgroundProcesses', path, { signal }), readResource).items;
    assert.ok(process);
    const prompts = new Prompts();
    try {
      for (const [parts, of] of [
        [logUri('serverLog', server(), 'nginx-error'), /Clear the nginx-error log of acme-web-1\?/],
        [logUri('process', server(), process.id), /Clear the log of process \d+ on acme-web-1\?/],
      ] as const) {
        const { editor } = await open(parts);
        const before = editor.document.getText();
        await control.clearRequests();
        prompts.answer('dismiss');
        await vscode.commands.executeCommand(commands.clearLog);
        assert.match(prompts.shown.at(-1)?.message ?? '', of);
        assert.deepEqual(
          (await control.requests()).filter(({ method }) => method !== 'GET'),
          [],
        );
        prompts.answer('Clear Log');
        await vscode.commands.executeCommand(commands.clearLog);
        await says(editor, /— .*was emptied on the server —/);
        assert.ok(editor.document.getText().startsWith(before));
      }
      const changes = (await control.requests()).filter(({ method }) => method !== 'GET');
      assert.match(changes[0]?.path ?? '', new RegExp(`/background-processes/${process.id}/`));
    } finally {
      prompts.restore();
    }
  });

  it('are also those of the database, and what a background process, a scheduled job and an event have printed', async () => {
    await signIn();
    const { client } = server().account;
    const onServer = { organization: server().organization.slug, server: server().server.id };
    const first = (document: unknown): string => {
      const [thing] = readList(document, readResource).items;
      assert.ok(thing);
      return thing.id;
    };
    const job = first(await client.call('listServerScheduledJobs', onServer));
    const siteJob = first(await client.call('listSiteScheduledJobs', under.pathOf(site(name))));
    const process = first(await client.call('listBackgroundProcesses', onServer));
    const event = first(await client.call('listServerEvents', onServer));
    for (const [change, words] of [
      [{ log: `job/${job}`, append: 'the nightly job of the server\n' }, /the nightly job of the server/],
      [{ log: `job/${siteJob}`, append: 'the job of the site\n' }, /the job of the site/],
      [{ log: `process/${process}`, append: '\u001b[32ma worker\u001b[39m works\n' }, /a worker works/],
    ] as const) {
      await control.changeLog(change);
      const { editor } = await open(
        change.log === `job/${siteJob}`
          ? logUri('siteJob', site(name), siteJob)
          : logUri(change.log === `job/${job}` ? 'job' : 'process', server(), change.log.replace(/.*\//, '')),
      );
      assert.match(editor.document.getText(), words);
      assert.match(editor.document.uri.path, /(?:job|process) \d+\.log$/);
    }
    assert.match((await open(logUri('event', server(), event))).editor.document.getText(), /\nDone\.\n$/);
    assert.match(
      (await open(logUri('serverLog', server(), 'database-mysql'))).editor.document.getText(),
      /mysqld: ready for connections/,
    );
  });

  it('are asked for again where the server does not find the output of a job or an event yet', async () => {
    await signIn();
    const { client } = server().account;
    const onServer = { organization: server().organization.slug, server: server().server.id };
    const missing = 'cat: /root/.forge/scheduled-12.log: No such file or directory\n';
    for (const [kind, list] of [
      ['job', 'listServerScheduledJobs'],
      ['event', 'listServerEvents'],
    ] as const) {
      const [thing] = readList(await client.call(list, onServer), readResource).items;
      await control.fault({ path: '/output$', status: 404, times: 1 });
      await control.fault({ path: '/output$', patch: { output: missing }, times: 2 });
      await control.clearRequests();
      const { editor, log } = await open(logUri(kind, server(), thing?.id ?? ''));
      // Three times in vain. What is still there of a test before stays on screen meanwhile.
      await untilTrue(
        async () => (await control.requests()).filter(({ path }) => path.endsWith('/output')).length >= 4,
      );
      await eventually('the output', () => !editor.document.getText().startsWith('No output yet'), [
        vscode.workspace.onDidChangeTextDocument,
      ]);
      assert.doesNotMatch(editor.document.getText(), /cat: /);
      const text = editor.document.getText();
      // What was there stays, whatever becomes of its file.
      await control.fault({ path: '/output$', patch: { output: missing }, times: 1 });
      await log.readAnew();
      assert.equal(log.text, text);
      await control.clearFaults();
    }
  });

  it('are asked for less and less while nothing is new or they are large, and not when they were hidden in the pause', async () => {
    await signIn();
    const { log } = await open(logUri('serverLog', server(), 'php-8.4'));
    // A follower with a time of its own, in which no other pause is.
    const time = new VirtualTime();
    const follower = new LogFollower(under.services.logDocuments, new Clock(time));
    const pause = async (): Promise<number> => {
      await time.settle();
      return time.pauses[0] ?? pause();
    };
    const endPause = async () => time.pass(await pause());
    try {
      await follower.follow(log);
      const pausesMs: number[] = [];
      for (let look = 0; look < 4; look += 1) {
        pausesMs.push(await pause());
        await endPause();
      }
      assert.deepEqual([...pausesMs, await pause()], [4_500, 6_750, 10_000, 10_000, 10_000]);
      await control.changeLog({ log: 'server/acme-web-1/php-8.4', append: 'something new\n' });
      await endPause();
      assert.equal(await pause(), 3_000);
      await control.changeLog({ log: 'server/acme-web-1/php-8.4', append: `${'x'.repeat(9_999)}\n`, repeat: 450 });
      await endPause();
      const largeMs = await pause();
      assert.ok(largeMs > 18_000 && largeMs < 19_000, `4.5 MB are asked for again after ${largeMs} ms`);
      await open(logUri('serverLog', server(), 'nginx-error'));
      assert.ok(!log.isVisible);
      await control.clearRequests();
      await endPause();
      assert.equal(await asked(/\/logs\/php-8\.4$/), 0);
    } finally {
      follower.dispose();
      time.dispose();
      await control.changeLog({ log: 'server/acme-web-1/php-8.4', clear: true, append: 'child 1 started\n' });
    }
  });

  it('that cannot be read any more while they are followed say so once, and that they can again', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    const before = editor.document.getText();
    under.services.logReader.setLeastLevel(log, 'emergency');
    await says(editor, /^— Only EMERGENCY/);
    await control.fault({ path: '/logs/', status: 403, body: '{"message":"Forbidden."}', times: 0 });
    await under.services.logFollower.follow(log);
    await says(editor, /— .*couldn't load the log\. .*server:manage-logs.* —\n/);
    await control.clearRequests();
    while ((await asked(/\/logs\/application$/)) < 3) {
      // Asking takes its time.
    }
    assert.equal(count(editor, "couldn't load the log"), 1);
    await control.clearFaults();
    await control.changeLog({ log: application, append: '[2026-11-24 10:05:00] production.EMERGENCY: and on\n' });
    await says(editor, /— .*connection restored —\n.*and on/);
    under.services.logReader.setLeastLevel(log, undefined);
    await says(editor, /production\.INFO/);
    assert.ok(editor.document.getText().startsWith(before));
    under.services.logFollower.stop(log);
  });

  it('are taken away by signing out, and come back with signing in, when they are read again', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    await under.services.logFollower.follow(log);
    await signOutAll();
    await says(editor, /^Sign in to Laravel Forge/);
    assert.doesNotMatch(editor.document.getText(), /production/);
    await control.clearRequests();
    await control.fleet();
    assert.deepEqual(await control.requests(), []);
    await signIn();
    await says(editor, /production/);
    under.services.logFollower.stop(log);
  });

  it('are taken away by signing out also while they are read, the first time or again', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    await control.fault({ path: '/logs/', hang: true, times: 0 });
    await control.clearRequests();
    void log.read();
    await arrived(/\/logs\/application$/);
    const opening = open(logUri('siteLog', site(name), 'nginx-error'));
    await arrived(/\/logs\/nginx-error$/);
    await signOutAll();
    await says(editor, /^Sign in to Laravel Forge/);
    await says((await opening).editor, /^Sign in to Laravel Forge/);
    assert.doesNotMatch(editor.document.getText(), /production/);
  });

  it('stay and grow on when they are shown in another language', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    const before = editor.document.getText();
    await under.services.logFollower.follow(log);
    await control.changeLog({ log: application, clear: true });
    await says(editor, /was emptied on the server/);
    await vscode.languages.setTextDocumentLanguage(editor.document, 'plaintext');
    assert.ok(under.services.logFollower.isFollowing(log));
    await control.changeLog({ log: application, append: '[2026-11-24 10:04:00] production.INFO: in plain text\n' });
    await says(editor, /in plain text/);
    assert.ok(editor.document.getText().startsWith(before));
    assert.equal(under.services.logDocuments.get(editor.document.uri), log);
    await vscode.languages.setTextDocumentLanguage(editor.document, 'log');
  });

  it('that nobody opens do not stay in memory, and those that are open do', async () => {
    under.time.longestMs = 60_000;
    await signIn();
    const { editor, log } = await openApplication();
    // No test opens this one.
    const unused = uriOf(logUri('serverLog', server(), 'php-8.1'));
    await vscode.workspace.fs.stat(unused);
    const { logDocuments } = under.services;
    assert.ok(logDocuments.get(unused));
    await eventually('it to be forgotten', () => !logDocuments.get(unused), [logDocuments.onDidClose]);
    assert.equal(logDocuments.get(editor.document.uri), log);
  });

  it('are read once more where what was on its way is older than the question', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    await control.fault({ path: '/logs/application$', trickle: 500 });
    await control.clearRequests();
    const older = log.read();
    await arrived(/\/logs\/application$/);
    await control.changeLog({ log: application, clear: true });
    await log.readAnew();
    await older;
    assert.equal(await asked(/\/logs\/application$/), 2);
    await says(editor, /was emptied on the server/);
  });

  it('of Laravel are folded and in the outline by entry, and link to the local files', async () => {
    await control.changeLog({
      log: application,
      append: [
        '[2026-11-24 11:00:00] production.ERROR: Out of stock {"exception":"[object] (App\\\\Exceptions\\\\OutOfStock(code: 0): Out of stock at /home/forge/shop.example.com/releases/104/app/Models/Order.php:31)',
        '[stacktrace]',
        '#0 /home/forge/shop.example.com/releases/104/vendor/x/Y.php(54): x()',
        '#1 /home/forge/shop.example.com/releases/104/app/Http/Controllers/CheckoutController.php(58): y()',
        '#2 {main}',
        '"} ',
        '{"message":"in JSON","context":{},"level":550,"level_name":"ALERT","channel":"a b","datetime":"2026-11-24T12:00:03+00:00"}',
        '{"@timestamp":"2026-11-24T12:00:04+00:00","level":"WARNING","message":"of Logstash\\nin two lines"}',
        '',
      ].join('\n'),
    });
    await signIn();
    const { editor } = await openApplication();
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      editor.document.uri,
    );
    const [last, ...json] = symbols.slice(-3);
    assert.deepEqual(
      json.map(({ name, detail, kind, range }) => [name, detail, kind, range.end.line - (last?.range.end.line ?? 0)]),
      [
        ['ALERT in JSON', '2026-11-24T12:00:03+00:00', vscode.SymbolKind.Event, 1],
        ['WARNING of Logstash in two lines', '2026-11-24T12:00:04+00:00', vscode.SymbolKind.Constant, 2],
      ],
    );
    assert.equal(last?.name, 'ERROR Out of stock');
    assert.equal(last?.detail, '2026-11-24 11:00:00');
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      editor.document.uri,
    );
    assert.ok(folds.some(({ start, end }) => start === last?.range.start.line && end === start + 5));
    const found = (await links(editor)).slice(-2);
    assert.deepEqual(
      found.map(({ target }) => [vscode.workspace.asRelativePath(target ?? ''), target?.fragment]),
      [
        ['app/Models/Order.php', 'L31'],
        ['app/Http/Controllers/CheckoutController.php', 'L58'],
      ],
    );
  });

  describe('link to local files', () => {
    const paths = {
      shop: '/home/forge/shop.example.com/releases/104/app/Models/Order.php:31',
      blog: '/home/forge/blog.example.com/current/app/Models/Order.php:31',
      unknown: '/home/forge/renamed.example.com/app/Models/Order.php:31',
      relative: 'app/Models/Order.php:31',
    };
    type Path = keyof typeof paths;
    /** Which of them link to the open folder in a log that names them all. */
    const linked = async (log: string, parts: { path: string; query: string }): Promise<readonly Path[]> => {
      await control.changeLog({ log, clear: true });
      await control.changeLog({ log, append: `${Object.values(paths).join(' \n')} \n` });
      const { editor } = await open(parts);
      // A document that VS Code has kept shows what is new a moment later.
      const [last = ''] = Object.values(paths).slice(-1);
      await eventually('what was appended', () => editor.document.getText().includes(last), [
        vscode.workspace.onDidChangeTextDocument,
      ]);
      const found = await links(editor);
      const texts = found.map(({ range }) => editor.document.getText(range));
      return (Object.keys(paths) as Path[]).filter((path) => texts.includes(paths[path]));
    };
    /** Those that a log of a site alone is about: paths of its neighbours on the server are theirs. */
    const own = (of: string) => {
      const isNeighbour = (other: string) => other !== of && site(other).server?.id === site(of).server?.id;
      return (Object.keys(paths) as Path[]).filter(
        (path) => !(path === 'shop' && isNeighbour(name)) && !(path === 'blog' && isNeighbour('blog.example.com')),
      );
    };
    const ofSite = (of: string) => linked(`site/${of}/application`, logUri('siteLog', site(of), 'application'));
    const nameSite = async (value: string | undefined) => {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      await vscode.workspace
        .getConfiguration(undefined, folder)
        .update('forge.site', value, vscode.ConfigurationTarget.WorkspaceFolder);
      // What was found before is remembered for a while.
      under.time.set(60_000);
    };

    afterEach(() => nameSite(undefined));

    it('of their own repository, and never into the open folder where that is of another one', async () => {
      await signIn();
      assert.deepEqual(await ofSite(name), ['shop', 'unknown', 'relative']);
      // Of each kind of provider. What one of the same server says of the shop is the shop's.
      for (const other of ['blog', 'api', 'admin', 'docs', 'tools'].map((part) => `${part}.example.com`)) {
        assert.deepEqual(await ofSite(other), own(other).includes('shop') ? [] : ['shop'], other);
      }
    });

    it('of any folder where the site has no repository', async () => {
      await signIn();
      assert.equal(site('new.example.com').site.repository, null);
      assert.deepEqual(await ofSite('new.example.com'), own('new.example.com'));
    });

    it('of the folder that its settings link to the site, and not of one that they link to another', async () => {
      await signIn();
      const { server } = site('blog.example.com');
      await nameSite(`acme/${server?.name}/blog.example.com`);
      assert.deepEqual(await ofSite('blog.example.com'), ['shop', 'blog', 'unknown', 'relative']);
      assert.deepEqual(await ofSite('new.example.com'), []);
    });

    it('of the site that a log of the server names', async () => {
      await signIn();
      assert.deepEqual(await linked('server/acme-web-1/nginx-error', logUri('serverLog', server(), 'nginx-error')), [
        'shop',
        'unknown',
        'relative',
      ]);
    });
  });

  it('of Laravel can be shown from a level on, also while they grow, and whole again', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    const whole = editor.document.getText();
    under.services.logReader.setLeastLevel(log, 'error');
    await says(editor, /^— Only ERROR and above: \d+ of \d+ entries —\n\[/);
    assert.doesNotMatch(editor.document.getText(), /production\.INFO/);
    await under.services.logFollower.follow(log);
    await control.changeLog({
      log: application,
      append:
        '[2026-11-24 12:00:00] production.INFO: not shown\n' +
        '[2026-11-24 12:00:01] production.CRITICAL: shown at once\n' +
        '[2026-11-24 12:00:02] Zahlungen für 2.0.INFO: not shown either\n' +
        '{"message":"in JSON","level_name":"ALERT","datetime":"2026-11-24T12:00:03+00:00"}\n' +
        '{"message":"not shown in JSON","level_name":"DEBUG","datetime":"2026-11-24T12:00:04+00:00"}\n' +
        '[2026-11-24 12:00:05] Zahlungen für 2.0.ERROR: of a channel with any name\n',
    });
    await says(editor, /shown at once\n\{"message":"in JSON".*\n.*of a channel with any name/);
    assert.doesNotMatch(editor.document.getText(), /not shown/);
    const { shownFilter } = under.services;
    assert.match(shownFilter.text ?? '', /Error and Above: \d+ of \d+/);
    assert.equal(shownFilter.provideFileDecoration(log.uri)?.tooltip, 'Error and Above');
    under.services.logReader.setLeastLevel(log, undefined);
    await says(editor, /not shown/);
    assert.ok(editor.document.getText().startsWith(whole));
    assert.deepEqual([shownFilter.text, shownFilter.provideFileDecoration(log.uri)], [undefined, undefined]);
    under.services.logFollower.stop(log);
  });

  it('keep the colours of what is new, also where only entries from a level on are shown', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    /** The pieces of a colour, in the lines in which they are now. */
    const pieces = (colour: string) =>
      [...log.looks].flatMap(([line, looks]) =>
        looks
          .filter(({ style }) => style.foreground === colour)
          .map(({ start, end }) => editor.document.lineAt(line).text.slice(start, end)),
      );
    await under.services.logFollower.follow(log);
    const entry = (level: string, words: string) => `[2026-11-24 13:00:00] production.${level}: ${words}\n`;
    await control.changeLog({
      log: application,
      append: `${entry('INFO', '\u001b[32mgreen\u001b[0m plain')}${entry('ERROR', 'plain \u001b[31mred\u001b[0m')}`,
    });
    await says(editor, /plain red\n/);
    assert.match(editor.document.getText(), /INFO: green plain\n/);
    assert.deepEqual([pieces('Green'), pieces('Red')], [['green'], ['red']]);
    under.services.logReader.setLeastLevel(log, 'error');
    await says(editor, /^— Only ERROR and above/);
    assert.deepEqual([pieces('Green'), pieces('Red')], [[], ['red']]);
    await control.changeLog({ log: application, append: entry('ERROR', 'again \u001b[31mred too\u001b[0m') });
    await says(editor, /again red too\n/);
    assert.deepEqual(pieces('Red'), ['red', 'red too']);
    under.services.logReader.setLeastLevel(log, undefined);
    await says(editor, /green plain/);
    assert.deepEqual([pieces('Green'), pieces('Red')], [['green'], ['red', 'red too']]);
    under.services.logFollower.stop(log);
  });

  it('that a server does not have, or a token may not read, say so plainly', async () => {
    await signIn();
    const { editor } = await open(logUri('serverLog', server(), 'syslog'));
    assert.equal(editor.document.getText(), 'Forge found no log “syslog” on this server.');
    const isMissing = () => under.services.logReader.isMissing(server().key, 'syslog');
    assert.ok(isMissing());
    const { now } = Date;
    Date.now = () => now() + 10 * 60_000;
    // It may have been written since.
    assert.ok(!isMissing());
    Date.now = now;
    const { editor: event } = await open(logUri('event', server(), '1'));
    assert.match(event.document.getText(), /No output yet, or it no longer exists/);
    await signOutAll();
    await signIn(
      await control.createToken({ scopes: ['user:view', 'organization:view', 'server:view', 'site:manage-deploys'] }),
    );
    const { editor: refused } = await open(logUri('siteLog', site(name), 'nginx-error'));
    assert.match(refused.document.getText(), /scope server:manage-logs/);
  });

  it('that could not be read keep what they show, and say why where they show nothing', async () => {
    await signIn();
    const { editor, log } = await openApplication();
    const before = editor.document.getText();
    await control.fault({ path: '/logs/', status: 403, body: '{"message":"Forbidden."}', times: 0 });
    await log.read();
    await says(editor, /couldn't load the log/);
    assert.ok(editor.document.getText().startsWith(before));
    await control.replaceFaults({ path: '/logs/', drop: true, times: 0 });
    const { editor: other } = await open(logUri('serverLog', server(), 'nginx-access'));
    assert.match(other.document.getText(), /Can't reach Forge/);
    await control.clearFaults();
    await under.services.fleet.refresh();
    await says(other, /signal process started/);
  });

  it('of more than is shown show their last part, and say so', async () => {
    const log = `site/${sampleSites.develop}/nginx-error`;
    await control.changeLog({ log, clear: true, append: `${'x'.repeat(119_990)} one line\n`, repeat: 100 });
    await signIn();
    const { editor } = await open(logUri('siteLog', site(sampleSites.develop), 'nginx-error'));
    const text = editor.document.getText();
    assert.match(text.slice(0, 200), /^— Showing the last 5 MB of this log, which has 12 MB —\n/);
    assert.ok(text.length > 4_500_000 && text.length < 5_500_000);
    await control.changeLog({ log, clear: true });
  });
});
