import { text } from './input';
import { findServer } from './names';
import { readRows, resourceLine } from './resourceRows';
import { defineTool } from './tool';

/** The latest events of a server. */
export const listEvents = defineTool({
  input: { server: text },
  run: async ({ server: name }, { parts, ask }) => {
    const server = await findServer(parts, name);
    const { rows } = await ask(server.account, (options) => readRows(server, server.key, 'events', options));
    return {
      of: server,
      notes: [`${rows.length} events. forge_read_log reads the output of one: log "event", with its id.`],
      data: [
        { title: 'events', text: rows.map((row) => resourceLine('events', row)), isPart: 'events of earlier pages' },
      ],
    };
  },
});
