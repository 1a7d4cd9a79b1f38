import * as l10n from '@vscode/l10n';
import intersects from 'semver/ranges/intersects';
import validRange from 'semver/ranges/valid';
import type { HintOptions } from '../deployments/deployer';
import { valuesOf } from '../files/environmentText';
import { fileKinds, readFileText } from '../files/fileKinds';
import type { SiteEntry } from '../fleet/rows';
import { ForgeError, isAborted } from '../forge/errors';
import { isRecord } from '../forge/json';
import { oneLine } from '../forge/oneLine';
import type { Log } from '../ui/log';
import { type Memory, recordIn } from '../ui/memory';
import { inSlices } from '../ui/slices';
import type { SiteCode } from '../workspace/siteCode';

/** How many keys to name, and how long one may be, in characters. */
const mostKeys = 5;
const longestKey = 60;

/** Sites whose deploy script was looked at, by key. */
const scriptsKey = 'forge.checkedScripts';

/** How many sites to remember. */
const mostScripts = 1_000;

/** What a deploy script contains if it restarts the processes that keep running old code. */
const restarts =
  /queue:(?:restart|work)|horizon:(?:terminate|pause)|octane:(?:reload|stop)|reverb:restart|pulse:restart|inertia:stop-ssr|supervisorctl|\$RESTART_QUEUES|RESTART_QUEUES|pm2\s+(?:restart|reload)/;

/**
 * What may go wrong with a deployment, from the code to be deployed and from Forge. Takes at most one request. Never rejects; what can't be
 * read isn't mentioned.
 * @param code undefined if no clone of the site's repository is open
 */
export async function deployHints(
  entry: SiteEntry,
  code: SiteCode | undefined,
  memory: Memory,
  options: HintOptions,
  log: Log,
): Promise<readonly string[]> {
  const found: string[] = [];
  const note = async (look: () => Promise<string | undefined>): Promise<void> => {
    try {
      const hint = await look();
      found.push(...(hint === undefined ? [] : [hint]));
    } catch (error) {
      if (!isAborted(error) && !(error instanceof ForgeError && error.kind === 'forbidden')) {
        log.error(`What a deployment of ${entry.site.name} may lack could not be checked`, error);
      }
    }
  };
  let isAsked = false;
  if (code) {
    await note(() => unfitPhp(entry, code));
    await note(() =>
      missingKeys(entry, code, () => {
        isAsked = true;
        return options;
      }),
    );
  }
  if (!isAsked) {
    await note(() => forgottenProcesses(entry, memory, options));
  }
  return found;
}

/**
 * Keys that the outgoing commits add to `.env.example` and that the site's `.env` doesn't have. Never their values.
 * @param ask called before the request
 */
async function missingKeys(
  { api, site }: SiteEntry,
  code: SiteCode,
  ask: () => HintOptions,
): Promise<string | undefined> {
  const name = '.env.example';
  const [before, after] = await Promise.all([code.textOf(name, 'deployed'), code.textOf(name, 'next')]);
  if (after === undefined || after === before) {
    return undefined;
  }
  const [old, all] = await Promise.all([inSlices(valuesOf(before ?? '')), inSlices(valuesOf(after))]);
  const added = [...all.keys()].filter((key) => !old.has(key));
  if (added.length === 0) {
    return undefined;
  }
  await api.require('showEnvironment');
  const answer = await api.call('showEnvironment', {}, ask());
  const present = await inSlices(valuesOf(readFileText(fileKinds.environment, answer)?.text ?? ''));
  const missing = added.filter((key) => !present.has(key));
  if (missing.length === 0) {
    return undefined;
  }
  // Anyone may have written them.
  const named = missing
    .slice(0, mostKeys)
    .map((key) => oneLine(key, longestKey))
    .join(', ');
  return missing.length > mostKeys
    ? l10n.t(
        "New in .env.example and not in {0}'s .env: {1} and {2} more.",
        site.name,
        named,
        missing.length - mostKeys,
      )
    : l10n.t("New in .env.example and not in {0}'s .env: {1}.", site.name, named);
}

/** Whether `composer.json` requires another PHP version than the site runs. */
async function unfitPhp({ site: { phpVersion } }: SiteEntry, code: SiteCode): Promise<string | undefined> {
  const text = phpVersion === null ? undefined : await code.textOf('composer.json', 'next');
  const required = text === undefined ? undefined : requiredPhp(text);
  return phpVersion !== null && required !== undefined && !fitsPhp(required, phpVersion)
    ? l10n.t('composer.json requires PHP {0}; the site runs PHP {1}.', required, phpVersion)
    : undefined;
}

/** The PHP requirement of a `composer.json`; undefined if there is none. */
export function requiredPhp(text: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const required = isRecord(parsed) && isRecord(parsed.require) ? parsed.require.php : undefined;
  return typeof required === 'string' && required.length <= 100 && /^[\x20-\x7e]+$/.test(required)
    ? required
    : undefined;
}

/**
 * Whether some patch release of a PHP version meets a requirement in Composer's notation. A requirement that isn't understood counts as met.
 * @param version like "8.2"
 */
export function fitsPhp(required: string, version: string): boolean {
  // Composer's tilde lets the last given number grow, and its "or" and "and" have other signs (https://getcomposer.org/versions).
  const range = required
    .replace(/@\w+/g, '')
    .replace(/\|\|?/g, ' || ')
    .replace(/,/g, ' ')
    .replace(/~\s*(\d+\.\d+)(?![\d.])/g, '^$1');
  return validRange(range) === null || validRange(`${version}.x`) === null || intersects(range, `${version}.x`);
}

/**
 * A deploy script that leaves the site's background processes as they are. Pointed out once for each site. Takes one request at each of the
 * first two deployments: for the processes, and for the script if there are any.
 */
async function forgottenProcesses(
  { key, api, site }: SiteEntry,
  memory: Memory,
  options: HintOptions,
): Promise<string | undefined> {
  const known = recordIn(memory, scriptsKey);
  const remember = (state: 'hasProcesses' | true) => {
    const others = Object.entries(known).filter(([other]) => other !== key);
    return memory.update(scriptsKey, Object.fromEntries([...others, [key, state] as const].slice(-mostScripts)));
  };
  if (known[key] === true) {
    return undefined;
  }
  if (known[key] !== 'hasProcesses') {
    await api.require('showDeploymentScript', 'listBackgroundProcesses');
    const query = { 'filter[site_id]': site.id };
    const processes = await api.first('listBackgroundProcesses', {}, { ...options, query, count: 1 });
    await remember(processes.length > 0 ? 'hasProcesses' : true);
    return undefined;
  }
  const script = readFileText(fileKinds.deployScript, await api.call('showDeploymentScript', {}, options))?.text ?? '';
  await remember(true);
  return restarts.test(script)
    ? undefined
    : l10n.t("The deploy script doesn't restart this site's background processes; they keep running the old code.");
}
