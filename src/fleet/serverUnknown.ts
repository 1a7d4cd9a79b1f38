import * as l10n from '@vscode/l10n';
import { PlainError } from '../ui/explain';
import type { SiteEntry } from './rows';

/** What is said of a site that cannot be named in a path. */
export function serverUnknown({ site }: SiteEntry): PlainError {
  return new PlainError(l10n.t('Forge does not say on which server {0} is. Refresh, then try again.', site.name));
}
