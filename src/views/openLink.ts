import * as l10n from '@vscode/l10n';
import type { Accounts } from '../account/accounts';
import type { Fleet } from '../fleet/fleet';
import { siteNameIn } from '../fleet/siteLink';
import { oneLine } from '../forge/oneLine';
import type { Late } from '../ui/late';
import type { Log } from '../ui/log';
import { PlainError } from '../ui/plainError';
import { showError } from '../ui/run';
import { steps } from '../ui/steps';
import { type LinkedSites, nameOf } from '../workspace/linkedSites';
import type { FleetTree } from './fleetTree';

/** Maximum length of a name in a message, in characters. */
const longestName = 100;

/** What a link needs. */
interface LinkParts {
  readonly accounts: Pick<Accounts, 'ready' | 'session'>;
  readonly fleet: Fleet;
  readonly linked: LinkedSites;
  readonly tree: Late<FleetTree>;
  readonly log: Log;
}

/**
 * Shows the site that a `vscode://` link names in the view. Web pages can contain such links, so that it does nothing else: no sign-in, no
 * deployment, and whatever the link has beside the path is ignored. Failures are shown.
 */
export async function openLink(path: string, { accounts, fleet, linked, tree, log }: LinkParts): Promise<void> {
  try {
    const name = siteNameIn(path);
    if (name === undefined) {
      throw new PlainError(l10n.t("This link doesn't name a site. It should end in /site/organization/server/site."));
    }
    const shown = oneLine(name, longestName);
    await accounts.ready;
    if (accounts.session.state !== 'signedIn') {
      throw new PlainError(l10n.t('Sign in to see {0}, then open the link again.', shown), steps.signIn());
    }
    await fleet.open();
    const find = () => [...linked.sites, ...fleet.allSites()].find((site) => nameOf(site) === name);
    if (!find() && fleet.isIncomplete) {
      await fleet.refresh('user');
    }
    const site = find();
    if (!site) {
      throw new PlainError(
        l10n.t("Your accounts don't have the site {0}. If it is new, refresh, then open the link again.", shown),
        steps.refresh(),
      );
    }
    await (await tree.get()).show(site, true);
  } catch (error) {
    log.error('link', error);
    void showError(error);
  }
}
