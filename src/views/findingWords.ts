import * as l10n from '@vscode/l10n';
import type { Fleet } from '../fleet/fleet';
import { nameOfEntry } from '../fleet/rows';
import { type CommandId, commands } from '../manifest';
import type { Finding, FindingKind } from '../operate/findings';
import { watchedOf } from '../resources/watchedKinds';
import { localDay } from '../ui/localDay';
import { relativeTime } from '../ui/relativeTime';

/** How findings of a kind look, and what a click does. */
interface Look {
  readonly icon: string;
  readonly isError: boolean;
  readonly what: (finding: Finding, language: string) => string;
  /** The command that a click runs on the server or site; omitted if it opens the resource. */
  readonly command?: CommandId;
  /** What a click does, for the tooltip. */
  readonly action: () => string;
}

/** The end of support or of a certificate, as a date. */
function day(time: number | null, language: string): string {
  return time === null ? '' : localDay(time, language);
}

function certificateWords({ state, since }: Finding, language: string): string {
  switch (state.split(' ')[0]) {
    case 'expired':
      return l10n.t('certificate expired on {0}', day(since, language));
    case 'foreign':
      return l10n.t("certificate isn't for this domain");
    case 'untrusted':
      return l10n.t("certificate isn't trusted");
    default:
      return l10n.t('certificate expires on {0}', day(since, language));
  }
}

const looks: Partial<Readonly<Record<FindingKind, Look>>> = {
  disconnected: {
    icon: 'debug-disconnect',
    isError: true,
    what: () => l10n.t('not connected'),
    command: commands.openInForge,
    action: () => l10n.t('Click to open it in Forge.'),
  },
  deployment: {
    icon: 'error',
    isError: true,
    what: () => l10n.t('deployment failed'),
    command: commands.viewDeploymentLog,
    action: () => l10n.t('Click to view the log.'),
  },
  tls: {
    icon: 'lock',
    isError: false,
    what: certificateWords,
    command: commands.openSite,
    action: () => l10n.t('Click to open the site.'),
  },
  php: {
    icon: 'versions',
    isError: false,
    what: ({ subject, since, sites = 0 }, language) => {
      const ended = l10n.t('PHP {0} unsupported since {1}', subject ?? '', day(since, language));
      return sites === 0 ? ended : sites === 1 ? l10n.t('{0}, 1 site', ended) : l10n.t('{0}, {1} sites', ended, sites);
    },
    command: commands.showInTree,
    action: () => l10n.t('Click to show it and its resources.'),
  },
};

/** How findings of a kind look. Those of resources look like these, and a click opens the resource. */
export function lookOfFindings(kind: FindingKind): Look {
  const { icon = 'warning', watch } = watchedOf(kind) ?? {};
  return (
    looks[kind] ?? {
      icon,
      isError: true,
      what: ({ subject, state }) => watch?.words(subject ?? '', state) ?? '',
      action: () => l10n.t('Click to open it.'),
    }
  );
}

/** A finding in words. */
export interface ToldFinding {
  /** The server or site. */
  readonly name: string;
  readonly what: string;
  /** Since when, such as "5m ago"; undefined if unknown, or if `what` has the date. */
  readonly since: string | undefined;
  /** Where this is known from, and how old that is. */
  readonly source: string;
}

/** Undefined if its server or site is gone. @param language a BCP 47 tag, `vscode.env.language` */
export function tellFinding(fleet: Fleet, finding: Finding, language: string): ToldFinding | undefined {
  const entry = fleet.entry(finding.at);
  if (!entry) {
    return undefined;
  }
  const { kind, since, checkedAt } = finding;
  const isDated = kind === 'php' || kind === 'tls';
  return {
    name: nameOfEntry(entry),
    what: lookOfFindings(kind).what(finding, language),
    since: since === null || isDated ? undefined : relativeTime(since, entry.account.client.now(), language),
    source:
      checkedAt === null
        ? l10n.t('From the list of servers and sites.')
        : l10n.t('Checked {0}.', relativeTime(checkedAt, fleet.clock.now(), language)),
  };
}
