import * as l10n from '@vscode/l10n';
import type { ServerEntry } from '../fleet/rows';
import type { AnyResource } from '../forge/resources';
import { actionOf, actionsOf, type KindId, kindsOn } from '../resources/catalogue';
import { nameOf } from '../resources/resourceWords';
import { PlainError } from '../ui/plainError';
import { canceledBy } from './deploySite';
import { requiredText, text } from './input';
import { findServer } from './names';
import { isKnown, readRows } from './resourceRows';
import { defineTool, type ToolCall } from './tool';

/** The kinds that the command Restart Service offers: services, and PHP versions. */
const restartable = kindsOn('server').filter((kind) => actionOf(kind, 'restart')?.isOnParent);

/** Restarts a service of a server after a modal question, which is asked also where chat asks nothing. */
export const restartService = defineTool({
  input: { server: text, service: requiredText },
  confirmation: async ({ server: name, service }, parts) => {
    const { server } = await findServer(parts, name);
    return {
      title: l10n.t('Restart {0} on {1}?', service, server.name),
      message: l10n.t('You are asked again before anything happens.'),
    };
  },
  run: async ({ server: name, service }, call) => {
    const server = await findServer(call.parts, name);
    const { kind, resource } = await serviceOf(call, server, service);
    const actions = await call.parts.actions();
    const isDone = await call.ask(server.account, () =>
      canceledBy(call.signal, actions.run({ entry: server, at: server.key, kind }, resource, 'restart', true)),
    );
    return {
      of: server,
      notes: [
        isDone
          ? 'The person agreed, and Forge has accepted the restart.'
          : 'The person declined. Nothing was restarted. Do not try again unless they ask for it.',
      ],
    };
  },
});

/** @throws PlainError if the server has no such service, or it can't be restarted now */
async function serviceOf(
  { ask }: ToolCall,
  server: ServerEntry,
  service: string,
): Promise<{ readonly kind: KindId; readonly resource: AnyResource }> {
  const wanted = service.toLowerCase().replace(/[^a-z0-9]/g, '');
  const names: string[] = [];
  // PHP versions take a request: only for who names one.
  for (const kind of restartable.filter((one) => isKnown(one) || wanted.startsWith('php'))) {
    const { rows } = isKnown(kind)
      ? await readRows(server, server.key, kind, {})
      : await ask(server.account, (options) => readRows(server, server.key, kind, options));
    for (const resource of rows) {
      const name = nameOf(kind, resource);
      names.push(name);
      if ([kind, name].some((one) => one.toLowerCase().replace(/[^a-z0-9]/g, '') === wanted)) {
        if (!actionsOf(kind, resource).includes('restart')) {
          throw new PlainError(l10n.t("{0} is changing right now and can't be restarted.", name));
        }
        return { kind, resource };
      }
    }
  }
  throw new PlainError(
    l10n.t(
      'This tool restarts {0} and PHP versions. To stop services or reboot the server, the person uses the commands of the server in VS Code.',
      names.join(', '),
    ),
  );
}
