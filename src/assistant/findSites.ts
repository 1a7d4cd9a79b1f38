import type { SiteEntry } from '../fleet/rows';
import { SearchIndex, searchableSite } from '../fleet/searchIndex';
import { isRunning } from '../forge/deploymentStatus';
import { phpVersion } from '../forge/resources';
import { nameOf } from '../workspace/linkedSites';
import { isFailed, timeText } from './deploymentText';
import { integer, oneOf, text } from './input';
import { openFleet } from './names';
import { defineTool } from './tool';

/** How many sites an answer has, unless a model asks for fewer. */
const mostSites = 50;

const states = ['failed', 'deploying', 'neverDeployed', 'maintenance'] as const;

/** Finds sites by any text, and by PHP version or state. */
export const findSites = defineTool({
  input: { query: text, php: text, state: oneOf(states), limit: integer },
  run: async ({ query = '', php, state, limit = mostSites }, { parts }) => {
    await openFleet(parts);
    const { fleet } = parts;
    const all = fleet.allSites();
    const version = php === undefined ? undefined : (phpVersion(php) ?? php);
    const found = new SearchIndex(all.map(searchableSite))
      .find(query, all.length)
      .filter(({ site }) => version === undefined || site.phpVersion === version)
      .filter((entry) => state === undefined || isIn(state, entry));
    const shown = found.slice(0, Math.max(1, Math.min(limit, mostSites)));
    return {
      of: undefined,
      readAt: fleet.refreshedAt,
      notes: [
        `${found.length} of ${all.length} known sites match.`,
        ...(fleet.isIncomplete ? ['Some servers and sites are not loaded yet.'] : []),
      ],
      data: [
        {
          title: 'sites, as organization/server/site',
          text: shown.map(siteLine),
          isPart: found.length > shown.length ? `${found.length - shown.length} more sites that match` : undefined,
        },
      ],
    };
  },
});

function isIn(
  state: (typeof states)[number],
  { site: { latestDeployment: latest, inMaintenance } }: SiteEntry,
): boolean {
  switch (state) {
    case 'failed':
      return latest !== null && isFailed(latest);
    case 'deploying':
      return latest !== null && isRunning(latest);
    case 'neverDeployed':
      return latest === null;
    case 'maintenance':
      return inMaintenance;
  }
}

function siteLine(entry: SiteEntry): string {
  const { id, phpVersion: php, repository, latestDeployment: latest, tags, inMaintenance } = entry.site;
  return [
    `${nameOf(entry)} (id ${id})`,
    php && `PHP ${php}`,
    repository?.branch && `branch ${repository.branch}`,
    latest
      ? `latest deployment ${latest.status ?? 'unknown'} ${timeText(latest.endedAt ?? latest.createdAt)}`
      : 'never deployed',
    inMaintenance && 'in maintenance mode',
    tags.length > 0 && `tags ${tags.join(', ')}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
