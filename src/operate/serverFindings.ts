import * as l10n from '@vscode/l10n';
import { endedPhpSupport } from '../fleet/phpSupport';
import { oneLine } from '../forge/oneLine';
import { ansiText } from '../ui/ansiText';
import { checkParts, headingOf, type ServerCheckPart } from './serverCheckCommand';

/** How urgent a finding is, most urgent first. `unknown` is what the site's user may not see, or what the server doesn't have. */
export const severities = ['problem', 'warning', 'unknown', 'fine'] as const;

/** What to do about a finding: a command on the server. */
export type FindingAction = 'updatePhp' | 'openSsh' | 'rebootServer' | 'restartProcesses';

/** One thing that a check of a server has found. */
export interface ServerFinding {
  readonly what: 'php' | 'packages' | 'disk' | 'reboot' | 'supervisor' | 'processes';
  readonly severity: (typeof severities)[number];
  /** One sentence, on one line, with what to do next if there is an action. Its remote parts are harmless text. */
  readonly text: string;
  /** Null if there is nothing to do. */
  readonly action: FindingAction | null;
}

/** How much of an output is read, in characters. What the command prints is far shorter. */
const mostRead = 200_000;

/** Maximum number of names in a sentence, and length of a text from the server, in characters. */
const mostNames = 8;
const longest = 120;

/** How full a disk may be, in percent. */
const fullPercent = 90;
const fillingPercent = 80;

/** How old the lists of packages may be, in milliseconds. Unattended upgrades refresh them daily. */
const oldListsMs = 7 * 86_400_000;

type Lines = readonly string[];

/** What an answer says, most urgent first. Never throws, whatever it holds; a part that is missing or cut off is unknown. */
export function serverFindings(output: string, mark: string, now: number): readonly ServerFinding[] {
  const parts = partsOf(output, mark);
  const findings = [
    ...phpFindings(parts.get('php'), now),
    ...packageFindings(parts.get('packages')),
    ...diskFindings(parts.get('disk')),
    ...rebootFindings(parts.get('reboot')),
    ...supervisorFindings(parts.get('supervisor')),
    ...processFindings(parts.get('processes')),
  ];
  return findings.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/** The lines of each part that the answer has in full. */
function partsOf(output: string, mark: string): ReadonlyMap<ServerCheckPart, Lines> {
  const lines = ansiText(output.slice(0, mostRead)).text.split('\n');
  const places = checkParts.map((part) => lines.findIndex((line) => line.trim() === headingOf(mark, part)));
  return new Map(
    checkParts.flatMap((part, index) => {
      const [from = -1, to = -1] = [places[index], places[index + 1]];
      return from >= 0 && to > from ? [[part, lines.slice(from + 1, to)]] : [];
    }),
  );
}

function phpFindings(lines: Lines | undefined, now: number): readonly ServerFinding[] {
  // Either "ii  php8.3-cli 8.3.6-0ubuntu0.24.04.2", or "PHP 8.3.6 (cli) (built: …)".
  const installed = new Map<string, Set<string>>();
  for (const line of lines ?? []) {
    const { version, patch } =
      /^ii\s+php(?<version>\d\.\d)-(?:cli|fpm)\s+(?<patch>\S+)/.exec(line)?.groups ??
      /^PHP (?<patch>(?<version>\d\.\d)\.\d+)\b/.exec(line)?.groups ??
      {};
    if (version !== undefined && patch !== undefined) {
      installed.set(version, (installed.get(version) ?? new Set()).add(quoted(patch)));
    }
  }
  if (installed.size === 0) {
    return [unknown('php', l10n.t("The installed PHP versions couldn't be determined."))];
  }
  const byVersion = [...installed].sort(([a], [b]) => Number(b) - Number(a));
  return byVersion.map(([version, patches]) => {
    const ended = endedPhpSupport(version, now);
    const all = [...patches].join(', ');
    return ended === undefined
      ? { what: 'php', severity: 'fine', text: l10n.t('PHP {0} is installed: {1}.', version, all), action: null }
      : {
          what: 'php',
          severity: 'warning',
          text: l10n.t(
            'PHP {0} is installed: {1}. PHP ended its security support on {2}; your distribution may still patch it.',
            version,
            all,
            day(ended),
          ),
          action: null,
        };
  });
}

function packageFindings(lines: Lines | undefined): readonly ServerFinding[] {
  if (!lines?.some((line) => line.startsWith('Listing'))) {
    return [unknown('packages', l10n.t("Pending package updates couldn't be determined."), 'openSsh')];
  }
  const pending = lines.flatMap((line) => {
    const [, name, suites, to] = /^([a-z0-9][a-z0-9.+-]*)\/(\S+) (\S+) /.exec(line) ?? [];
    return name !== undefined && suites !== undefined && to !== undefined
      ? [{ name, isSecurity: /-security(?:,|$)/.test(suites), to }]
      : [];
  });
  const seconds = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1));
  const ageMs = (seconds('now') - seconds('lists')) * 1000;
  const security = pending.filter(({ isSecurity }) => isSecurity);
  const isPhp = ({ name }: { readonly name: string }) => /^php\d/.test(name);
  const php = pending.filter(isPhp);
  const others = pending.filter((one) => !one.isSecurity && !isPhp(one)).length;
  const age: ServerFinding[] =
    ageMs > oldListsMs
      ? [
          {
            what: 'packages',
            severity: 'warning',
            text: l10n.t(
              'The package lists are {0} days old, so there may be more updates. Run “sudo apt-get update” in a terminal.',
              Math.floor(ageMs / 86_400_000),
            ),
            action: 'openSsh',
          },
        ]
      : [];
  return [
    ...(php.length === 0
      ? []
      : [
          {
            what: 'packages',
            severity: 'warning',
            text: l10n.t(
              'PHP packages have updates: {0}. Update PHP to install them.',
              listed(php.map(({ name, to }) => `${name} ${to}`)),
            ),
            action: 'updatePhp',
          } as const,
        ]),
    security.length === 0
      ? { what: 'packages', severity: 'fine', text: l10n.t('No pending security updates.'), action: null }
      : {
          what: 'packages',
          severity: 'problem',
          text: l10n.t(
            'Pending security updates ({0}): {1}. Install them with “sudo apt-get upgrade” in a terminal.',
            security.length,
            listed(security.map(({ name }) => name)),
          ),
          action: 'openSsh',
        },
    ...(others > 0
      ? [
          {
            what: 'packages',
            severity: 'fine',
            text: l10n.t('Other pending updates: {0}.', others),
            action: null,
          } as const,
        ]
      : []),
    ...age,
  ];
}

function diskFindings(lines: Lines | undefined): readonly ServerFinding[] {
  const disks = (lines ?? []).flatMap((line) => {
    const [, device = '', free, used, place = ''] = /^(\S+)\s+\d+\s+\d+\s+(\d+)\s+(\d+)%\s+(\/.*)$/.exec(line) ?? [];
    // Images of packages are always full.
    const isDisk = place === '/' || (device.startsWith('/dev/') && !device.startsWith('/dev/loop'));
    return isDisk ? [{ place: quoted(place), percent: Number(used), freeGb: Number(free) / 1024 ** 2 }] : [];
  });
  if (disks.length === 0) {
    return [unknown('disk', l10n.t("Disk use couldn't be determined."), 'openSsh')];
  }
  return disks.map(({ place, percent, freeGb }) => {
    const free = freeGb.toFixed(1);
    return percent < fillingPercent
      ? {
          what: 'disk',
          severity: 'fine',
          text: l10n.t('{0} is {1}% full, {2} GB free.', place, percent, free),
          action: null,
        }
      : {
          what: 'disk',
          severity: percent >= fullPercent ? 'problem' : 'warning',
          text: l10n.t(
            '{0} is {1}% full, {2} GB free. Find out in a terminal what takes up the space.',
            place,
            percent,
            free,
          ),
          action: 'openSsh',
        };
  });
}

function rebootFindings([answer, ...packages]: Lines = []): readonly ServerFinding[] {
  if (answer === 'no') {
    return [{ what: 'reboot', severity: 'fine', text: l10n.t('No reboot required.'), action: null }];
  }
  if (answer !== 'yes') {
    return [unknown('reboot', l10n.t("This server doesn't report whether a reboot is required."))];
  }
  const names = [...new Set(packages.filter((name) => name !== ''))];
  return [
    {
      what: 'reboot',
      severity: 'warning',
      text:
        names.length === 0
          ? l10n.t('A reboot is required. Reboot the server at a quiet time.')
          : l10n.t('A reboot is required by {0}. Reboot the server at a quiet time.', listed(names)),
      action: 'rebootServer',
    },
  ];
}

function supervisorFindings(lines: Lines = []): readonly ServerFinding[] {
  const programs = lines.flatMap((line) => {
    const [, name, state, detail = ''] =
      /^(\S+)\s+(STOPPED|STARTING|RUNNING|BACKOFF|STOPPING|EXITED|FATAL|UNKNOWN)\b\s*(.*)$/.exec(line) ?? [];
    return name !== undefined && state !== undefined ? [{ name: quoted(name), state, detail: quoted(detail) }] : [];
  });
  if (programs.length === 0) {
    return [
      unknown(
        'supervisor',
        l10n.t("Supervisor's programs can't be read without root. Run “sudo supervisorctl status” in a terminal."),
        'openSsh',
      ),
    ];
  }
  const failing = programs.filter(({ state }) => state === 'FATAL' || state === 'BACKOFF');
  return failing.length === 0
    ? [
        {
          what: 'supervisor',
          severity: 'fine',
          text: l10n.t('No Supervisor program is FATAL ({0} programs).', programs.length),
          action: null,
        },
      ]
    : failing.map(({ name, state, detail }) => ({
        what: 'supervisor',
        severity: 'problem',
        text:
          detail === ''
            ? l10n.t('The Supervisor program {0} is {1}. Read its output, then restart it.', name, state)
            : l10n.t('The Supervisor program {0} is {1}: {2}. Read its output, then restart it.', name, state, detail),
        action: 'restartProcesses',
      }));
}

function processFindings(lines: Lines | undefined): readonly ServerFinding[] {
  if (!lines || lines.some((line) => line === 'unknown')) {
    return [unknown('processes', l10n.t("PHP processes can't be seen on this server."), 'openSsh')];
  }
  let current = 0;
  let hidden = 0;
  const old: string[] = [];
  for (const line of lines) {
    const [, count = '0', what, id, path = ''] =
      /^\s*(\d+) (current|hidden|old)(?: \/proc\/(\d+) (.*))?$/.exec(line) ?? [];
    current += what === 'current' ? Number(count) : 0;
    hidden += what === 'hidden' ? Number(count) : 0;
    if (what === 'old' && id !== undefined) {
      old.push(`${id} (${quoted(path.replace(/ \(deleted\)$/, ''))})`);
    }
  }
  if (old.length === 0 && current === 0 && hidden > 0) {
    return [unknown('processes', l10n.t("{0} PHP processes can't be read without root.", hidden))];
  }
  const unseen: ServerFinding[] =
    hidden === 0 ? [] : [unknown('processes', l10n.t("{0} more PHP processes can't be read without root.", hidden))];
  return [
    old.length > 0
      ? {
          what: 'processes',
          severity: 'warning',
          text: l10n.t(
            'PHP processes that still run a replaced program ({0}): {1}. Restart them to run the installed one.',
            old.length,
            listed(old),
          ),
          action: 'restartProcesses',
        }
      : {
          what: 'processes',
          severity: 'fine',
          text: l10n.t("PHP processes of the site's user run the installed program ({0}).", current),
          action: null,
        },
    ...unseen,
  ];
}

function unknown(what: ServerFinding['what'], text: string, action: FindingAction | null = null): ServerFinding {
  return { what, severity: 'unknown', text, action };
}

/** A text from the server, for use in a sentence. */
function quoted(text: string): string {
  return oneLine(text, longest);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(quoted).join(', ');
  const more = names.length - mostNames;
  return more > 0 ? l10n.t('{0} and {1} more', shown, more) : shown;
}

/** A day as people write it. @param time milliseconds since 1970 */
function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
