import * as vscode from 'vscode';
import { type ToolName, tools } from '../manifest';
import type { ToolCaller } from './callTool';

/** Registers the tools for language models. @param load called when the first one is called */
export function registerTools(load: () => Promise<ToolCaller>): vscode.Disposable {
  // An editor based on VS Code may have no language models.
  const lm: Partial<typeof vscode.lm> | undefined = vscode.lm;
  let loading: Promise<ToolCaller> | undefined;
  const caller = () => {
    loading ??= load();
    return loading;
  };
  return vscode.Disposable.from(
    ...(Object.keys(tools) as ToolName[]).flatMap(
      (name) =>
        lm?.registerTool?.<unknown>(tools[name], {
          prepareInvocation: async ({ input }) => (await caller()).prepare(name, input),
          invoke: async ({ input }, token) => (await caller()).call(name, input, token),
        }) ?? [],
    ),
  );
}
