import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry } from '../fleet/rows';
import { serverKeyOf } from '../fleet/rows';
import { confirm, sayBriefly } from '../ui/say';

/** Maximum number of sites to name in the question. */
const mostSites = 6;

/** Restarts Nginx on a server, after a modal question that names its sites. The request is never repeated. @throws ForgeError */
export async function restartNginx(fleet: Fleet, entry: ServerEntry): Promise<void> {
  await entry.api.require('runNginxAction');
  const { name } = entry.server;
  if (!(await confirm(l10n.t('Restart Nginx on {0}?', name), describeSites(fleet, entry), l10n.t('Restart Nginx')))) {
    return;
  }
  await entry.api.call('runNginxAction', {}, { body: { action: 'reboot' } });
  sayBriefly(l10n.t('Restarting Nginx on {0}…', name));
}

/** The affected sites. */
function describeSites(fleet: Fleet, { key }: ServerEntry): string {
  const names = fleet
    .allSites()
    .filter((site) => serverKeyOf(site) === key)
    .map(({ site }) => site.name);
  const shown = names.slice(0, mostSites).join(', ');
  const more = names.length - mostSites;
  return names.length === 0
    ? l10n.t('This affects every site on this server.')
    : more > 0
      ? l10n.t('This affects every site on this server: {0} and {1} more.', shown, more)
      : l10n.t('This affects every site on this server: {0}.', shown);
}
