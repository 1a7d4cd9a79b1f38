import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import type { Clock } from '../forge/clock';
import { type AnyResource, line } from '../forge/resources';
import { logAddress } from '../logs/logAddress';
import type { LogDocuments } from '../logs/logDocuments';
import { LivePick } from '../ui/livePick';
import { pickHeading, pickRow } from '../ui/pickRow';
import { confirm, notify, sayBriefly } from '../ui/say';
import { followCommand, startCommand } from './commandRuns';
import { usualCommands } from './suggestedCommands';

/** What `runSiteCommand` depends on. */
export interface CommandSurroundings {
  readonly clock: Clock;
  readonly documents: LogDocuments;
  /** The open folder's own commands; empty if the folder doesn't belong to this site. */
  readonly own: (site: SiteEntry) => Promise<readonly string[]>;
  readonly isProduction: (site: SiteEntry) => Promise<boolean>;
}

interface Choice extends vscode.QuickPickItem {
  readonly command?: string;
  /** Runs without an edit step: the user has typed it. */
  readonly isTyped?: boolean;
}

/** Asks for a command, runs it on a site, and shows its output as it runs. Sends the request once. @throws ForgeError */
export async function runSiteCommand(site: SiteEntry, surroundings: CommandSurroundings): Promise<void> {
  await site.api.require('runCommand');
  const { name } = site.site;
  const title = l10n.t('Run Command on {0}', name);
  const before = new Set<string>();
  const command = await pickCommand(site, title, surroundings, before);
  if (command === undefined) {
    return;
  }
  const isAgreed =
    !(await surroundings.isProduction(site)) ||
    (await confirm(l10n.t('Run this on the production site {0}?', name), command, l10n.t('Run')));
  if (!isAgreed) {
    return;
  }
  const { clock, documents } = surroundings;
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Running {0} on {1}', shown(command), name),
      cancellable: true,
    },
    async (_, canceled) => {
      const started = await startCommand(site, command, before, clock);
      if (started.is !== 'found') {
        void notify(
          'information',
          started.is === 'missing'
            ? l10n.t("Forge accepted the command, but doesn't list it yet. Look under Commands in Resources.")
            : l10n.t('The same command was started twice on {0}. Look under Commands in Resources.', name),
        );
        return;
      }
      const uri = logAddress('command', site, started.id);
      canceled.onCancellationRequested(() => void stop(site, started.id, command));
      await documents.show(uri);
      let isRead = true;
      const hasEnded = await followCommand(clock, site.account.signal, async () => {
        const log = documents.get(uri);
        // Showing it has just read it.
        await (isRead ? undefined : log?.readAnew());
        isRead = false;
        return !log || log.isComplete;
      });
      if (hasEnded) {
        await tellEnd(site, started.id, command);
      }
    },
  );
}

async function pickCommand(
  site: SiteEntry,
  title: string,
  { own }: CommandSurroundings,
  before: Set<string>,
): Promise<string | undefined> {
  let earlier: readonly string[] = [];
  let ofProject: readonly string[] = [];
  const live = new LivePick<Choice, Choice>(title, l10n.t('Type a command, or select one to edit it'));
  const { box } = live;
  const draw = (reason: 'typed' | 'changed') => {
    const typed = box.value.trim();
    const rest = [
      { heading: l10n.t('Run Here Before'), commands: earlier },
      { heading: l10n.t('Of This Project'), commands: ofProject.filter((one) => !usualCommands.includes(one)) },
      { heading: l10n.t('Often Used'), commands: usualCommands.filter((one) => !earlier.includes(one)) },
    ];
    const rows: Choice[] = [
      ...(typed === ''
        ? []
        : [
            pickRow(
              {
                label: typed,
                description: l10n.t({ message: 'run', comment: ['What selecting the typed command does.'] }),
                icon: 'play',
              },
              { command: typed, isTyped: true, alwaysShow: true },
            ),
          ]),
      ...rest.flatMap(({ heading, commands }) => {
        const found = commands.filter((one) => one !== typed && one.toLowerCase().includes(typed.toLowerCase()));
        return found.length === 0
          ? []
          : [
              pickHeading(heading),
              ...found.map((one) => pickRow({ label: one, icon: 'terminal' }, { command: one, alwaysShow: true })),
            ];
      }),
    ];
    live.replace(rows, reason);
  };
  const answer = await live.ask({
    open: async () => {
      draw('changed');
      box.busy = true;
      const history = site.api.first('listCommands', {}, { lane: 'user' }).then(
        (runs) => {
          for (const { id } of runs) {
            before.add(id);
          }
          earlier = [...new Set(runs.flatMap(({ attributes }) => textOf(attributes.command)))];
          draw('changed');
        },
        // Without the history, the other suggestions remain.
        () => undefined,
      );
      const project = own(site).then((commands) => {
        ofProject = commands;
        draw('changed');
      });
      await Promise.all([history, project]);
      box.busy = false;
    },
    type: () => draw('typed'),
    accept: (choice) => live.end(choice),
  });
  if (answer?.command === undefined || answer.isTyped) {
    return answer?.command;
  }
  const edited = await vscode.window.showInputBox({
    title,
    value: answer.command,
    valueSelection: [answer.command.length, answer.command.length],
    prompt: l10n.t("Runs as the site's user in the site's folder, for up to 5 minutes."),
    ignoreFocusOut: true,
  });
  return edited?.trim() || undefined;
}

function textOf(command: unknown): readonly string[] {
  return typeof command === 'string' && command !== '' && !/[\r\n]/.test(command) ? [command] : [];
}

/** A command, shortened for use in a sentence. */
function shown(command: string): string {
  return line(command.slice(0, 80)) ?? '';
}

async function stop(site: SiteEntry, command: string, text: string): Promise<void> {
  await site.api.call('deleteCommand', { command }).then(
    () => sayBriefly(l10n.t('Stopped {0}', shown(text))),
    () => notify('warning', l10n.t("Forge couldn't stop {0}. It may have ended already.", shown(text))),
  );
}

/** Reports how it ended. Its output is already on screen. */
async function tellEnd(site: SiteEntry, command: string, text: string): Promise<void> {
  const { attributes }: AnyResource = await site.api.call('showCommand', { command });
  const { exit_code: code, status } = attributes;
  if (code === 0 || (status === 'finished' && typeof code !== 'number')) {
    sayBriefly(l10n.t('{0} has ended', shown(text)));
    return;
  }
  await notify(
    'warning',
    typeof code === 'number'
      ? l10n.t('{0} on {1} ended with exit code {2}.', shown(text), site.site.name, code)
      : l10n.t('{0} on {1} ended as “{2}”.', shown(text), site.site.name, line(status) ?? ''),
  );
}
