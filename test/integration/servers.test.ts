import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { serverOf } from '../../src/files/apiText';
import { organizationKey } from '../../src/fleet/keys';
import type { ServerEntry } from '../../src/fleet/rows';
import { commands, shownScheme } from '../../src/manifest';
import { serverTarget } from '../../src/ui/target';
import { sampleSites } from '../sampleWorkspace';
import { eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Prompts } from './prompts';

describe('What is done on servers', () => {
  const under = extensionUnderTest();
  const { control, signIn } = under;
  let prompts: Prompts;

  beforeEach(async () => {
    prompts = new Prompts();
    await signIn();
    await control.clearRequests();
  });

  afterEach(async () => {
    prompts.restore();
    await control.releaseChanges();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const server = (name: string): ServerEntry =>
    under.services.fleet.allServers().find((entry) => entry.server.name === name) ?? assert.fail(name);
  const sitesOn = (entry: ServerEntry) =>
    under.services.fleet.sites(entry, entry.server).map(({ site: { name } }) => name);
  const sent = async () =>
    (await control.requests())
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.replace(/^.*\/servers\/\d+\//, '')}`);
  const run = (command: string, on?: ServerEntry) => vscode.commands.executeCommand(command, on && serverTarget(on));
  const modal = () =>
    prompts.shown.find(({ isModal, kind }) => isModal && kind === 'warning') ?? assert.fail('no modal');
  const shownDocument = () =>
    eventually('the document', () => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.scheme === shownScheme && document;
    }, [vscode.window.onDidChangeActiveTextEditor]);
  /**
   * The lenses of a document with their commands. VS Code forgets those a tenth of a second after it has sent them
   * (`_executeCodeLensProvider`), and where the extension host reads them later they are missing.
   */
  const lensesOf = async ({ uri }: vscode.TextDocument): Promise<readonly vscode.CodeLens[]> => {
    let lenses: readonly vscode.CodeLens[] = [];
    do {
      lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
    } while (lenses.some(({ command }) => command === undefined));
    return lenses;
  };
  /** Lets simulated time pass until something has ended. */
  const until = async (work: Thenable<unknown>) => {
    let isOver = false;
    const ended = Promise.resolve(work).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await control.switch({ advance: 30 });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await ended;
  };

  it('restarts each service and each PHP version after naming all sites, and reloads PHP at once', async () => {
    const web = server('acme-web-1');
    prompts.answer('PHP 8.4', 'Restart');
    await run(commands.restartService, web);
    const { choices } = prompts.shown.find(({ kind }) => kind === 'pick') ?? assert.fail();
    assert.deepEqual(
      ['Nginx', 'MySQL', 'Redis', 'Supervisor', 'PHP 8.4', 'Reload PHP 8.4', 'PHP 8.3'].filter(
        (one) => !choices.includes(one),
      ),
      [],
    );
    assert.equal(modal().message, 'Restart PHP 8.4 on acme-web-1?');
    for (const name of sitesOn(web)) {
      assert.ok(modal().detail?.includes(name), name);
    }
    prompts.clear();
    prompts.answer('Reload PHP 8.4');
    await run(commands.restartService, web);
    assert.deepEqual(await sent(), ['POST services/php/actions', 'POST services/php/actions']);
    assert.deepEqual(
      prompts.shown.filter(({ kind }) => kind === 'warning'),
      [],
    );
  });

  it('stops what Forge can stop, after naming all sites', async () => {
    const web = server('acme-web-1');
    prompts.answer('Nginx', 'Stop');
    await run(commands.stopService, web);
    assert.deepEqual(prompts.shown.find(({ kind }) => kind === 'pick')?.choices, ['Nginx', 'MySQL']);
    assert.equal(modal().message, 'Stop Nginx on acme-web-1?');
    for (const name of sitesOn(web)) {
      assert.ok(modal().detail?.includes(name), name);
    }
    assert.deepEqual(await sent(), ['POST services/nginx/actions']);
  });

  it('says what Forge says where it refuses that', async () => {
    const body = '{"message":"No.","errors":{"action":["Nginx is being configured."]}}';
    await control.fault({ path: '/services/nginx/actions$', status: 422, body });
    prompts.answer('Nginx', 'Restart');
    await run(commands.restartService, server('acme-web-1'));
    await eventually('the error', () => prompts.shown.some(({ kind }) => kind === 'error'), [prompts.onDidShow]);
    assert.match(prompts.shown.at(-1)?.message ?? '', /^Forge rejected this: Nginx is being configured\./);
  });

  it('reboots and power-cycles after naming all sites, and not without an answer', async () => {
    const web = server('acme-web-1');
    for (const [command, question] of [
      [commands.rebootServer, 'Reboot acme-web-1?'],
      [commands.powerCycleServer, 'Power-cycle acme-web-1?'],
    ] as const) {
      prompts.clear();
      prompts.answer('dismiss');
      await run(command, web);
      assert.equal(modal().message, question);
      assert.ok(sitesOn(web).every((name) => modal().detail?.includes(name)));
    }
    assert.deepEqual(await sent(), []);
    prompts.clear();
    prompts.answer('Reboot');
    await run(commands.rebootServer, web);
    assert.equal((await sent()).length, 1);
  });

  it('restarts the background processes that are left selected', async () => {
    prompts.answer('accept');
    await run(commands.restartProcesses, server('acme-web-1'));
    const asked = prompts.shown[0]?.choices.length ?? 0;
    assert.ok(asked > 1);
    const posts = await sent();
    assert.equal(posts.length, asked - 1);
    assert.ok(posts.every((one) => /^POST background-processes\/\d+\/actions$/.test(one)));
  });

  it('checks a server through a site after saying so, and shows what was found with what to do', async () => {
    const web = server('acme-web-1');
    prompts.answer('Check');
    await until(run(commands.checkServer, web));
    const question = prompts.shown[0];
    assert.equal(question?.message, 'Check acme-web-1?');
    assert.match(question?.detail ?? '', /Runs one command on \S+ as forge, without root, that changes nothing\./);
    assert.match(question?.detail ?? '', /up to 6 requests/);
    assert.deepEqual(await sent(), [`POST sites/${(await sent())[0]?.split('/')[1]}/commands`]);
    const document = await shownDocument();
    const text = document.getText();
    assert.match(text, /^# Check of acme-web-1\n/);
    assert.ok(text.indexOf('## Problems') < text.indexOf('## Warnings'));
    assert.ok(text.indexOf('## Warnings') < text.indexOf('## Fine'));
    assert.match(text, /^- \/ is 92% full/m);
    const lenses = await lensesOf(document);
    const byLine = lenses.map(({ range, command }) => [document.lineAt(range.start.line).text, command?.command]);
    const commandOf = (start: string) => byLine.find(([line]) => line?.startsWith(start))?.[1];
    assert.equal(commandOf('- PHP packages have updates'), commands.updatePhp);
    assert.equal(commandOf('- A reboot is required by'), commands.rebootServer);
    assert.equal(commandOf('- The Supervisor program'), commands.restartProcesses);
    assert.equal(commandOf('- Pending security updates'), commands.openSsh);
    assert.equal(commandOf('- PHP 8.4 is installed'), undefined);
    assert.deepEqual(lenses[0]?.command?.arguments, [serverTarget(web)]);
  });

  it('shows the command instead of running it to whoever wants to see it', async () => {
    prompts.answer('Show Command');
    await run(commands.checkServer, server('acme-web-1'));
    const document = await shownDocument();
    assert.match(document.getText(), /apt list --upgradable/);
    assert.deepEqual(await sent(), []);
  });

  it('cannot check a server without sites, and says what can be done', async () => {
    const { fleet } = under.services;
    const empty = fleet.allServers().find((entry) => fleet.sites(entry, entry.server).length === 0) ?? assert.fail();
    await run(commands.checkServer, empty);
    await eventually('the error', () => prompts.shown.length > 0, [prompts.onDidShow]);
    assert.match(prompts.shown[0]?.message ?? '', /runs as a command of a site/);
    assert.deepEqual(prompts.shown[0]?.choices, ['Open SSH Terminal']);
    assert.deepEqual(await sent(), []);
  });

  it('updates PHP on several servers after a dry run, follows it, and restarts the processes of the sites', async () => {
    prompts.answer('acme-web-1|acme-web-2', 'PHP 8.4 on acme-web-1|PHP 8.3 on acme-web-2', 'Update');
    prompts.answer('Restart Background Processes…', 'accept');
    await until(run(commands.updatePhp));
    const [servers, dryRun, question] = prompts.shown;
    assert.ok(servers?.choices.includes('acme-worker-1'));
    assert.equal(dryRun?.message, 'Update PHP – Dry Run');
    const described = dryRun?.choices.map((choice, index) => `${choice}: ${dryRun.descriptions?.[index] ?? ''}`) ?? [];
    assert.ok(
      described.some((row) => /^PHP 8\.4 on acme-web-1: .*shop\.example\.com/.test(row)),
      described.join('\n'),
    );
    assert.ok(described.includes('PHP 8.3 on acme-web-1: no sites'));
    assert.equal(question?.message, 'Update 2 PHP versions on 2 servers?');
    const posts = await sent();
    assert.equal(posts.filter((one) => /^PUT php\/versions\/\d+$/.test(one)).length, 2);
    assert.ok(posts.some((one) => /^POST background-processes\/\d+\/actions$/.test(one)));
    assert.match(
      prompts.shown.find(({ kind }) => kind === 'information')?.message ?? '',
      /^Updated PHP 8\.4 on acme-web-1, PHP 8\.3 on acme-web-2\.$/,
    );
  });

  it('tells which update of PHP failed, and leaves alone what is not agreed to', async () => {
    prompts.answer('accept', 'dismiss');
    await run(commands.updatePhp, server('acme-web-1'));
    assert.deepEqual(await sent(), []);
    prompts.clear();
    await control.nextChange({ method: 'PUT', path: '/php/versions/', end: 'failed' });
    prompts.answer('accept', 'Update');
    const updating = run(commands.updatePhp, server('acme-web-1'));
    await Promise.race([
      until(updating),
      eventually('the end', () => prompts.shown.some(({ kind }) => kind === 'error'), [prompts.onDidShow]),
    ]);
    assert.match(
      prompts.shown.find(({ kind }) => kind === 'error')?.message ?? '',
      /^Couldn't update PHP 8\.4 on acme-web-1: Forge reports the status “failed”\..* Updated PHP 8\.3 on acme-web-1\.$/,
    );
  });

  it('runs a recipe on several servers after a question, and shows all outputs, failures first', async () => {
    const web = server('acme-web-1');
    const path = '/recipes/\\d+/runs$';
    await control.nextChange({ path });
    await control.nextChange({
      path,
      end: 'failed',
      output: 'E: \u001b[31mNo space left\u001b[0m\n```\n# not a heading\n',
    });
    prompts.answer('Install htop', 'acme-web-1|acme-web-2', 'Run');
    await until(
      vscode.commands.executeCommand(commands.runRecipe, { kind: 'organization', key: organizationKey(web) }),
    );
    assert.equal(modal().message, 'Run Install htop on 2 servers?');
    assert.match(modal().detail ?? '', /^acme-web-1\nacme-web-2\n\nRuns its script there as root\./);
    assert.equal((await control.requests()).filter(({ method }) => method === 'POST').length, 1);
    const text = (await shownDocument()).getText();
    assert.match(text, /^# Install htop\n\n.* · failed: 1 · finished: 1\n/);
    assert.ok(text.indexOf('## acme-web-2 · failed') < text.indexOf('## acme-web-1 · finished'), text);
    assert.match(text, /\n````\nE: No space left\n```\n# not a heading\n````\n/);
    assert.match(prompts.shown.at(-1)?.message ?? '', /^Install htop failed on 1 of 2 servers\.$/);
  });

  it('asks for everything only when it is clear that the token may do it', async () => {
    await under.signOutAll();
    await signIn(await control.createToken({ scopes: ['user:view', 'organization:view', 'server:view'] }));
    const web = serverOf(under.services.fleet, under.site(sampleSites.main)) ?? assert.fail();
    for (const command of [commands.checkServer, commands.updatePhp, commands.runRecipe, commands.restartProcesses]) {
      prompts.clear();
      await run(command, web);
      await eventually('the error', () => prompts.shown.length > 0, [prompts.onDidShow]);
      assert.match(prompts.shown[0]?.message ?? '', /^Your token is missing the scope/, command);
    }
    await under.signOutAll();
  });
});
