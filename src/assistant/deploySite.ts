import * as l10n from '@vscode/l10n';
import { deploymentLine } from './deploymentText';
import { text } from './input';
import { findSite } from './names';
import { defineTool } from './tool';

/** Deploys a site after the pre-flight that a click gets, which is asked also where chat asks nothing. */
export const deploySite = defineTool({
  input: { site: text },
  confirmation: async ({ site: name }, parts) => {
    const { site, server } = await findSite(parts, name);
    return {
      title: l10n.t('Deploy {0}?', site.name),
      message: server
        ? l10n.t('On {0}. You are asked again, with the commits to be deployed, before anything happens.', server.name)
        : l10n.t('You are asked again, with the commits to be deployed, before anything happens.'),
    };
  },
  run: async ({ site: name }, { parts, ask, signal }) => {
    const entry = await findSite(parts, name);
    // The pre-flight takes up to four requests, and the deployment one.
    const deployment = await ask(
      entry.account,
      () => canceledBy(signal, parts.deployer.deploySite(entry, { isOfModel: true })),
      5,
    );
    return deployment
      ? {
          of: entry,
          notes: [
            'The person agreed, and the deployment has started. It is followed in VS Code, so forge_list_deployments and forge_explain_deployment know its end without asking Forge again.',
          ],
          data: [{ title: 'deployment', text: [deploymentLine(deployment, entry.account.client.now())] }],
        }
      : { of: entry, notes: ['The person declined. Nothing was deployed. Do not try again unless they ask for it.'] };
  },
});

/** Leaves a question that is open to the person, and the call to the chat that has canceled it. */
export function canceledBy<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(Object.assign(new Error('Canceled by the chat.'), { name: 'AbortError' }));
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
