import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import type { ServerEntry, SiteEntry } from '../fleet/rows';
import type { Clock } from '../forge/clock';
import { isGone } from '../forge/errors';
import type { AnyResource } from '../forge/resources';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import { serverTarget, siteTarget } from '../ui/target';
import { followCommand, hasEnded, startCommand } from './commandRuns';
import { checkCommand, headingOf } from './serverCheckCommand';
import { type ServerFinding, serverFindings } from './serverFindings';

/** How many requests a check takes at most, unless the command takes longer than usual. */
export const usualRequests = 6;

/** When to look for the run, and pauses between the looks at it, in milliseconds. A check usually takes a few seconds. */
const looksMs = [3_000, 10_000, 30_000];
const pausesMs = [6_000, 20_000, 60_000];

/** Pauses before an output is read again that Forge doesn't find yet, in milliseconds. */
const latePausesMs = [3_000, 10_000, 20_000];

/** The result of a check. */
export interface ServerCheck {
  readonly site: SiteEntry;
  /** When the answer was read, in milliseconds since 1970. */
  readonly at: number;
  readonly findings: readonly ServerFinding[];
}

/**
 * The site that a server can be checked through: preferably one of the server's usual user.
 * @throws PlainError if the server has no site that commands can run on
 */
export function siteForCheck(fleet: Fleet, entry: ServerEntry): SiteEntry {
  const sites = fleet.sites(entry, entry.server);
  const isUsual = ({ site: { user } }: SiteEntry) => user === null || user === 'forge';
  const site = sites.find(isUsual) ?? sites[0];
  if (!site) {
    throw new PlainError(
      l10n.t('The check runs as a command of a site, and {0} has none. Look in a terminal instead.', entry.server.name),
      steps.openSsh(serverTarget(entry)),
    );
  }
  return site;
}

/** Letters and digits that no other check has. */
export function newMark(): string {
  return randomBytes(6).toString('hex');
}

/**
 * Checks a site's server with one site command, which is sent once.
 * @param mark makes this check's command different from all others, so that its run is surely ours
 * @param signal stops waiting; the command itself runs on
 * @throws ForgeError, PlainError if its answer couldn't be found, AbortError
 */
export async function checkServer(
  site: SiteEntry,
  mark: string,
  clock: Clock,
  signal: AbortSignal = site.account.signal,
): Promise<ServerCheck> {
  const options = { lane: 'user', signal } as const;
  const started = await startCommand(site, checkCommand(mark), new Set(), clock, { looksMs, signal });
  if (started.is !== 'found') {
    throw new PlainError(
      l10n.t("Forge accepted the check of {0}, but doesn't list it. Try again later.", nameOf(site)),
      steps.tryAgain(),
    );
  }
  let { run } = started;
  let isKnown = true;
  const look = async () => {
    run = isKnown ? run : await site.api.call('showCommand', { command: run.id }, options);
    isKnown = false;
    return hasEnded(run);
  };
  if (!(await followCommand(clock, signal, look, pausesMs))) {
    throw new PlainError(l10n.t('The check of {0} takes too long. Try again later.', nameOf(site)), steps.tryAgain());
  }
  const output = await readOutput(site, run, clock, options);
  if (!output.includes(headingOf(mark, 'php'))) {
    throw new PlainError(
      l10n.t('The check of {0} printed no answer. Try again, or open a terminal.', nameOf(site)),
      steps.tryAgain(),
      steps.openSsh(siteTarget(site)),
    );
  }
  const at = site.account.client.now();
  return { site, at, findings: serverFindings(output, mark, at) };
}

/** What a run printed. For some seconds after its end, Forge may not have all of it: it is then read again. */
async function readOutput(
  { api }: SiteEntry,
  { id }: AnyResource,
  clock: Clock,
  options: { readonly lane: 'user'; readonly signal: AbortSignal },
): Promise<string> {
  for (const pauseMs of [...latePausesMs, undefined]) {
    const { text, isWritten } = await api
      .call('showCommandOutput', { command: id }, options)
      .catch((error: unknown) => {
        if (isGone(error)) {
          return { text: '', isWritten: false };
        }
        throw error;
      });
    if (isWritten || pauseMs === undefined) {
      return text;
    }
    await clock.sleep(pauseMs, options.signal);
  }
  return '';
}

function nameOf({ server, site }: SiteEntry): string {
  return server?.name ?? site.name;
}
