import type { SitePath } from '../../src/forge/client';
import type { SimulatorControl } from './control';

/** Where the site of that name is. @throws if there is none */
export async function pathOfSite(control: SimulatorControl, name: string): Promise<SitePath> {
  const { organizations } = await control.fleet();
  for (const { slug, servers } of organizations) {
    for (const server of servers) {
      const site = server.sites.find((candidate) => candidate.name === name);
      if (site) {
        return { organization: slug, server: String(server.id), site: String(site.id) };
      }
    }
  }
  throw new Error(`There is no site ${name}`);
}
