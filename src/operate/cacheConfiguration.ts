import * as l10n from '@vscode/l10n';
import type { SiteEntry } from '../fleet/rows';
import { sayBriefly } from '../ui/say';

/** Has Forge cache the configuration of a site anew, as its own command does. It is sent once. @throws ForgeError */
export async function cacheConfiguration(entry: SiteEntry): Promise<void> {
  await entry.api.call('runCommand', {}, { body: { command: 'php artisan config:cache' } });
  sayBriefly(l10n.t('Started config:cache on {0}.', entry.site.name));
}
