import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ForgeErrorKind } from '../../src/forge/errors';
import { commands } from '../../src/manifest';
import { projectRoot } from '../paths';
import { sampleSites } from '../sampleWorkspace';
import type { Fault } from '../simulator/control';
import { filesWith, traces } from './filesWith';
import { inWindow } from './inWindow';
import { issueReport } from './issueReport';
import { insist, until } from './until';

/** What every secret begins with, also those that the simulator makes. VS Code has a word of these letters of its own. */
const canary = 'canary-';

/** The secrets of ordinary answers under Forge's names for them (src/forge/README.md, Secrets), beside the deploy hook of each site. */
const secrets = {
  content: `APP_KEY=base64:${canary}environment`,
  deployment_script: `curl -H 'X-Key: ${canary}script' https://cdn.example.com/purge`,
  password: `${canary}composer`,
  ping_url: `https://forge.laravel.com/api/heartbeat/ping/${canary}heartbeat`,
  sudo_password: `${canary}sudo`,
  token: `${canary}npm`,
};

/** Each answer that is no failure carries all of them. */
const inEveryAnswer: Fault = { times: 0, patch: secrets, patchDocument: { meta: secrets } };

/** So does the body of each failure, whatever its status. */
const body = JSON.stringify({ message: 'Not like this.', ...secrets });

/** What the log says of a call that failed, for each kind of failure: none of a call is left out. */
const failures: Readonly<Record<Exclude<ForgeErrorKind, 'keychain'>, RegExp>> = {
  unauthenticated: /GET \/me ✗ .+ answered 401\./,
  forbidden: /GET \/orgs ✗ .+ answered 403\./,
  notFound: /\/log ✗ .+ answered 404\./,
  invalid: /POST \S+\/deployments ✗ .+ answered 422\./,
  rateLimited: /\/sites ✗ .+ answered 429\./,
  maintenance: /\/servers ✗ .+ answered 503\./,
  timeout: /\/deployments ✗ .+ took longer than 15 s\./,
  network: /GET \/me ✗ .+ got no answer/,
  server: /GET \/orgs ✗ .+ answered 500\./,
  unexpected: /GET \/me ✗ .+ answered with a redirect/,
};

const site = sampleSites.main;

const { contributes } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
  };
};
const words = JSON.parse(readFileSync(join(projectRoot, 'package.nls.json'), 'utf8')) as Record<string, string>;

/** What a command of package.json is called in the palette. */
function titleOf(id: string): string {
  const { title = '' } = contributes.commands.find(({ command }) => command === id) ?? {};
  return words[title.replaceAll('%', '')] ?? title;
}

/** Those that the palette has only at times. */
const seldom = new Set(
  contributes.menus.commandPalette
    .filter(({ when }) => when !== 'forge.state != signedOut')
    .map(({ command }) => command),
);

/** A key for each other one: a hundred ways through the palette would take minutes. */
const keybindings = contributes.commands
  .filter(({ command }) => !seldom.has(command))
  .map(({ command }, index) => ({
    key: `${['ctrl+alt+shift', 'ctrl+alt', 'alt+shift'][Math.floor(index / 26)]}+${String.fromCharCode(97 + (index % 26))}`,
    command,
  }));

/** Where the text has one of those in it, with what stands around it. */
function excerpts(text: string, traitors: readonly string[]): string[] {
  return traitors
    .map((traitor) => text.indexOf(traitor))
    .filter((index) => index >= 0)
    .map((index) => text.slice(Math.max(0, index - 60), index + 60));
}

/** A text without spaces and line breaks. */
function unbroken(text: string): string {
  return text.replace(/\s/g, '');
}

describe('The token and what Forge keeps secret', () => {
  const { simulator, control, window, workbench, album } = inWindow({
    pictures: 60,
    forge: { latency: 0 },
    token: () => '',
    keybindings,
    settings: {
      'issueReporter.experimental.webReporter': true,
      'terminal.integrated.commandsToSkipShell': keybindings.map(({ command }) => command),
    },
  });

  const used = new Set<string>();
  /** All that stood in the window when somebody looked, notifications and errors too. Lines are broken anywhere. */
  const looks: string[] = [];
  const look = async () => looks.push(unbroken(await workbench.allText()));

  /** Runs a command of package.json, with its key or from the palette. */
  const use = async (id: string) => {
    const bound = keybindings.find(({ command }) => command === id);
    await (bound ? workbench.press(bound.key) : workbench.runCommand(`Forge: ${titleOf(id)}`));
    used.add(id);
  };
  /** Runs one that asks for a row first, and chooses it; again if the list was taken away by what only then got the focus. */
  const useOn = async (id: string, row: string, seen?: () => Promise<unknown>) => {
    const title = titleOf(id).replace('…', '');
    await insist(
      `to be asked for ${row}: ${title}`,
      async () => {
        if (!(await workbench.isAsking(title))) {
          await use(id);
        }
        await workbench.typeInto(title, row);
      },
      () => workbench.offers(row),
    );
    await seen?.();
    await workbench.choose(row);
  };
  const useOnSite = (id: string) => useOn(id, site);
  /** Waits until the log has a failure of that kind. */
  const logged = (kind: keyof typeof failures) =>
    until(`${kind} in the log`, async () => failures[kind].test(await window.server.logs()));
  const clipboard = () => window.page.evaluate('navigator.clipboard.readText()');

  /** Disturbs the next calls so; all others are answered, with secrets. */
  const disturb = async (...faults: readonly Fault[]) => {
    await control.clearFaults();
    for (const fault of [...faults, inEveryAnswer]) {
      await control.fault(fault);
    }
  };

  /** Waits for a step of a form, and leaves it. */
  const leaveStep = async (title: string) => {
    await workbench.quickInput().locator('.quick-input-title', { hasText: title }).waitFor();
    await look();
    await workbench.giveUp();
  };
  /** Every command that creates, changes, compares or deletes, as far as its first question. */
  const manageEverything = async () => {
    const server = 'acme-web-1';
    const onServer = async (id: string, asks: () => Promise<unknown>) => {
      await useOn(id, server);
      await asks();
    };
    const onSite = async (id: string, asks: () => Promise<unknown>) => {
      await useOnSite(id);
      await asks();
    };
    const modal = async () => {
      await workbench.modalText();
      await look();
      await workbench.answerModal('Cancel');
    };
    for (const [id, name] of [
      [commands.openTinker, 'Tinker'],
      [commands.openDatabaseShell, 'Database'],
      [commands.followLogOverSsh, 'Log'],
    ] as const) {
      await onSite(id, () => workbench.terminal(`${name}: ${site}`).waitFor({ state: 'attached' }));
    }
    await onSite(commands.forwardDatabasePort, () =>
      workbench.terminal(`Database of ${server}`).waitFor({ state: 'attached' }),
    );
    await onSite(commands.openFolderOnServer, () =>
      workbench.dismissNotification('Install the extension “Remote - SSH”'),
    );
    await use(commands.newResource);
    await leaveStep('New Resource');
    await use(commands.goToResource);
    await leaveStep('Go to Resource');
    await use(commands.newServer);
    await leaveStep('New Server');
    for (const id of [commands.newSite, commands.newDatabase]) {
      await onServer(id, () => leaveStep('New'));
    }
    for (const id of [commands.newScheduledJob, commands.newBackgroundProcess]) {
      await onSite(id, () => leaveStep('New'));
    }
    await onSite(commands.addDomain, () => leaveStep('Add Domain'));
    await onSite(commands.runCommand, () => leaveStep('Run Command'));
    await onServer(commands.editServer, () => leaveStep(`Edit ${server}`));
    await onSite(commands.editSite, () => leaveStep(`Edit ${site}`));
    await onServer(commands.runOnServer, () => leaveStep('Reboot'));
    await onServer(commands.restartService, () => leaveStep('Restart Service'));
    await onServer(commands.stopService, () => leaveStep('Stop Service'));
    for (const id of [commands.rebootServer, commands.powerCycleServer, commands.checkServer]) {
      await onServer(id, modal);
    }
    await use(commands.restartProcesses);
    await workbench.choices('Restart Background Processes');
    await workbench.find(site);
    await workbench.quickInputField().and(window.page.locator('[placeholder="Select background processes"]')).waitFor();
    await leaveStep('Restart Background Processes');
    await use(commands.updatePhp);
    await leaveStep('Update PHP');
    await use(commands.runRecipe);
    await leaveStep('Run Recipe');
    await onServer(commands.deleteServer, modal);
    await onSite(commands.deleteSite, modal);
    await use(commands.compareResources);
    await workbench.choices('Compare Resources with');
    await workbench.find(site);
    await workbench.choices(`Compare Resources of ${site} with`);
    await workbench.find(sampleSites.develop);
    await modal();
    // From a row: what belongs to the server is on screen.
    await workbench.chooseFromRow('Database Users', 'Open Documentation');
    used.add(commands.openResourceDocs);
    await workbench.answerModal('Cancel');
    await workbench.chooseFromRow('reporting, installed', 'Edit…');
    used.add(commands.editResource);
    await leaveStep('Edit reporting');
    await workbench.expand('SSH Keys');
    await workbench.chooseFromRow('Server SSH Key', 'Copy…');
    used.add(commands.copyFromResource);
    await workbench.expand('Nginx Templates');
    await workbench.row('Default').first().waitFor();
    // What it opens is no secret, and on screen as it is.
    await control.clearFaults();
    await workbench.chooseFromRow('Default', 'Open Text');
    used.add(commands.editResourceText);
    await workbench.reads(/server_name/);
    await disturb();
    await look();
    await use(commands.showFindings);
    await leaveStep('Needs Attention');
    await use(commands.checkFleet);
    await workbench.choices('Check Fleet');
    await look();
    await workbench.quickInputField().press('Enter');
    await workbench.dismissNotification('The fleet was checked');
    await workbench.runCommand('Laravel Forge: Focus on Sites View');
    await workbench.goToTop();
    await workbench.expand('Needs attention');
    await look();
    const finding = await workbench.firstChild('Needs attention');
    const [label = ''] = ((await finding.getAttribute('aria-label')) ?? '').split(',', 1);
    await workbench.chooseFromRow(label, 'Show in Sites');
    used.add(commands.showInTree);
    // Showing the row may end after it was asked for.
    await workbench.selectedRow(label).waitFor();
    await workbench.goToTop();
    await workbench.expand('Needs attention');
    // A server that isn't connected: its page in Forge.
    await (await workbench.firstChild('Needs attention')).click();
    used.add(commands.openFinding);
    await modal();
    await workbench.goToTop();
    await (await workbench.rowButton(label, 'Dismiss')).click();
    used.add(commands.dismissFinding);
    await workbench.chooseFromRow('Needs attention', 'Dismiss All');
    used.add(commands.dismissFindings);
    await look();
    // Only a list with hundreds of rows has it.
    used.add(commands.showMoreResources);
  };

  it('are asked for, and refused for every reason there is', async () => {
    await workbench.openForge();
    // The extension has started then, and its channel is in the list.
    await workbench.welcomeButton('Sign In').waitFor();
    await workbench.runCommand('Developer: Set Log Level...');
    await workbench.choose('Laravel Forge');
    await workbench.choose('Trace');

    await use(commands.signIn);
    const refused = async (token: string, sentence: RegExp, ...faults: readonly Fault[]) => {
      await disturb(...faults);
      await workbench.enter(token);
      await until(`${sentence}`, async () => sentence.test(await workbench.quickInputMessage()));
      await look();
    };
    await refused(`${canary}token`, /rejected this token/, { path: '^/me$', status: 401, body });
    const elsewhere = { location: `https://forge.laravel.com/login?token=${canary}redirect` };
    await refused(simulator.token, /isn't the Forge API/, { path: '^/me$', status: 302, headers: elsewhere });
    await refused(simulator.token, /is missing the scopes/, { path: '^/orgs$', status: 403, body });
    await refused(simulator.token, /Can't reach/, { path: '^/me$', drop: true, times: 3 });
    await album.take('secrets-refused');

    await disturb();
    await workbench.enter(simulator.token);
    await workbench.row('acme-web-1').waitFor();
  });

  it('are read with every answer, good or bad', async () => {
    await workbench.expand('acme-web-1');
    await workbench.row(sampleSites.develop).waitFor();
    const { organizations } = await control.fleet();
    const sites = organizations.flatMap(({ servers }) => servers.flatMap((server) => server.sites));
    const staging = `/sites/${sites.find(({ name }) => name === sampleSites.develop)?.id}/deployments`;
    // It hangs, and is given up while the next steps go on.
    await disturb({ path: `${staging}$`, hang: true });
    await workbench.expand(sampleSites.develop, { areRead: false });
    await until('the call that hangs', async () =>
      (await control.requests()).some(({ path, status }) => path.endsWith(staging) && status === 0),
    );

    await disturb(
      { path: '^/orgs$', status: 500, body },
      { path: '/servers$', status: 503, body },
      { path: '/sites$', status: 429, body, headers: { 'retry-after': '1' } },
    );
    await use(commands.refresh);
    await logged('rateLimited');

    await disturb({ path: '/log$', status: 404, body });
    await useOnSite(commands.viewDeploymentLog);
    await workbench.openedLog();
    await workbench.reads(/has no log|No output yet/);
    await look();

    await disturb({ method: 'POST', status: 422, body });
    await useOnSite(commands.deploySite);
    await workbench.answerModal('Deploy');
    await workbench.notification('Forge rejected this: Not like this.');
    await look();
    await album.take('secrets-failures');

    await disturb();
    await control.nextDeployment({ site, end: 'failed', seconds: 10 });
    await useOnSite(commands.deploySite);
    await workbench.answerModal('Deploy');
    await workbench.notification(`The deployment of ${site} failed`);
    await look();
  });

  it('are nothing that a command needs', async () => {
    // Of the deployment that has failed.
    await use(commands.dismissProblems);
    await use(commands.manageAccounts);
    await workbench.choices('Laravel Forge Accounts');
    await look();
    await workbench.giveUp();

    for (const command of [commands.openSite, commands.openInForge]) {
      await useOnSite(command);
      await workbench.modalText();
      await look();
      await workbench.answerModal('Cancel');
    }

    await useOnSite(commands.copySiteName);
    await until('the name in the clipboard', async () => (await clipboard()) === site);
    await useOnSite(commands.copyIpAddress);
    await until('the address in the clipboard', async () => /^203\.0\.113\.\d+$/.test(String(await clipboard())));
    await look();

    for (const command of [commands.addFavourite, commands.removeFavourite]) {
      await useOnSite(command);
    }
    await use(commands.arrange);
    await workbench.choices('Group, Sort and Filter');
    await look();
    await workbench.tick('Last Deployment');
    await workbench.giveUp();
    await useOnSite(commands.linkFolder);
    await useOnSite(commands.goToSite);
    await workbench.arrivedAt(site);
    await useOn(commands.goToServer, 'acme-web-1', look);
    await workbench.arrivedAt('acme-web-1');
    await useOnSite(commands.browseDeployments);
    await workbench.choices(`Deployments of ${site}`);
    await look();
    await workbench.giveUp();
    for (const command of [commands.openCommit, commands.compareDeployments, commands.copyCommitHash]) {
      await useOnSite(command);
      await workbench.choices(titleOf(command).replace('…', ''));
      await workbench.find('failed');
      await look();
    }
    await useOnSite(commands.enablePushToDeploy);
    await workbench.modal().waitFor();
    await workbench.answerModal('Turn On');
    await useOnSite(commands.disablePushToDeploy);
    // More than are read at once.
    for (let deployment = 0; deployment < 8; deployment += 1) {
      await control.startDeployment({ site, seconds: 1, commit: { message: 'Among others' } });
    }
    await control.switch({ advance: 100 });
    await use(commands.refresh);
    const more = workbench.row('Show More');
    // The refresh moves the rows, by whose deployment is the last: the row may go from under the pointer.
    await insist(
      'to open the site',
      () => workbench.expand(site),
      () => more.isVisible(),
    );
    // The rows above may just be read, and move it.
    await insist(
      'to show more',
      () => more.click({ timeout: 1_000 }),
      async () => (await more.count()) === 0,
    );
    used.add(commands.showMoreDeployments);
    await workbench.chooseFromRow('Among others', 'View Deployment Log');
    await workbench.openedLog();
    await look();
    used.add(commands.viewLogOfDeployment);
    // Only where there is chat, which these windows have none of.
    used.add(commands.explainDeployment);
    await useOnSite(commands.clearStuckDeployment);
    await workbench.notification(`No deployment of ${site} is running.`);
    for (const [command, button] of [
      [commands.copyDeployHook, 'Copy'],
      [commands.regenerateDeployHook, 'Regenerate and Copy'],
    ] as const) {
      await useOnSite(command);
      await workbench.modalText();
      await look();
      await workbench.answerModal(button);
      await until('the hook in the clipboard', async () => String(await clipboard()).includes(canary));
    }

    // A log is shown as it is, so what the others hold must not be put into it.
    await control.clearFaults();
    await useOn(commands.viewServerLog, 'acme-web-1');
    await workbench.choices('Logs of acme-web-1');
    await look();
    await workbench.giveUp();
    await useOnSite(commands.viewLog);
    await workbench.choices(`Logs of ${site}`);
    await workbench.choose('Laravel Log');
    await workbench.reads(/production\.\w+/);
    await use(commands.followLog);
    // The palette lists what there was when it was opened.
    await workbench.editorButton('Stop Following Log').waitFor();
    await use(commands.stopFollowingLog);
    await use(commands.filterLog);
    await workbench.choices('Filter Log by Level');
    await workbench.choose('Error and Above');
    await use(commands.showLogExceptions);
    await workbench.choices('Exceptions');
    await look();
    await workbench.giveUp();
    await disturb();
    await use(commands.clearLog);
    await workbench.modalText();
    await look();
    await workbench.answerModal('Cancel');

    await use(commands.openFile);
    await workbench.choices('Open Remote File');
    await workbench.find(site);
    await workbench.choices(`Files of ${site}`);
    await look();
    await workbench.giveUp();
    await useOnSite(commands.openEnvironment);
    await workbench.reads(/APP_KEY/);
    await until('the values to be hidden', async () => !(await workbench.seenText()).includes(canary));
    await look();
    await use(commands.allowEditing);
    await workbench.dismissNotification('VS Code keeps a plain-text backup');
    // What a person asks to see is on screen, and only then.
    await use(commands.showValue);
    await until('the value', async () => (await workbench.seenText()).includes(canary));
    await use(commands.showValues);
    await use(commands.hideValues);
    await until('the values to be hidden', async () => !(await workbench.seenText()).includes(canary));
    await look();
    await use(commands.compareWithLocal);
    await workbench.dismissNotification("No .env found in this workspace's folders.");
    await use(commands.compareWithSite);
    await workbench.choices('Compare with Another Site');
    await workbench.find(sampleSites.develop);
    await workbench.notification('0 keys differ');
    await look();
    await useOnSite(commands.addMissingKeys);
    await workbench.choose('Another Site…');
    await workbench.choices('Compare with Another Site');
    await workbench.find(sampleSites.develop);
    await workbench.notification(`${site} already has all keys of`);
    await look();
    await useOnSite(commands.setValue);
    await workbench.choices(`Set .env Value of ${site}`);
    await workbench.find('APP_KEY');
    await until('the box', async () => (await workbench.quickInputField().getAttribute('type')) === 'password');
    await workbench.enter(`${canary}typed`);
    await workbench.modalText();
    await look();
    await workbench.answerModal('Set Value');
    await useOnSite(commands.cacheConfiguration);
    await look();

    await use(commands.restartNginx);
    await workbench.choices(titleOf(commands.restartNginx).replace('…', ''));
    await workbench.find('acme-web-1');
    await workbench.modalText();
    await look();
    await workbench.answerModal('Cancel');

    await useOnSite(commands.openSsh);
    await workbench.terminal(site).waitFor();
    await look();

    await use(commands.showSiteActions);
    await workbench.choices(`${site} · acme-web-1`);
    await look();
    await workbench.choose('View Latest Deployment Log');
    await workbench.reads(/Deployment (failed|complete)/);
    await workbench.tooltipOf(site);
    await look();

    const header = (text: string) => window.page.locator('.pane-header', { hasText: text });
    const pane = header('Resources');
    await pane.click();
    await use(commands.goToServer);
    await workbench.choices('Go to Server');
    await workbench.find('acme-web-1');
    await workbench.row('Database Users').waitFor();
    // All of the side bar is for what belongs to the server.
    await header('Sites').click();
    await workbench.expand('Database Users');
    const user = 'reporting, installed';
    await workbench.row(user).click();
    used.add(commands.openResource);
    await workbench.reads(/"name": "reporting"/);
    await look();
    await workbench.chooseFromRow(user, 'Delete…');
    used.add(commands.deleteResource);
    await workbench.modalText();
    await look();
    await workbench.answerModal('Cancel');
    await workbench.expand('Background Processes');
    const process = 'php8.4 artisan queue:work';
    await workbench.chooseFromRow(process, 'Run Action…');
    used.add(commands.runOnResource);
    await workbench.choices('Run Action');
    await look();
    await workbench.giveUp();
    await control.clearFaults();
    await workbench.chooseFromRow(process, 'View Output');
    used.add(commands.viewResourceOutput);
    await until('the output', async () => / process \d+\.log/.test((await workbench.activeTab()) ?? ''));
    await look();
    await disturb();
    await pane.hover();
    await pane.getByLabel('Pin Resources').click();
    used.add(commands.pinResources);
    await pane.getByLabel('Unpin Resources').click();
    used.add(commands.unpinResources);
    await use(commands.refreshResources);
    await look();
    await manageEverything();
    await header('Sites').click();
    await pane.click();

    await logged('timeout');
    const report = await issueReport(window.page, () => use(commands.reportIssue));
    looks.push(unbroken(await report.text()));
    await report.page.close();
    await use(commands.getStarted);
    await use(commands.showLog);
    await until('the log on screen', async () => /\[(debug|error)\]/.test(await workbench.outputText()));
    await look();
    await album.take('secrets-log');

    await use(commands.copyScopes);
    await use(commands.signOut);
    await workbench.modalText();
    await look();
    await workbench.answerModal('Sign Out');
    await workbench.welcomeButton('Sign In').waitFor();
    await look();
    assert.deepEqual([...used].sort(), contributes.commands.map(({ command }) => command).sort());
  });

  it('are in nothing that was said, logged or stored', async () => {
    const { root } = window.server.directories;
    const traitors = [canary, ...traces(simulator.token)];
    for (const kind of Object.keys(failures) as (keyof typeof failures)[]) {
      await logged(kind);
    }
    assert.deepEqual(await filesWith(root, traitors), []);
    assert.deepEqual(
      looks.flatMap((text) => excerpts(text, traitors)),
      [],
    );

    // The state of extensions, which is in files below the storage folders on a desktop, is in the browser here.
    const state = await until('the state of the extension', async () => {
      const stored = JSON.stringify(await window.page.context().storageState({ indexedDB: true }));
      return stored.includes('forge.recentSites') && stored;
    });
    assert.deepEqual(excerpts(state, traitors), []);

    // The search finds what is there.
    const planted = join(root, 'planted');
    await writeFile(planted, `token=${canary}planted`);
    assert.deepEqual(await filesWith(root, traitors), [planted]);
    await rm(planted);
    assert.ok((await filesWith(root, ['GET /orgs/acme/sites'])).some((file) => file.endsWith('Laravel Forge.log')));
    for (const text of [site, 'Forge rejected this', '203.0.113.']) {
      assert.ok(
        looks.some((look) => look.includes(unbroken(text))),
        text,
      );
    }
  });
});
