import { endedPhpSupport } from '../fleet/phpSupport';
import { deploymentLine, timeText } from './deploymentText';
import { text } from './input';
import { findSite } from './names';
import { defineTool } from './tool';

/** What is known of a site, without a request. */
export const getSite = defineTool({
  input: { site: text },
  run: async ({ site: name }, { parts }) => {
    const entry = await findSite(parts, name);
    const { site, account } = entry;
    const now = account.client.now();
    const endOfPhp = endedPhpSupport(site.phpVersion, now);
    const facts: Readonly<Record<string, string | null | undefined>> = {
      url: site.url,
      aliases: site.aliases.join(', '),
      status: site.status,
      'PHP version': site.phpVersion,
      'end of PHP security support': endOfPhp === undefined ? undefined : timeText(endOfPhp),
      type: site.appType,
      'server user': site.user,
      repository: site.repository?.url,
      branch: site.repository?.branch,
      'push to deploy': site.pushToDeploy ? 'on' : 'off',
      'maintenance mode': site.inMaintenance ? 'on' : 'off',
      tags: site.tags.join(', '),
      'latest deployment': site.latestDeployment ? deploymentLine(site.latestDeployment, now) : 'never deployed',
      'belongs to the open folder': parts.linked.sites.some(({ key }) => key === entry.key) ? 'yes' : 'no',
    };
    return {
      of: entry,
      readAt: parts.fleet.refreshedAt,
      data: [{ title: 'site', text: factLines(facts) }],
    };
  },
});

/** One line for each fact that is known. */
export function factLines(facts: Readonly<Record<string, string | null | undefined>>): readonly string[] {
  return Object.entries(facts).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
}
