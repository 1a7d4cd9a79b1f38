import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

interface Extension {
  readonly activate: (context: vscode.ExtensionContext) => unknown;
}

/** In place of the extension: loads it, and calls its tool that deploys, twice, as an agent does to which chat gives no approval of its own. */
export function activate(context: vscode.ExtensionContext): unknown {
  const { activate: activateIt } = require(join(__dirname, 'dist', 'extension.js')) as Extension;
  const made = activateIt(context);
  void callTools();
  return made;
}

async function callTools(): Promise<void> {
  const { FORGE_TOOL_ANSWERS: file = '', FORGE_TOOL_SITE: site = '' } = process.env;
  // Until the sites are loaded.
  while ((await answerOf('forge_get_site', { site })).startsWith('Error')) {
    // They will be.
  }
  for (const call of ['first', 'second']) {
    appendFileSync(file, `${call}: ${await answerOf('forge_deploy_site', { site })}\n`);
  }
}

async function answerOf(tool: string, input: object): Promise<string> {
  try {
    const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  } catch (error) {
    return `Error: ${error}`;
  }
}
