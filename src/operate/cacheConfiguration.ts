import * as l10n from '@vscode/l10n';
import type { SiteEntry } from '../fleet/rows';
import { sayBriefly } from '../ui/say';

/** Runs config:cache on a site through Forge. The request is never repeated. @throws ForgeError */
export async function cacheConfiguration(entry: SiteEntry): Promise<void> {
  await entry.api.call('runCommand', {}, { body: { command: 'php artisan config:cache' } });
  sayBriefly(l10n.t('Started config:cache on {0}.', entry.site.name));
}
