import { isOutOfOrder } from '../fleet/isOutOfOrder';
import { factLines } from './getSite';
import { text } from './input';
import { findServer } from './names';
import { defineTool } from './tool';

/** What is known of a server and its sites, without a request. */
export const getServer = defineTool({
  input: { server: text },
  run: async ({ server: name }, { parts }) => {
    const entry = await findServer(parts, name);
    const { server } = entry;
    const sites = parts.fleet.sites(entry, server);
    const facts = {
      type: server.type,
      provider: server.provider,
      region: server.region,
      'IP address': server.ipAddress,
      'private IP address': server.privateIpAddress,
      Ubuntu: server.ubuntuVersion,
      'PHP version': server.phpVersion,
      database: server.databaseType,
      connection: server.connectionStatus,
      state: server.revoked
        ? 'archived'
        : server.isReady === false
          ? 'being set up'
          : isOutOfOrder(server)
            ? 'not connected'
            : 'ready',
    };
    return {
      of: entry,
      readAt: parts.fleet.refreshedAt,
      notes: [`It has ${sites.length} known sites.`],
      data: [
        { title: 'server', text: factLines(facts) },
        {
          title: 'its sites',
          text: sites.map(({ site: { name: called, phpVersion, latestDeployment: latest } }) =>
            [called, phpVersion && `PHP ${phpVersion}`, latest?.status ?? 'never deployed'].filter(Boolean).join(' · '),
          ),
        },
      ],
    };
  },
});
