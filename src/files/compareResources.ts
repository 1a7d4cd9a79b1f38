import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { nameOfEntry, type ServerEntry, type SiteEntry } from '../fleet/rows';
import { abortError } from '../forge/errors';
import { isRecord, type Json } from '../forge/json';
import { comparedKinds, isSingle, type KindId, placeOf } from '../resources/catalogue';
import type { ResourceLists } from '../resources/resourceLists';
import { nameOf, wordsOf } from '../resources/resourceWords';
import { explain } from '../ui/explain';
import { pathSegment } from '../ui/pathSegment';
import { PlainError } from '../ui/plainError';
import { confirm } from '../ui/say';
import type { FileEditing } from './fileEditing';

/** Attributes that always differ between places: ids and times. */
const meaningless = /^id$|_ids?$|_at$|_time$/;

/** Forge's usual limit, in requests per minute (src/forge/README.md, Rate limit). */
const usualPerMinute = 60;

/**
 * Shows all resources of two servers or two sites in a diff editor, sorted, without ids, times and secrets. Asks first and states how many
 * requests it takes; can be canceled. All other requests go first.
 * @throws PlainError if both are the same, AbortError if the user cancels while it reads
 */
export async function compareResources(
  editing: FileEditing,
  lists: ResourceLists,
  one: ServerEntry | SiteEntry,
  other: ServerEntry | SiteEntry,
): Promise<void> {
  if (one.key === other.key) {
    throw new PlainError(l10n.t('Select something else than {0} to compare it with.', nameOfEntry(one)));
  }
  const names = [one, other].map(nameOfEntry);
  const title = l10n.t('{0} ↔ {1}', names[0] ?? '', names[1] ?? '');
  const kinds = comparedKinds(placeOf(one));
  const requests = kinds.length * 2;
  const perMinute = one.account.limiter.state.limit ?? usualPerMinute;
  const isAgreed = await confirm(
    l10n.t('Compare {0} with {1}?', names[0] ?? '', names[1] ?? ''),
    l10n.t(
      'This takes at least {0} requests. Forge allows {1} a minute, so it takes about {2} min or longer: everything else goes first.',
      requests,
      perMinute,
      Math.ceil(requests / perMinute),
    ),
    l10n.t('Compare'),
  );
  if (!isAgreed) {
    return;
  }
  const texts = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: l10n.t('Comparing {0}', title), cancellable: true },
    async (progress, canceled) => {
      const read: string[] = [];
      for (const entry of [one, other]) {
        read.push(
          await described(lists, entry, kinds, canceled, (kind) =>
            progress.report({
              increment: 100 / requests,
              message: l10n.t({
                message: '{0} of {1}',
                args: [wordsOf(kind).many, nameOfEntry(entry)],
                comment: ['What belongs to a server or site: “Databases of web-1”.'],
              }),
            }),
          ),
        );
      }
      return read;
    },
  );
  const uris = await Promise.all(
    [one, other].map((entry, index) => {
      const path = `/${pathSegment(nameOfEntry(entry))}/${l10n.t('Resources')}.json`;
      return editing.showText(path, texts[index] ?? '', 'json', entry.account.signal);
    }),
  );
  await vscode.commands.executeCommand('vscode.diff', uris[0], uris[1], title, { preview: true });
}

/** All resources of a place as JSON. */
async function described(
  lists: ResourceLists,
  entry: ServerEntry | SiteEntry,
  kinds: readonly KindId[],
  canceled: vscode.CancellationToken,
  tell: (kind: KindId) => void,
): Promise<string> {
  const all: Record<string, unknown> = {};
  for (const kind of kinds) {
    if (canceled.isCancellationRequested || entry.account.signal.aborted) {
      throw abortError();
    }
    tell(kind);
    await lists.read(entry.key, kind, 'background');
    all[wordsOf(kind).many] = comparable(lists, entry.key, kind);
  }
  return `${JSON.stringify(all, undefined, 2)}\n`;
}

function comparable(lists: ResourceLists, at: string, kind: KindId): unknown {
  const { rows = [], hasMore, error } = lists.list(at, kind);
  if (error !== undefined) {
    return explain(error).sentence;
  }
  const told = rows.map((row) => ({ name: nameOf(kind, row), attributes: meaningful(row.attributes) }));
  if (isSingle(kind)) {
    return told[0]?.attributes ?? {};
  }
  const sorted = told
    .map(({ name, attributes }) => ({ key: `${name} ${JSON.stringify(attributes)}`, attributes }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ attributes }) => attributes);
  return hasMore ? [...sorted, l10n.t("There are more, which weren't loaded.")] : sorted;
}

/** Attributes sorted by name, without ids and times. */
function meaningful(attributes: Json): Json {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => !meaningless.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, isRecord(value) ? meaningful(value) : value]),
  );
}
