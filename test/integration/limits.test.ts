import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, views } from '../../src/manifest';
import { siteNode } from '../../src/views/fleetNodes';
import { sampleSites } from '../sampleWorkspace';
import { type Changes, eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';

/** For what changes without an event: looks again and again. */
const often: Changes = (listener) => {
  const timer = setInterval(listener, 50);
  return { dispose: () => clearInterval(timer) };
};

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
});
