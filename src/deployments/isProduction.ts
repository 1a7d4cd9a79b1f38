import type { Site } from '../forge/resources';

/** Parts of names that tell of a site on which mistakes are allowed. */
const rehearsal =
  /(^|[^a-z0-9])(staging|stage|stg|dev|develop|development|test|testing|preview|demo|qa|uat|local)\d*([^a-z0-9]|$)/i;

/**
 * Whether a site counts as production.
 * @param patterns globs of tags and names, as `forge.deploy.production` has them; without any, a site does that deploys main or
 * master and is not called staging, dev, test or the like.
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
