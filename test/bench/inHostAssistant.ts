import { appendFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Services } from '../../src/extension';
import { type ToolName, tools, views } from '../../src/manifest';
import { eventually } from '../integration/eventually';
import { extensionId, url } from '../integration/extensionUnderTest';
import { sampleSites } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';

/** What the window says. */
export interface AssistantWindow {
  readonly tools: number;
  readonly manifestCharacters: number;
  readonly maxAnswerCharacters: number;
  /** Of each reading tool, by its id. */
  readonly requests: Readonly<Record<string, number>>;
  /** Of calls that are answered without a request, in milliseconds. */
  readonly answersMs: readonly number[];
}

/** How often each tool is called that takes no request. */
const rounds = 40;

const site = sampleSites.main;

/** What each reading tool is asked. */
const questions: Partial<Record<ToolName, object>> = {
  findSites: { query: 'example', php: '8.2' },
  getSite: { site },
  getServer: { server: 'acme-web-1' },
  listDeployments: { site },
  explainDeployment: { site },
  compareDeployments: { site },
  listEvents: { server: 'acme-web-1' },
  readLog: { site },
  readFile: { site, file: 'nginx' },
  compareEnvironment: { site, otherSite: sampleSites.develop },
  listResources: { site, kind: 'domains' },
};

/** Called by the extension host. */
export async function run(): Promise<void> {
  const control = new SimulatorControl(url);
  const extension = vscode.extensions.getExtension<Services>(extensionId);
  if (!extension) {
    throw new Error('The extension is not there.');
  }
  const { fleet } = await extension.activate();
  await vscode.commands.executeCommand(`${views.fleet}.focus`);
  await eventually('the whole fleet', () => fleet.refreshedAt !== undefined, [fleet.onDidChange], 120_000);
  await eventually('the end of the refresh', () => !fleet.isRefreshing, [fleet.onDidChange], 120_000);
  const requests: Record<string, number> = {};
  const answersMs: number[] = [];
  let longest = 0;
  const call = async (name: ToolName, input: object) => {
    const started = performance.now();
    const { content } = await vscode.lm.invokeTool(tools[name], { input, toolInvocationToken: undefined });
    const took = performance.now() - started;
    longest = Math.max(longest, ...content.map((part) => (part as vscode.LanguageModelTextPart).value.length));
    return took;
  };
  for (const [name, input] of Object.entries(questions) as [ToolName, object][]) {
    await control.clearRequests();
    await call(name, input);
    requests[tools[name]] = (await control.requests()).length;
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['findSites', 'getSite', 'getServer', 'explainDeployment'] as const) {
      answersMs.push(await call(name, questions[name] ?? {}));
    }
  }
  const { contributes } = extension.packageJSON as { readonly contributes: { readonly languageModelTools: object } };
  const result: AssistantWindow = {
    tools: Object.keys(tools).length,
    manifestCharacters: JSON.stringify(contributes.languageModelTools).length,
    maxAnswerCharacters: longest,
    requests,
    answersMs,
  };
  appendFileSync(process.env.FORGE_BENCH_RESULT ?? '', `${JSON.stringify(result)}\n`);
}
