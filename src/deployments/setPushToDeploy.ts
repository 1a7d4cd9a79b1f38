import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import { confirm, sayBriefly } from '../ui/say';
import { sendOnce } from '../ui/sendOnce';
import { deploySettings } from '../ui/settings';
import { siteTarget } from '../ui/target';
import { isProduction } from './isProduction';

/** Turns push to deploy on or off for a site. Asks for confirmation before turning it on for a production site. */
export async function setPushToDeploy(fleet: Fleet, entry: SiteEntry, isOn: boolean): Promise<void> {
  const operation = isOn ? 'enablePushToDeploy' : 'disablePushToDeploy';
  await entry.api.require(operation);
  if (isOn && (await isProduction(entry.site, deploySettings().production)) && !(await isWanted(entry))) {
    return;
  }
  await sendOnce(
    { name: entry.site.name, target: siteTarget(entry) },
    () => entry.api.call(operation),
    () => isSeen(fleet, entry, isOn),
  );
  fleet.setPushToDeploy(entry.key, isOn);
  const name = entry.site.name;
  const branch = entry.site.repository?.branch;
  sayBriefly(
    isOn
      ? branch
        ? l10n.t('Push to deploy is on: {0} deploys on every push to {1}.', name, branch)
        : l10n.t('Push to deploy is on for {0}.', name)
      : l10n.t('Push to deploy is off for {0}.', name),
  );
}

/** Whether Forge reports the wanted state; false if it doesn't respond. */
async function isSeen(fleet: Fleet, entry: SiteEntry, isOn: boolean): Promise<boolean> {
  await fleet.readSite(entry);
  return fleet.site(entry.key)?.site.pushToDeploy === isOn;
}

function isWanted({ site, server }: SiteEntry): Promise<boolean> {
  const branch = site.repository?.branch;
  const consequence = branch
    ? l10n.t('Every push to {0} will deploy immediately, without confirmation, no matter who pushes.', branch)
    : l10n.t('Every push will deploy immediately, without confirmation, no matter who pushes.');
  return confirm(
    l10n.t('Turn on push to deploy for the production site {0}?', site.name),
    [server?.name, consequence].filter(Boolean).join('\n\n'),
    l10n.t('Turn On'),
  );
}
