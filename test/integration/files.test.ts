import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import * as vscode from 'vscode';
import type { FileEntry } from '../../src/files/apiText';
import { type FileKindId, fileKinds } from '../../src/files/fileKinds';
import { type FileItem, fileUri } from '../../src/files/fileUri';
import { commands, fileScheme } from '../../src/manifest';
import { siteTarget } from '../../src/ui/target';
import { sampleSites } from '../sampleWorkspace';
import { Random } from '../simulator/random';
import { eventually, often } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Prompts } from './prompts';
import { untilTrue } from './untilTrue';

const minute = 60_000;

describe('Files of sites and servers', () => {
  const under = extensionUnderTest();
  const { control } = under;

  const allClosed = () =>
    eventually(
      'no file to be open',
      () => !vscode.workspace.textDocuments.some(({ uri }) => uri.scheme === fileScheme),
      [vscode.workspace.onDidCloseTextDocument],
    );

  let process: FileItem = { id: '', name: '' };

  beforeEach(async () => {
    const { client } = await under.signIn();
    await control.switch({ processConfigurations: true });
    const document = await client.call('listBackgroundProcesses', {
      organization: server().organization.slug,
      server: server().server.id,
    });
    const { data } = document as { data: { id: string; attributes: { name: string } }[] };
    assert.ok(data[0]);
    process = { id: data[0].id, name: data[0].attributes.name };
  });
  afterEach(async () => {
    for (const { uri, isDirty } of vscode.workspace.textDocuments) {
      if (uri.scheme === fileScheme && isDirty) {
        await show(uri);
        await vscode.commands.executeCommand('workbench.action.files.revert');
      }
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await allClosed();
  });

  const site = () => under.site(sampleSites.main);
  const server = () => {
    const entry = under.services.fleet.allServers().find((candidate) => candidate.server.name === 'acme-web-1');
    assert.ok(entry);
    return entry;
  };
  const siteBase = () => {
    const { organization, server: serverId, site: siteId } = under.pathOf(site());
    return `/orgs/${organization}/servers/${serverId}/sites/${siteId}`;
  };
  const serverBase = () => siteBase().replace(/\/sites\/.*/, '');
  const environmentPath = () => `${siteBase()}/environment`;
  const address = (entry: FileEntry, kind: FileKindId, item?: FileItem) =>
    vscode.Uri.from({ scheme: fileScheme, ...fileUri(entry, kind, item) });

  const phpKinds = ['phpFpm', 'phpCli', 'phpPool'] as const;
  type PhpKind = (typeof phpKinds)[number];
  /** @param version which of those that are installed */
  const phpFile = (entry: ReturnType<typeof server>, kind: PhpKind, version: '0' | '1' = '0') => {
    const item = { id: `${entry.server.id}${version}`, name: `8.${version}` };
    const base = `/orgs/${entry.organization.slug}/servers/${entry.server.id}`;
    const part = kind.replace('php', '').toLowerCase();
    return { uri: address(entry, kind, item), path: `${base}/php/versions/${item.id}/configs/${part}` };
  };
  /** One whose changes a test may leave on the way. */
  const lateFile = (kind: PhpKind) => phpFile(server(), kind, '1');

  const show = async (uri: vscode.Uri): Promise<vscode.TextDocument | undefined> => {
    // What is opened with the API stays open for minutes.
    await vscode.commands.executeCommand('vscode.open', uri, { preview: false });
    return vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString());
  };
  const open = async (uri: vscode.Uri): Promise<vscode.TextDocument> => {
    await show(uri);
    return eventually(
      `the document ${uri.path}`,
      () => vscode.workspace.textDocuments.find((candidate) => candidate.uri.toString() === uri.toString()),
      [vscode.workspace.onDidOpenTextDocument],
    );
  };
  const opened = async (uri: vscode.Uri): Promise<vscode.TextDocument> => {
    const document = await open(uri);
    await vscode.commands.executeCommand(commands.allowEditing, uri);
    return document;
  };
  const isReadOnly = async (uri: vscode.Uri) =>
    (await vscode.workspace.fs.stat(uri)).permissions === vscode.FilePermission.Readonly;
  const replace = async (document: vscode.TextDocument, text: string) => {
    const edit = new vscode.WorkspaceEdit();
    const end = document.lineAt(document.lineCount - 1).range.end;
    edit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), text);
    const isOther = document.getText() !== text;
    assert.ok(await vscode.workspace.applyEdit(edit));
    // What is written in a read-only editor is not.
    assert.ok(!isOther || document.isDirty, 'the change is to be saved');
  };
  /** Saves, and says yes as often as it is asked. @returns whether it is saved */
  const save = (document: vscode.TextDocument) => agreeing(document.save());
  const agreeing = async (saved: Thenable<boolean>): Promise<boolean> => {
    let isOver = false;
    const agree = async (): Promise<void> => {
      while (!isOver) {
        // Without a list that is open this does nothing.
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    void agree();
    try {
      return await saved;
    } finally {
      isOver = true;
    }
  };
  const environment = () => address(site(), 'environment');
  /** With somebody who answers. */
  const withPrompts = async (work: (prompts: Prompts) => Promise<void>) => {
    const prompts = new Prompts();
    try {
      await work(prompts);
    } finally {
      prompts.restore();
    }
  };

  const cases: readonly (readonly [FileKindId, () => FileEntry, () => FileItem | undefined, () => string, string])[] = [
    ['environment', site, () => undefined, environmentPath, 'forge-env'],
    ['deployScript', site, () => undefined, () => `${siteBase()}/deployments/script`, 'forge-deploy-script'],
    ['nginx', site, () => undefined, () => `${siteBase()}/nginx`, 'forge-nginx'],
    [
      'domainNginx',
      site,
      () => ({ id: `${site().site.id}0`, name: sampleSites.main }),
      () => `${siteBase()}/domains/${site().site.id}0/nginx`,
      'forge-nginx',
    ],
    [
      'nginxTemplate',
      server,
      () => ({ id: `${server().server.id}0`, name: 'Default with HTTP/2' }),
      () => `${serverBase()}/nginx/templates/${server().server.id}0`,
      'forge-nginx',
    ],
    ...(['Fpm', 'Cli', 'Pool'] as const).map(
      (part) =>
        [
          `php${part}`,
          server,
          () => ({ id: `${server().server.id}0`, name: '8.4' }),
          () => `${serverBase()}/php/versions/${server().server.id}0/configs/${part.toLowerCase()}`,
          'forge-ini',
        ] as const,
    ),
    [
      'backgroundProcess',
      server,
      () => process,
      () => `${serverBase()}/background-processes/${process.id}`,
      'forge-ini',
    ],
  ];
  for (const [kind, entry, item, path, language] of cases) {
    it(`are opened read-only, edited and saved: ${kind}`, async () => {
      await control.switch({ processConfigurations: true });
      const uri = address(entry(), kind, item());
      const document = await open(uri);
      const before = await control.file(path());
      assert.equal(document.getText(), before);
      assert.equal(await isReadOnly(uri), true);
      await vscode.commands.executeCommand(commands.allowEditing, uri);
      assert.equal(await isReadOnly(uri), false);
      const edited = `# Zeile mit Ümläuten 🚀\n${before}`;
      await replace(document, edited);
      assert.equal(await save(document), true);
      await eventually('the change in place', () => !document.isDirty, [vscode.workspace.onDidSaveTextDocument]);
      assert.equal(await control.file(path()), edited);
      await eventually(
        'its language',
        () =>
          vscode.workspace.textDocuments.some(
            ({ uri: of, languageId }) => `${of}` === `${uri}` && languageId === language,
          ),
        [vscode.workspace.onDidOpenTextDocument],
      );
      await control.setFile(path(), before);
    });
  }

  it('have addresses that a person can read', () => {
    assert.equal(environment().path, `/Acme/acme-web-1/${sampleSites.main}/.env · ${sampleSites.main}`);
  });

  it('keep their byte order mark, their line ends and their missing end', async () => {
    const files = vscode.workspace.getConfiguration('files');
    const wishes = ['insertFinalNewline', 'trimTrailingWhitespace'];
    // What a person wants of files in general is not meant for a .env.
    for (const wish of wishes) {
      await files.update(wish, true, vscode.ConfigurationTarget.Global);
    }
    try {
      for (const text of ['\ufeffA=1\r\nB=2\r\n', 'A=1\r\nB=2', 'A=1\nB=2\r\nC=3\r\nD=4', '', 'A=1\rB=2\n']) {
        await control.setFile(environmentPath(), text);
        const document = await opened(environment());
        const { eol } = document;
        await replace(document, `${document.getText()}X=1 `);
        assert.equal(await save(document), true);
        assert.equal(await control.file(environmentPath()), `${text}X=1 `, JSON.stringify({ text, eol }));
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await allClosed();
      }
    } finally {
      for (const wish of wishes) {
        await files.update(wish, undefined, vscode.ConfigurationTarget.Global);
      }
    }
  });

  it('are not overwritten where somebody else has changed them, also by an edit of the same length', async () => {
    await control.setFile(environmentPath(), 'A=1\n');
    const document = await opened(environment());
    for (const theirs of ['A=2\n', 'A=1\nB=2\n']) {
      await replace(document, 'A=3\n');
      await control.setFile(environmentPath(), theirs);
      assert.equal(await save(document), false);
      assert.ok(document.isDirty);
      assert.equal(document.getText(), 'A=3\n');
      assert.equal(await control.file(environmentPath()), theirs);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      assert.equal(document.getText(), theirs);
    }
  });

  it('are saved without a question where the server has the very text already', async () => {
    await control.setFile(environmentPath(), 'A=1\n');
    const document = await opened(environment());
    await replace(document, 'A=3\n');
    await control.setFile(environmentPath(), 'A=3\n');
    await control.clearRequests();
    assert.equal(await save(document), true);
    assert.ok(!document.isDirty);
    assert.ok((await control.requests()).every(({ method }) => method === 'GET'));
    // Whoever changes it next is not overwritten.
    await replace(document, 'A=4\n');
    await control.setFile(environmentPath(), 'A=5\n');
    assert.equal(await save(document), false);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('leave nothing at their account once the comparison of a save is closed', async () => {
    const { signal } = site().account;
    const held = () => getEventListeners(signal, 'abort').length;
    await control.setFile(environmentPath(), 'A=1\n');
    const document = await opened(environment());
    const before = held();
    for (const text of ['A=2\n', 'A=3\n']) {
      await replace(document, text);
      assert.equal(await save(document), true);
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // No event tells that a listener is gone, and that of the document may come before.
    await eventually('the comparisons to be closed', () => held() <= before, [often]);
  });

  // A thousand changes of one file are made in Node.
  it('are in no conflict with changes of their own that are made late, of several that are saved and asked about at once', async () => {
    const random = new Random(6, 'edits');
    const servers = under.services.fleet.allServers().filter(({ server: { phpVersion } }) => phpVersion !== null);
    const php = servers.slice(0, 2).flatMap((entry) => phpKinds.map((kind) => phpFile(entry, kind)));
    const documents: vscode.TextDocument[] = [];
    for (const { uri } of php) {
      documents.push(await opened(uri));
    }
    // Looking as often as in other tests would take longer than the saves.
    under.time.factor = 10;
    try {
      const cycles = 4;
      for (let cycle = 1; cycle <= cycles; cycle += 1) {
        await control.switch({ fileDelay: random.integer(0, 1_000) });
        const edit = new vscode.WorkspaceEdit();
        for (const { uri, lineCount, lineAt } of documents) {
          // Now and then back to a text that was there before.
          const text = random.chance(0.3) && cycle < cycles ? 'a = 1\n' : `a = ${cycle}\n`;
          edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), lineAt(lineCount - 1).range.end), text);
        }
        assert.ok(await vscode.workspace.applyEdit(edit));
        assert.ok(await agreeing(vscode.workspace.saveAll()), `cycle ${cycle}`);
        assert.ok(!documents.some(({ isDirty }) => isDirty), `cycle ${cycle}`);
      }
    } finally {
      under.time.reset();
    }
    for (const [index, { path }] of php.entries()) {
      const text = documents[index]?.getText();
      await untilTrue(async () => (await control.file(path)) === text);
    }
  });

  it('are what they will be where they are opened again before a change is in place', async () => {
    const { uri, path } = lateFile('phpFpm');
    const before = await control.file(path);
    await control.switch({ fileDelay: minute });
    const document = await opened(uri);
    await replace(document, 'mine = 1\n');
    assert.equal(await save(document), true);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await allClosed();
    const again = await open(uri);
    assert.equal(again.getText(), 'mine = 1\n');
    assert.equal(await isReadOnly(uri), true);
    assert.equal(await control.file(path), before);
    await vscode.commands.executeCommand(commands.allowEditing, uri);
    await replace(again, 'mine = 2\n');
    assert.equal(await save(again), true);
  });

  it('get two values one after the other, though neither is in place at once', async () => {
    await control.setFile(environmentPath(), 'A=1\nB=1\nC=1\n');
    const document = await opened(environment());
    await control.switch({ fileDelay: 300 });
    await replace(document, 'A=2\nB=1\nC=1\n');
    assert.equal(await save(document), true);
    await withPrompts(async (prompts) => {
      for (const key of ['B', 'C']) {
        prompts.answer(key, '2', 'Set Value');
        await vscode.commands.executeCommand(commands.setValue, { ...site(), kind: 'site' });
      }
      const told = () => prompts.shown.filter(({ isModal }) => !isModal).map(({ message }) => message);
      await eventually('to be told', () => told().length > 0, [prompts.onDidShow]);
      assert.deepEqual(
        told().filter((message) => !/^Saved /.test(message)),
        [],
      );
    });
    // What is set last is in place a moment later.
    await untilTrue(async () => (await control.file(environmentPath())) === 'A=2\nB=2\nC=2\n');
    await eventually('the document to take it over', () => document.getText() === 'A=2\nB=2\nC=2\n', [
      vscode.workspace.onDidChangeTextDocument,
    ]);
  });

  it('tell truly where somebody else has changed them right after a save', async () => {
    const cases = [
      ['phpFpm', /The editor shows their version; undo to restore yours\./, ['Compare', 'Undo'], async () => undefined],
      [
        'phpCli',
        /save again to compare or overwrite\./,
        ['Save'],
        (document: vscode.TextDocument) => replace(document, 'mine = 2\n'),
      ],
      [
        'phpPool',
        /Your version is no longer on the server\./,
        ['Compare'],
        async () => {
          await vscode.commands.executeCommand('workbench.action.closeAllEditors');
          await allClosed();
        },
      ],
    ] as const;
    under.time.longestMs = minute;
    for (const [kind, sentence, choices, then] of cases) {
      const { uri, path } = lateFile(kind);
      const document = await opened(uri);
      await control.switch({ fileDelay: minute });
      await withPrompts(async (prompts) => {
        await replace(document, 'mine = 1\n');
        assert.equal(await save(document), true);
        await then(document);
        await control.setFile(path, 'theirs = 1\n');
        await eventually(`to be told of ${kind}`, () => prompts.shown.length > 0, [prompts.onDidShow]);
        assert.match(prompts.shown[0]?.message ?? '', sentence);
        assert.deepEqual(prompts.shown[0]?.choices, choices);
      });
      if (kind === 'phpFpm') {
        await eventually('their text', () => document.getText() === 'theirs = 1\n', [
          vscode.workspace.onDidChangeTextDocument,
        ]);
        await show(uri);
        await vscode.commands.executeCommand('undo');
        assert.equal(document.getText(), 'mine = 1\n');
      }
      if (document.isDirty) {
        await show(uri);
        await vscode.commands.executeCommand('workbench.action.files.revert');
      }
    }
  });

  it('tell where a change has overwritten somebody else’s of the same moment, with theirs to compare', async () => {
    const { uri, path } = phpFile(server(), 'phpFpm');
    const document = await opened(uri);
    await control.switch({ fileDelay: 1_000 });
    // In place between the first look and the second.
    under.time.factor = 1;
    try {
      await withPrompts(async (prompts) => {
        prompts.answer('Compare');
        await replace(document, 'mine = 1\n');
        assert.equal(await save(document), true);
        await control.setFile(path, 'theirs = 1\n');
        await eventually('to be told', () => prompts.shown.length > 0, [prompts.onDidShow]);
        assert.equal(
          prompts.shown[0]?.message,
          'php 8.0 fpm.ini of acme-web-1 was changed by someone else at the same moment. Your version overwrote theirs.',
        );
      });
    } finally {
      under.time.reset();
    }
    const compared = await eventually(
      'the comparison',
      () =>
        vscode.window.tabGroups.all
          .flatMap(({ tabs }) => tabs)
          .map(({ input }) => input)
          .find((input) => input instanceof vscode.TabInputTextDiff),
      [vscode.window.tabGroups.onDidChangeTabs],
    );
    assert.equal((await vscode.workspace.openTextDocument(compared.original)).getText(), 'theirs = 1\n');
    assert.equal(document.getText(), 'mine = 1\n');
    assert.equal(await control.file(path), 'mine = 1\n');
  });

  it('tell where an accepted change is not in place after a minute', async () => {
    const { uri, path } = lateFile('phpCli');
    const document = await opened(uri);
    const before = await control.file(path);
    await control.switch({ fileDelay: 2 * minute });
    under.time.longestMs = minute;
    await withPrompts(async (prompts) => {
      await replace(document, 'mine = 1\n');
      assert.equal(await save(document), true);
      await eventually('to be told', () => prompts.shown.length > 0, [prompts.onDidShow]);
      assert.match(
        prompts.shown[0]?.message ?? '',
        /accepted your change to php 8\.\d cli\.ini a minute ago, but acme-web-1 still has the old version\. Check in Forge/,
      );
      assert.deepEqual(prompts.shown[0]?.choices, ['Open in Forge']);
    });
    assert.equal(document.getText(), 'mine = 1\n');
    assert.equal(await control.file(path), before);
  });

  it('say nothing more of a change after one has signed out, and what is true where Forge cannot be asked', async () => {
    under.time.longestMs = minute;
    await control.switch({ fileDelay: minute });
    await withPrompts(async (prompts) => {
      const saved = async (uri: vscode.Uri) => {
        const document = await opened(uri);
        await replace(document, 'mine = 1\n');
        assert.equal(await save(document), true);
      };
      await saved(lateFile('phpCli').uri);
      await under.signOutAll();
      await under.signIn();
      // What is waited for last is given up last.
      await saved(lateFile('phpPool').uri);
      await control.fault({ path: '/configs/pool$', drop: true, times: 0 });
      await eventually('to be told', () => prompts.shown.length > 0, [prompts.onDidShow]);
      assert.match(prompts.shown[0]?.message ?? '', /your change to php 8\.\d pool\.ini .*it couldn't be verified/);
      assert.deepEqual(prompts.shown[0]?.choices, ['Open in Forge']);
      assert.equal(prompts.shown.length, 1);
    });
  });

  it('send back what Forge tells of a deploy script besides its text', async () => {
    const { client } = site().account;
    const path = { ...under.pathOf(site()) };
    await client.call('updateDeploymentScript', path, { body: { content: 'php artisan up\n', auto_source: true } });
    const document = await opened(address(site(), 'deployScript'));
    await replace(document, 'php artisan about\n');
    assert.equal(await save(document), true);
    const script = (await client.call('showDeploymentScript', path)) as { data: { attributes: object } };
    assert.deepEqual(script.data.attributes, { content: 'php artisan about\n', auto_source: true });
  });

  it('offer to restart nginx after a change of its configuration, and name all that is affected', async () => {
    const document = await opened(address(site(), 'nginx'));
    const before = document.getText();
    const [file, actions] = [`${siteBase()}/nginx`, `${serverBase()}/services/nginx/actions`];
    const onServer = { ...server(), kind: 'server' };
    const asked = async () => (await control.requests()).filter(({ path }) => path === actions);
    await withPrompts(async (prompts) => {
      prompts.answer('Restart Nginx…', 'dismiss');
      await control.clearRequests();
      await replace(document, `${before}# mine\n`);
      assert.equal(await save(document), true);
      const modal = await eventually('to be asked', () => prompts.shown.find(({ isModal }) => isModal), [
        prompts.onDidShow,
      ]);
      assert.equal(modal.message, 'Restart Nginx on acme-web-1?');
      assert.match(modal.detail ?? '', /^Sites \(\d+\): .*shop\.example\.com/);
      assert.deepEqual(await asked(), []);
      prompts.clear();
      prompts.answer('Restart');
      await vscode.commands.executeCommand(commands.restartNginx, onServer);
      assert.deepEqual(
        (await asked()).map(({ method, status }) => [method, status]),
        [['POST', 202]],
      );
      await under.signOutAll();
      await under.signIn(await control.createToken({ scopes: ['user:view', 'organization:view', 'server:view'] }));
      prompts.clear();
      await vscode.commands.executeCommand(commands.restartNginx, { ...server(), kind: 'server' });
      await eventually('to be refused', () => prompts.shown.length > 0, [prompts.onDidShow]);
      assert.match(prompts.shown[0]?.message ?? '', /server:manage-services/);
      await under.signOutAll();
    });
    await control.setFile(file, before);
  });

  it('of a .env are completed by nobody, unless a person wants it', async () => {
    await open(environment());
    const hasLanguage = () =>
      vscode.workspace.textDocuments.some(
        ({ uri, languageId }) => `${uri}` === `${environment()}` && languageId === 'forge-env',
      );
    await eventually('its language', hasLanguage, [vscode.workspace.onDidOpenTextDocument]);
    const editor = vscode.workspace.getConfiguration('editor', { uri: environment(), languageId: 'forge-env' });
    assert.deepEqual(editor.get('quickSuggestions'), { other: 'off', comments: 'off', strings: 'off' });
    assert.equal(editor.get('suggestOnTriggerCharacters'), false);
    assert.equal(editor.get('inlineSuggest.enabled'), false);
    assert.equal(editor.get('wordBasedSuggestions'), 'off');
  });

  it('stay dirty where Forge refuses them, with what it says at the line that it names', async () => {
    const uri = address(site(), 'nginx');
    const document = await opened(uri);
    const before = document.getText();
    await replace(document, before.replace('charset utf-8;', 'charsett utf-8;'));
    assert.equal(await save(document), false);
    assert.ok(document.isDirty);
    const [problem] = vscode.languages.getDiagnostics(uri);
    assert.match(problem?.message ?? '', /unknown directive "charsett"/);
    assert.match(document.lineAt(problem?.range.start.line ?? 0).text, /charsett/);
    await replace(document, before.replace('charset utf-8;', 'charset utf-8; # yes'));
    assert.equal(await save(document), true);
    assert.deepEqual(vscode.languages.getDiagnostics(uri), []);
    await replace(document, before.replace('charset utf-8;', 'charsett utf-8;'));
    assert.equal(await save(document), false);
    assert.equal(vscode.languages.getDiagnostics(uri).length, 1);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await eventually('what was said of it to be gone', () => vscode.languages.getDiagnostics(uri).length === 0, [
      vscode.languages.onDidChangeDiagnostics,
    ]);
    await control.setFile(`${siteBase()}/nginx`, before);
  });

  it('are not saved where one thinks better of it, by either way', async () => {
    await control.setFile(environmentPath(), 'A=1\n');
    const document = await opened(environment());
    await replace(document, 'A=2\n');
    await control.clearRequests();
    for (const answer of ['Cancel', 'dismiss']) {
      await withPrompts(async (prompts) => {
        const { showQuickPick } = vscode.window;
        // Escape gives no row.
        Object.assign(vscode.window, {
          showQuickPick: async (rows: readonly vscode.QuickPickItem[]) => rows.find(({ label }) => label === answer),
        });
        assert.equal(await document.save(), false);
        Object.assign(vscode.window, { showQuickPick });
        assert.deepEqual(
          prompts.shown.filter(({ kind }) => kind === 'error').map(({ message }) => message),
          [],
        );
      });
      assert.ok(document.isDirty);
      assert.equal(document.getText(), 'A=2\n');
    }
    assert.deepEqual(
      (await control.requests()).filter(({ method }) => method === 'PUT'),
      [],
    );
    assert.ok(
      !vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ input }) => input instanceof vscode.TabInputTextDiff),
      'the comparison is closed',
    );
    await withPrompts(async (prompts) => {
      prompts.answer('Revert');
      await vscode.commands.executeCommand(commands.setValue, siteTarget(site()));
      await eventually('what was typed to be given up', () => !document.isDirty, [
        vscode.workspace.onDidChangeTextDocument,
      ]);
      assert.match(prompts.shown[0]?.message ?? '', /unsaved changes\. Save or revert them first\.$/);
      assert.deepEqual(prompts.shown[0]?.choices, ['Save', 'Revert']);
    });
    assert.equal(document.getText(), 'A=1\n');
  });

  it('say once for all that VS Code keeps copies of what is not saved', async () => {
    await opened(environment());
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await allClosed();
    await withPrompts(async (prompts) => {
      await opened(environment());
      assert.deepEqual(prompts.shown, []);
    });
  });

  it('offer what is next: a deployment after its script, the cache after a .env', async () => {
    await withPrompts(async (prompts) => {
      const script = await opened(address(site(), 'deployScript'));
      prompts.answer('Deploy…', 'dismiss');
      await replace(script, `${script.getText()}# more\n`);
      assert.equal(await save(script), true);
      const modal = await eventually('to be asked', () => prompts.shown.find(({ isModal }) => isModal), [
        prompts.onDidShow,
      ]);
      assert.match(modal.message, /^Deploy shop\.example\.com/);
      assert.ok(prompts.shown.some(({ message }) => /The next deployment will use it\.$/.test(message)));
      prompts.clear();
      const document = await opened(environment());
      const { client } = site().account;
      const { call } = client;
      const bodies: unknown[] = [];
      client.call = ((...args: Parameters<typeof call>) => {
        const [operation, , options] = args;
        if (operation === 'runCommand') {
          bodies.push(options?.body);
        }
        return call.apply(client, args);
      }) as typeof call;
      try {
        await control.clearRequests();
        prompts.answer('Run config:cache');
        await replace(document, `${document.getText()}Z=1\n`);
        assert.equal(await save(document), true);
        await untilTrue(async () =>
          (await control.requests()).some(
            ({ method, path, status }) => method === 'POST' && path.endsWith('/commands') && status === 202,
          ),
        );
      } finally {
        client.call = call;
      }
      assert.deepEqual(bodies, [{ command: 'php artisan config:cache' }]);
    });
  });

  it('of a .env that have keys are added to one that has not, empty or as they are written', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail();
    const local = vscode.Uri.joinPath(folder, '.env');
    await vscode.workspace.fs.writeFile(local, Buffer.from('A=1\nMAIL="$APP_NAME"\nP="a\\"b"\n'));
    const { showQuickPick } = vscode.window;
    const choose = (...answers: readonly string[]) => {
      const rest = [...answers];
      Object.assign(vscode.window, {
        showQuickPick: async (rows: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) =>
          options?.canPickMany ? rows : rows.find(({ label }) => label.includes(rest[0] ?? '')) && take(rows, rest),
      });
    };
    const take = (rows: readonly vscode.QuickPickItem[], rest: string[]) => {
      const answer = rest.shift() ?? assert.fail();
      return rows.find(({ label }) => label.includes(answer));
    };
    try {
      for (const [how, added] of [
        ['Empty', 'MAIL=\nP=\n'],
        ['With Values', 'MAIL="$APP_NAME"\nP="a\\"b"\n'],
      ] as const) {
        await control.setFile(environmentPath(), 'A=2\n');
        choose('Local .env', how);
        await vscode.commands.executeCommand(commands.addMissingKeys, { ...site(), kind: 'site' });
        const document = await open(environment());
        assert.equal(document.getText(), `A=2\n${added}`);
        assert.ok(document.isDirty);
        await vscode.commands.executeCommand('workbench.action.files.revert');
        await vscode.commands.executeCommand('workbench.action.closeAllEditors');
        await allClosed();
      }
    } finally {
      Object.assign(vscode.window, { showQuickPick });
      await vscode.workspace.fs.delete(local);
    }
  });

  it('of a signed-out account are compared no longer', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail();
    const local = vscode.Uri.joinPath(folder, '.env');
    await vscode.workspace.fs.writeFile(local, Buffer.from('A=1\n'));
    const comparisons = () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ input }) => input instanceof vscode.TabInputTextDiff);
    try {
      // It ends with the answer to what it says of them.
      void vscode.commands.executeCommand(commands.compareWithLocal, { ...site(), kind: 'site' });
      await eventually('the comparison', () => comparisons().length === 1, [vscode.window.tabGroups.onDidChangeTabs]);
      await under.signOutAll();
      await eventually('nothing of it', () => comparisons().length === 0, [vscode.window.tabGroups.onDidChangeTabs]);
    } finally {
      await vscode.workspace.fs.delete(local);
    }
  });

  it('stay dirty without a connection, and are saved when it is back', async () => {
    await control.setFile(environmentPath(), 'A=1\n');
    const document = await opened(environment());
    await replace(document, 'A=2\n');
    await control.fault({ path: '/environment$', drop: true, times: 0 });
    assert.equal(await save(document), false);
    assert.ok(document.isDirty);
    await control.clearFaults();
    assert.equal(await control.file(environmentPath()), 'A=1\n');
    assert.equal(await save(document), true);
    assert.equal(await control.file(environmentPath()), 'A=2\n');
  });

  it('are saved where the answer is lost and the change is not', async () => {
    await control.setFile(environmentPath(), 'A=1\n');
    const document = await opened(environment());
    for (const fault of [{ drop: true }, { status: 502, body: '{}' }]) {
      await replace(document, `A=${JSON.stringify(fault).length}\n`);
      await control.fault({ method: 'PUT', path: '/environment$', passthrough: true, ...fault });
      assert.equal(await save(document), true);
      assert.equal(await control.file(environmentPath()), document.getText());
    }
  });

  it('stay dirty where the answer is lost and so is the change', async () => {
    await control.setFile(environmentPath(), 'A=1\n');
    const document = await opened(environment());
    await replace(document, 'A=2\n');
    await control.fault({ method: 'PUT', path: '/environment$', status: 502, body: '{}' });
    assert.equal(await save(document), false);
    assert.ok(document.isDirty);
    assert.equal(await save(document), true);
    assert.equal(await control.file(environmentPath()), 'A=2\n');
  });

  it('keep what was typed when one signs out in the middle, and are saved after signing in again', async () => {
    await control.setFile(environmentPath(), 'A=1\n');
    const document = await opened(environment());
    const script = await open(address(site(), 'deployScript'));
    await show(environment());
    await replace(document, 'A=2\n');
    await under.signOutAll();
    await eventually('the file without changes to be closed', () => script.isClosed, [
      vscode.workspace.onDidCloseTextDocument,
    ]);
    await withPrompts(async (prompts) => {
      assert.equal(await save(document), false);
      // VS Code's own notification has no button for that.
      assert.deepEqual(
        prompts.shown.map(({ message, choices }) => [message, choices]),
        [['Sign in to Laravel Forge first.', ['Sign In']]],
      );
    });
    assert.ok(document.isDirty);
    assert.equal(document.getText(), 'A=2\n');
    await under.signIn();
    assert.equal(await control.file(environmentPath()), 'A=1\n');
    assert.equal(await save(document), true);
    assert.equal(await control.file(environmentPath()), 'A=2\n');
  });

  it('are not saved on their own, even where a person has set that for their language', async () => {
    const configuration = vscode.workspace.getConfiguration('files');
    const ofLanguage = vscode.workspace.getConfiguration('files', { languageId: 'forge-deploy-script' });
    assert.equal(ofLanguage.get('autoSave'), 'off');
    await ofLanguage.update('autoSave', 'afterDelay', vscode.ConfigurationTarget.Global, true);
    await configuration.update('autoSaveDelay', 1, vscode.ConfigurationTarget.Global);
    try {
      const uri = address(site(), 'deployScript');
      const document = await opened(uri);
      const before = document.getText();
      let isTried = false;
      const listener = vscode.workspace.onWillSaveTextDocument(() => {
        isTried = true;
      });
      const tried = eventually('VS Code to save', () => isTried, [vscode.workspace.onWillSaveTextDocument]);
      await control.clearRequests();
      await replace(document, `${before}# mine\n`);
      await tried;
      listener.dispose();
      // One that joins the one that is refused is refused with it.
      while (!(await save(document))) {
        assert.ok(document.isDirty);
      }
      // The save by hand reads before it asks and after that. The other one has not.
      const requests = (await control.requests()).filter(({ path }) => path.endsWith('/deployments/script'));
      assert.deepEqual(
        requests.slice(0, 3).map(({ method }) => method),
        ['GET', 'GET', 'PUT'],
      );
      assert.equal(requests.filter(({ method }) => method === 'PUT').length, 1);
    } finally {
      await ofLanguage.update('autoSave', undefined, vscode.ConfigurationTarget.Global, true);
      await configuration.update('autoSaveDelay', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('are nothing that a token may not read, and say so without asking Forge', async () => {
    const scopes = ['user:view', 'organization:view', 'server:view'];
    await under.signOutAll();
    await under.signIn(await control.createToken({ scopes }));
    try {
      await control.clearRequests();
      const { editing, explain } = under.services;
      const said = await editing.files
        .load(address(site(), 'nginx'))
        .catch(async (error: unknown) => (await explain(error)).sentence);
      assert.match(String(said), /site:manage-nginx/);
      // The editor that VS Code opens says it as well, and holds no document.
      assert.equal(await show(address(site(), 'nginx')), undefined);
      await control.setFile(environmentPath(), 'A=1\n');
      assert.equal((await open(environment())).getText(), 'A=1\n');
      const refusal = await editing
        .allowEditing(environment())
        .catch(async (error: unknown) => (await explain(error)).sentence);
      assert.match(String(refusal), /site:manage-environment/);
      const paths = (await control.requests()).map(({ path }) => path);
      assert.ok(!paths.some((path) => path.endsWith('/nginx')));
    } finally {
      await under.signOutAll();
    }
  });

  it('that are not there say so', async () => {
    await control.fault({ path: '/environment$', status: 404, body: '{"message":"No query results"}', times: 0 });
    const { editing, explain } = under.services;
    const said = await editing.files
      .load(environment())
      .catch(async (error: unknown) => (await explain(error)).sentence);
    assert.match(String(said), /This file doesn't exist in Forge/);
  });

  it('fail without a word of their addresses, which only VS Code knows', async () => {
    const { fs } = vscode.workspace;
    const uri = environment();
    const none = uri.with({ query: '' });
    const failures = [() => fs.delete(uri), () => fs.rename(uri, none), () => fs.readFile(none)];
    for (const [index, fail] of failures.entries()) {
      await assert.rejects(
        async () => fail(),
        ({ message }: Error) => {
          assert.doesNotMatch(message, /forge-|kind=/, String(index));
          return true;
        },
      );
    }
  });

  it('are forgotten when they are closed', async () => {
    await control.setFile(environmentPath(), 'A=1\n');
    await open(environment());
    assert.equal(under.services.editing.files.isOpen, true);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await eventually('the file to be forgotten', () => !under.services.editing.files.isOpen, [
      vscode.workspace.onDidCloseTextDocument,
    ]);
    await control.setFile(environmentPath(), 'A=2\n');
    assert.equal((await open(environment())).getText(), 'A=2\n');
  });

  it('mark what is wrong in a .env, without its values', async () => {
    await control.setFile(environmentPath(), 'A=1\nB= "open\nwhat is\nA=two words\n');
    await open(environment());
    const problems = await eventually('the problems', () => {
      const found = vscode.languages.getDiagnostics(environment());
      return found.length > 0 && found;
    }, [vscode.languages.onDidChangeDiagnostics]);
    assert.deepEqual(problems.map(({ range }) => range.start.line).sort(), [0, 1, 2, 3]);
    assert.ok(!JSON.stringify(problems).includes('two'));
  });

  it('are known again in VS Code’s own copies of them, and those of local files are not', async () => {
    await open(environment());
    const provider = { provideTextDocumentContent: () => 'unreadable\n' };
    const marked = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).length > 0;
    for (const scheme of ['showModifications', 'conflictResolution']) {
      const listener = vscode.workspace.registerTextDocumentContentProvider(scheme, provider);
      const [local, ours] = ['file', fileScheme].map((of) =>
        vscode.Uri.from({
          scheme,
          path: '/copy/.env · example.com',
          query: JSON.stringify({ scheme: of, query: scheme }),
        }),
      );
      assert.ok(local && ours);
      await vscode.workspace.openTextDocument(local);
      await vscode.workspace.openTextDocument(ours);
      await eventually(`a mark in ${scheme}`, () => marked(ours), [vscode.languages.onDidChangeDiagnostics]);
      assert.equal(marked(local), false);
      listener.dispose();
    }
  });

  it('have every kind of text', () => {
    assert.deepEqual(cases.map(([kind]) => kind).sort(), Object.keys(fileKinds).sort());
  });
});
