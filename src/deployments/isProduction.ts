import type { Site } from '../forge/resources';

/** Parts of names of sites that aren't production. */
const rehearsal =
  /(^|[^a-z0-9])(staging|stage|stg|dev|develop|development|test|testing|preview|demo|qa|uat|local)\d*([^a-z0-9]|$)/i;

/**
 * Whether a site counts as production.
 * @param patterns globs for tags and names, from `forge.deploy.production`. Without any, a site is production if it deploys main or master
 * and its name has no part such as staging, dev or test.
 */
export async function isProduction({ name, tags, repository }: Site, patterns: readonly string[]): Promise<boolean> {
  if (patterns.length > 0) {
    const { default: picomatch } = await import('picomatch');
    const matches = picomatch([...patterns], { nocase: true });
    return [name, ...tags].some((text) => matches(text));
  }
  const branch = repository?.branch?.toLowerCase();
  return (branch === 'main' || branch === 'master') && !rehearsal.test(name);
}
