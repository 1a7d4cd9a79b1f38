import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { organizationKey } from '../fleet/keys';
import { type FleetEntry, nameOfEntry, serverKeyOf } from '../fleet/rows';
import type { AnyResource } from '../forge/resources';
import { type KindId, kindOf, kindsOn, placeOf } from '../resources/catalogue';
import type { ResourceLists } from '../resources/resourceLists';
import { nameOf, wordsOf } from '../resources/resourceWords';
import { explain } from '../ui/explain';
import { pickHeading, pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { titleOfNew } from './resourceItems';

/** A kind of resource below a row of the fleet. */
export interface KindAt {
  readonly entry: FleetEntry;
  readonly at: string;
  readonly kind: KindId;
}

interface Choice extends vscode.QuickPickItem {
  readonly meant?: KindAt | 'elsewhere';
}

/** A row of the fleet, its server and its organization, in this order. */
function around(fleet: Fleet, entry: FleetEntry): readonly FleetEntry[] {
  const server = 'site' in entry ? fleet.server(serverKeyOf(entry) ?? '') : undefined;
  const organization = 'server' in entry ? fleet.organization(organizationKey(entry)) : undefined;
  return [entry, server, organization].filter((one) => one !== undefined);
}

/**
 * Asks for a kind of resource of a site, its server or its organization.
 * @param isNew only offers kinds that can be created, including servers and sites
 * @returns undefined if the user canceled, `elsewhere` if they want to select another site or server
 */
export async function pickKind(
  fleet: Fleet,
  entry: FleetEntry,
  title: string,
  { isNew }: { readonly isNew: boolean },
): Promise<KindAt | 'elsewhere' | undefined> {
  const rows: Choice[] = around(fleet, entry).flatMap((one) => {
    const place = placeOf(one);
    const inView = kindsOn(place).filter((kind) => !isNew || titleOfNew(kind) !== undefined);
    const kinds = inView.filter((kind) => isNew || kindOf(kind).list !== undefined);
    return [
      pickHeading(nameOfEntry(one)),
      ...kinds.map((kind) =>
        pickRow(
          { label: isNew ? (titleOfNew(kind) ?? '') : wordsOf(kind).many, icon: kindOf(kind).icon },
          { meant: { entry: one, at: one.key, kind } as const },
        ),
      ),
    ];
  });
  const elsewhere = pickRow(
    { label: l10n.t('Another Site or Server…'), icon: 'search' },
    { meant: 'elsewhere' as const },
  );
  const chosen = await vscode.window.showQuickPick<Choice>([...rows, pickHeading(''), elsewhere], {
    title,
    matchOnDescription: true,
  });
  return chosen?.meant;
}

/**
 * Asks for a resource of a kind. Reads its list.
 * @returns undefined if the user canceled
 * @throws PlainError if there are none
 */
export async function pickResource(
  lists: ResourceLists,
  { at, kind }: KindAt,
  title: string,
): Promise<AnyResource | undefined> {
  const rows = lists.read(at, kind, 'user').then(() => {
    const { rows: found = [], error } = lists.list(at, kind);
    if (error !== undefined) {
      const { sentence, steps } = explain(error);
      throw new PlainError(sentence, ...steps);
    }
    if (found.length === 0) {
      throw new PlainError(l10n.t('There are none here.'));
    }
    return found.map((resource) =>
      pickRow(
        {
          label: nameOf(kind, resource),
          description: kindOf(kind).about?.(resource.attributes).filter(Boolean).join(' · '),
          icon: kindOf(kind).icon,
        },
        { resource },
      ),
    );
  });
  const chosen = await vscode.window.showQuickPick(rows, { title, matchOnDescription: true });
  return chosen?.resource;
}
