import * as l10n from '@vscode/l10n';
import type { SiteEntry } from '../fleet/rows';
import { isAborted } from '../forge/errors';
import { oneLine } from '../forge/oneLine';
import { kindOf } from '../logs/logSources';
import { followCommand, startCommand } from '../operate/commandRuns';
import { drawnText } from '../ui/ansiText';
import { PlainError } from '../ui/plainError';
import { ask as askModally, requestedByModel } from '../ui/say';
import { canceledBy } from './deploySite';
import { requiredText, text } from './input';
import { findSite } from './names';
import { defineTool, type ToolCall } from './tool';

/** Maximum length of a command, in characters. */
const longestCommand = 500;

/**
 * What belongs to another command, where secrets stay hidden or the question is a better one. A courtesy to models: whoever agrees to a
 * command sees all of it, and decides.
 */
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [
    /\.env\b|\b(?:printenv|env:(?:decrypt|encrypt|set)|key:generate|config:show)\b|^\s*(?:env|export|set)\b/i,
    'Forge: Open .env',
  ],
  [/\b(?:reboot|shutdown|poweroff|halt|init\s+[06])\b/i, 'Forge: Reboot, Power-Cycle or Archive…'],
  [/\b(?:ufw|iptables|nft)\b|authorized_keys|ssh-keygen|\bid_(?:rsa|ed25519)\b/i, 'Forge: New Resource…'],
];

/** Runs a command on a site after a modal question, and waits a while for its output. */
export const runCommand = defineTool({
  input: { site: text, command: requiredText },
  confirmation: async ({ site: name, command }, parts) => {
    const { site } = await findSite(parts, name);
    return {
      title: l10n.t('Run a command on {0}?', site.name),
      message: l10n.t('You are asked again before anything happens.'),
      code: checked(command),
    };
  },
  run: async ({ site: name, command: given }, call) => {
    const site = await findSite(call.parts, name);
    const command = checked(given);
    await site.api.require('runCommand');
    if (!(await canceledBy(call.signal, isAgreed(site, command)))) {
      return { of: site, notes: ['The person declined. Nothing was run. Do not try again unless they ask for it.'] };
    }
    const id = await started(call, site, command);
    if (id === undefined) {
      return {
        of: site,
        notes: [
          'The person agreed, and Forge has accepted the command, but its run is not known yet. forge_list_resources with kind "commands" lists runs; do not send the command again.',
        ],
      };
    }
    const { output, isOver } = await outputOf(call, site, id);
    return {
      of: site,
      notes: [
        isOver
          ? `The person agreed, and command ${id} has ended.`
          : `The person agreed. Command ${id} has not ended yet, as far as is known: forge_read_log with log "command" and id "${id}" reads its output.`,
      ],
      data: [{ title: `output of command ${id}`, text: output, keep: 'end' }],
    };
  },
});

/** @throws PlainError for a command that has another place, or more than one line */
function checked(command: string): string {
  if (command !== oneLine(command) || command.length > longestCommand) {
    throw new PlainError(l10n.t('A command is one line of at most {0} characters.', longestCommand));
  }
  const place = elsewhere.find(([pattern]) => pattern.test(command))?.[1];
  if (place !== undefined) {
    throw new PlainError(
      l10n.t("This tool doesn't run such commands. The person uses the command “{0}” in VS Code instead.", place),
    );
  }
  return command;
}

async function isAgreed({ site, server }: SiteEntry, command: string): Promise<boolean> {
  const answer = await askModally({
    question: l10n.t('Run this on {0}?', site.name),
    detail: [
      requestedByModel(),
      command,
      server ? l10n.t("Runs on {0} as the site's user, in the site's folder.", server.name) : undefined,
    ],
    answers: [l10n.t('Run')],
  });
  return answer !== undefined;
}

/** The id of the run; undefined if Forge doesn't list it in time, or lists two. The command is sent once. @throws ForgeError */
async function started({ parts, ask }: ToolCall, site: SiteEntry, command: string): Promise<string | undefined> {
  const list = () => ask(site.account, (options) => site.api.first('listCommands', {}, options));
  const before = new Set((await list()).map(({ id }) => id));
  let isSent = false;
  try {
    const run = await ask(site.account, () =>
      startCommand(site, command, before, parts.fleet.clock, {
        lookFor: () => {
          isSent = true;
          return list();
        },
      }),
    );
    return run.is === 'found' ? run.id : undefined;
  } catch (error) {
    if (isSent && !isAborted(error)) {
      parts.log.error('The run of a command could not be found', error);
      return undefined;
    }
    throw error;
  }
}

/** Its output so far, once it has ended, or no request is left for looking again. */
async function outputOf({ parts, ask, signal }: ToolCall, site: SiteEntry, id: string) {
  const { read } = kindOf({ kind: 'command', key: site.key, id });
  let output = '';
  const look = async () => {
    const answer = await (read && ask(site.account, (options) => read(site, id, options), 2));
    output = answer?.text ?? '';
    return answer?.isFinal ?? true;
  };
  const isOver = await followCommand(parts.fleet.clock, AbortSignal.any([site.account.signal, signal]), look).catch(
    (error: unknown) => {
      if (isAborted(error)) {
        throw error;
      }
      return false;
    },
  );
  return { output: (await drawnText(output)).text, isOver };
}
