import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import type { Deployment } from '../forge/resources';
import { PlainError } from '../ui/plainError';

/** The name by which a question refers to the tool that explains a deployment, as package.json has it. */
const tool = '#forgeExplainDeployment';

/** Opens chat, in which a model is asked why a deployment failed, with the tool that knows. */
export async function explainWithCopilot(site: SiteEntry, deployment: Pick<Deployment, 'id'>): Promise<void> {
  // A person sends this, so that only a name without any sentence in it may be a part of it.
  const name = /^[\w.-]{1,100}$/.test(site.site.name) ? site.site.name : site.site.id;
  const query = l10n.t('Why did the deployment {0} of the site {1} fail, and how do I fix it?', deployment.id, name);
  try {
    await vscode.commands.executeCommand('workbench.action.chat.open', { mode: 'agent', query: `${tool} ${query}` });
  } catch {
    throw new PlainError(l10n.t("Chat isn't available in this VS Code."));
  }
}
