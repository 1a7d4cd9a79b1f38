import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import { isRunning } from '../forge/deploymentStatus';
import { PlainError } from '../ui/plainError';
import { confirm } from '../ui/say';
import { sendOnce } from '../ui/sendOnce';
import { siteTarget } from '../ui/target';
import type { DeploymentHistory } from './deploymentHistory';
import { deploymentSummary } from './wording';

/** How many of the newest deployments to search for the stuck one. */
const newestCount = 10;

/**
 * Resets Forge's status of a deployment that doesn't end, after a confirmation that states how long it has been running. Doesn't stop
 * processes on the server.
 */
export async function clearStuckDeployment(fleet: Fleet, history: DeploymentHistory, entry: SiteEntry): Promise<void> {
  const read = async () => {
    const newest = await entry.api.first('listDeployments', {}, { count: newestCount, lane: 'user' });
    const [latest] = newest;
    if (latest) {
      fleet.setDeployment(entry.key, latest);
    }
    // The oldest running one: later ones wait for it.
    return newest.findLast((deployment) => isRunning(deployment));
  };
  const stuck = await read();
  if (!stuck) {
    throw new PlainError(l10n.t('No deployment of {0} is running.', entry.site.name));
  }
  const isSure = await confirm(
    l10n.t('Reset the deployment status of {0}?', entry.site.name),
    [
      deploymentSummary(stuck, entry.account.client.now(), history.usualMs(entry.key)),
      l10n.t("A new deployment can then start. Processes already running on the server aren't stopped."),
    ].join('\n\n'),
    l10n.t('Reset Status'),
  );
  if (!isSure) {
    return;
  }
  // Forge resets whichever deployment is running now.
  if ((await read())?.id !== stuck.id) {
    throw new PlainError(l10n.t('The deployment of {0} has already ended, so nothing was reset.', entry.site.name));
  }
  await sendOnce(
    { name: entry.site.name, target: siteTarget(entry) },
    () => entry.api.call('resetDeploymentStatus'),
    // It may also have ended in the meantime.
    async () => (await read())?.id !== stuck.id,
  );
  await fleet.readSite(entry);
  history.renew(entry.key);
}
