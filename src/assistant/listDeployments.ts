import { deploymentLine, isFailed, recentDeployments } from './deploymentText';
import { text, yesNo } from './input';
import { findSite } from './names';
import { defineTool } from './tool';

/** The recent deployments of a site. */
export const listDeployments = defineTool({
  input: { site: text, onlyFailed: yesNo },
  run: async ({ site: name, onlyFailed = false }, call) => {
    const site = await findSite(call.parts, name);
    const now = site.account.client.now();
    const { all, readAt } = await recentDeployments(call, site);
    const shown = onlyFailed ? all.filter(isFailed) : all;
    return {
      of: site,
      readAt,
      notes: [`${shown.length} of the ${all.length} latest deployments, newest first.`],
      data: [{ title: 'deployments', text: shown.map((deployment) => deploymentLine(deployment, now)) }],
    };
  },
});
