import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry } from '../fleet/rows';
import { serverKeyOf } from '../fleet/rows';
import { confirm, sayBriefly } from '../ui/say';

/** The most sites that a question names. */
const mostSites = 6;

/** Has Forge restart nginx on a server, after a modal that names the sites on it. It is sent once. @throws ForgeError */
export async function restartNginx(fleet: Fleet, entry: ServerEntry): Promise<void> {
  await entry.api.require('runNginxAction');
  const { name } = entry.server;
  if (!(await confirm(l10n.t('Restart Nginx on {0}?', name), describeSites(fleet, entry), l10n.t('Restart Nginx')))) {
    return;
  }
  await entry.api.call('runNginxAction', {}, { body: { action: 'reboot' } });
  sayBriefly(l10n.t('Restarting Nginx on {0}…', name));
}

/** Who else is affected. */
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
