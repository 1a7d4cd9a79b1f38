import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { tellMissingScopes } from '../../src/account/askForToken';
import { usedScopes } from '../../src/forge/usedScopes';
import { commands, views } from '../../src/manifest';
import { siteNode } from '../../src/views/fleetNodes';
import { sampleSites } from '../sampleWorkspace';
import { eventually, often } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { Prompts } from './prompts';

describe('The extension within what Forge allows', () => {
  const under = extensionUnderTest();
  const { control, rows, signIn, site } = under;

  const tooltip = () => (under.services.statusBar.tooltip ?? '').replaceAll('&nbsp;', ' ');

  before(() => vscode.commands.executeCommand(`${views.fleet}.focus`));

  it('tells in the status bar what is used and left of the minute, by other clients too', async () => {
    await signIn();
    const used = () => Number(/API requests this minute: (\d+) of 6000/.exec(tooltip())?.[1]);
    await eventually('the requests of the refresh', () => used() > 0, [often]);
    await control.limit({ used: 500 });
    await under.services.fleet.refresh();
    await eventually('the requests of somebody else', () => used() > 500, [often]);
  });

  it('counts two tokens of one user as one budget', async () => {
    const first = await signIn();
    const second = await signIn(await control.createToken());
    assert.notEqual(second, first);
    assert.equal(second.limiter, first.limiter);
  });

  it('takes another number of requests from the settings at once', async () => {
    const { limiter } = await signIn();
    const settings = vscode.workspace.getConfiguration();
    const allow = (limit: number) =>
      settings.update('forge.requestsPerMinute', limit, vscode.ConfigurationTarget.Global);
    try {
      await allow(40);
      await eventually('the limit of the settings', () => limiter.state.limit === 40, [often]);
    } finally {
      await allow(6000);
    }
    await eventually('the limit of before', () => limiter.state.limit === 6000, [often]);
  });

  it('says which scope is missing without spending a request on it', async () => {
    await signIn(await control.createToken({ scopes: ['user:view', 'organization:view', 'server:view'] }));
    const entry = site(sampleSites.main);
    const [deployment] = await rows(siteNode(entry));
    assert.ok(deployment?.node.kind === 'deployment', 'what is allowed is shown');
    await control.clearRequests();
    await assert.rejects(under.services.deployer.deploySite(entry), {
      kind: 'forbidden',
      status: undefined,
      scopes: ['site:manage-deploys'],
    });
    await vscode.commands.executeCommand(commands.viewDeploymentLog, deployment.node);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^Your token is missing the scope site:manage-deploys\./);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.deepEqual(
      (await control.requests()).filter(({ path }) => /\/log$/.test(path)),
      [],
    );
    assert.ok(!(await control.requests()).some(({ method }) => method === 'POST'));
  });

  describe('says what is missing', () => {
    const prompts: Prompts[] = [];
    const person = () => prompts[0] ?? assert.fail();
    beforeEach(() => prompts.unshift(new Prompts()));
    afterEach(() => prompts.shift()?.restore());

    it('after signing in, all at once, and copies what a token needs', async () => {
      for (const missing of [['site:manage-deploys'], ['site:manage-commands', 'server:manage-logs']]) {
        person().clear();
        const scopes = usedScopes.filter((scope) => !missing.includes(scope));
        person().answer('Copy Scopes');
        await tellMissingScopes(await control.createToken({ scopes }));
        const [said] = person().shown;
        assert.deepEqual([said?.kind, said?.choices], ['warning', ['Copy Scopes', 'Sign In']]);
        assert.ok(said?.message.endsWith(`${missing.join(', ')}.`), said?.message);
        assert.equal(await vscode.env.clipboard.readText(), usedScopes.join(', '));
      }
      person().clear();
      await tellMissingScopes(await control.createToken({ scopes: [...usedScopes, 'billing:manage'] }));
      await tellMissingScopes('not-a-token');
      assert.deepEqual(person().shown, []);
    });

    it('of a command that is refused, by the token or by Forge, and offers both', async () => {
      const refused = async (command: string, about: unknown) => {
        person().clear();
        await vscode.commands.executeCommand(command, about);
        await eventually('the notification', () => person().shown[0], [person().onDidShow]);
        assert.deepEqual(person().shown[0]?.choices, ['Copy Scopes', 'Sign In']);
      };
      await signIn(await control.createToken({ scopes: ['user:view', 'organization:view', 'server:view'] }));
      await refused(commands.deploySite, siteNode(site(sampleSites.main)));
      await refused(commands.copyDeployHook, siteNode(site(sampleSites.develop)));
      await under.signOutAll();
      await signIn();
      await control.fault({ path: '/deployments$', status: 403, body: '{"message":"Forbidden."}', times: 0 });
      await refused(commands.clearStuckDeployment, siteNode(site(sampleSites.main)));
    });
  });
});
