import * as l10n from '@vscode/l10n';
import { isKind, type KindId, kindOf, kindsOn } from '../resources/catalogue';
import { placeFor } from '../resources/place';
import { wordsOf } from '../resources/resourceWords';
import { PlainError } from '../ui/plainError';
import { oneOf, text } from './input';
import { findOrganization, findServer, findSite, serverOfSite } from './names';
import { isKnown, readRows, resourceLine } from './resourceRows';
import { type AssistantParts, defineTool } from './tool';

/** The kinds directly below an organization, a server or a site. */
export const listedKinds: readonly KindId[] = [...kindsOn('site'), ...kindsOn('server'), ...kindsOn('organization')];

/** The resources of a kind: one tool for the whole catalogue. */
export const listResources = defineTool({
  input: { kind: { ...oneOf(listedKinds), isRequired: true }, site: text, server: text, organization: text },
  run: async ({ kind, ...names }, { parts, ask }) => {
    if (!isKind(kind)) {
      throw new PlainError(l10n.t('Unknown kind of resource.'));
    }
    const entry = await placeOf(parts, kind, names);
    const at = placeFor(entry, kind) ?? entry.key;
    const { rows, hasMore } = isKnown(kind)
      ? await readRows(entry, at, kind, {})
      : await ask(entry.account, (options) => readRows(entry, at, kind, options));
    return {
      of: entry,
      notes: [`${rows.length} found.`],
      data: [
        {
          title: `${wordsOf(kind).many}, one a line`,
          text: rows.map((row) => resourceLine(kind, row)),
          isPart: hasMore ? 'rows after the first page' : undefined,
        },
      ],
    };
  },
});

async function placeOf(
  parts: AssistantParts,
  kind: KindId,
  { site, server, organization }: Readonly<Record<'site' | 'server' | 'organization', string | undefined>>,
) {
  switch (kindOf(kind).on) {
    case 'site':
      return findSite(parts, site);
    case 'server':
      return site !== undefined && server === undefined
        ? serverOfSite(parts, await findSite(parts, site))
        : findServer(parts, server);
    default:
      return findOrganization(parts, organization);
  }
}
