import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, extensionId } from '../../src/manifest';
import { sampleSites } from '../sampleWorkspace';
import { extensionUnderTest, token } from './extensionUnderTest';

interface Report {
  readonly extensionId: string;
  readonly issueBody: string;
  readonly data: string;
}

describe('An issue report', () => {
  const { signIn, site } = extensionUnderTest();
  const { executeCommand } = vscode.commands;

  afterEach(() => {
    vscode.commands.executeCommand = executeCommand;
  });

  /** Runs the command, with nobody there who opens VS Code's reporter. */
  const report = async (): Promise<Report> => {
    const reports: Report[] = [];
    vscode.commands.executeCommand = (async (command: string, ...args: unknown[]) =>
      command === 'workbench.action.openIssueReporter'
        ? reports.push(args[0] as Report)
        : executeCommand(command, ...args)) as typeof executeCommand;
    await vscode.commands.executeCommand(commands.reportIssue);
    assert.equal(reports.length, 1);
    return reports[0] ?? assert.fail();
  };

  it('has versions, where it runs and the latest log lines, and asks for the steps', async () => {
    const { extensionId: id, issueBody, data } = await report();
    assert.equal(id, extensionId);
    assert.match(issueBody, /## Steps to reproduce/);
    assert.match(data, /^Extension: \d+\.\d+\.\d+ \(\w+ extension host\)$/m);
    assert.ok(data.includes(`: ${vscode.version}, `));
    assert.match(data, /^Latest log lines:\n```\n[\s\S]*```$/m);
    assert.match(data, /, remote: [\w-]+$/m, 'without its address');
  });

  it('names no site, server, organization or account of whoever reports it, and has no token', async () => {
    const account = await signIn();
    const { organization, server } = site(sampleSites.main);
    const { data } = await report();
    assert.match(data, /GET \/orgs\/<organization>\/sites/);
    for (const name of [sampleSites.main, server?.name, `/${organization.slug}/`, account.label, token]) {
      assert.ok(name && !data.includes(name), `${name} in ${data}`);
    }
  });
});
