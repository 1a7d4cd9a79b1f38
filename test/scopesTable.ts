import { usedScopes } from '../src/forge/usedScopes';
import { type Written, withPart } from './markedPart';

/** What the extension does with each scope. */
const uses: Readonly<Record<string, string>> = {
  'user:view': 'Sign in: your name and email address.',
  'organization:view': 'List your organizations.',
  'server:view':
    'See servers, sites, deployments and most resources; read `.env`, the deploy script, Nginx templates and PHP settings.',
  'site:manage-deploys': 'Deploy, read deployment logs, change the deploy script and push to deploy.',
  'server:manage-logs': 'Read and clear the logs of sites and servers.',
  'server:create-daemons': 'Read the logs of background processes; change and restart them.',
  'site:manage-environment': 'Save a `.env`.',
  'site:manage-nginx': 'Read and save the Nginx configuration of a site.',
  'site:meta': "List a site's domains, and read their Nginx configuration.",
  'site:manage-commands': 'Run and remove commands.',
  'server:manage-php': 'Change PHP settings and update PHP.',
  'server:manage-nginx-templates': 'Save Nginx templates.',
  'recipe:view': 'See recipes and the output of their runs.',
  'recipe:manage': 'Run recipes.',
};

/**
 * Which scope a token needs for what, and all of them in one line to copy.
 * @throws Error if a scope has no use here, or a use no scope
 */
function scopesTable(): string {
  const unlike = [
    ...usedScopes.filter((scope) => !Object.hasOwn(uses, scope)),
    ...Object.keys(uses).filter((scope) => !usedScopes.includes(scope)),
  ];
  if (unlike.length > 0) {
    throw new Error(`src/forge/usedScopes.ts and test/scopesTable.ts have different scopes: ${unlike.join(', ')}`);
  }
  return [
    '```text',
    usedScopes.join(', '),
    '```',
    '',
    '| Scope | What for |',
    '| --- | --- |',
    ...usedScopes.map((scope) => `| \`${scope}\` | ${uses[scope]} |`),
  ].join('\n');
}

/** The README with the table as it should be. */
export function readmeWithScopes(): Written {
  return withPart('README.md', 'scopes', scopesTable());
}
