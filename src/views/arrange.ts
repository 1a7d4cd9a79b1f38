import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { LivePick } from '../ui/livePick';
import { pickHeading, pickRow } from '../ui/pickRow';
import { type Arrangement, type Arrangements, filterLabel, filters, groupings, orders } from './arrangement';

interface Choice extends vscode.QuickPickItem {
  readonly change?: Partial<Arrangement>;
}

/**
 * Asks how to arrange the tree. The list stays open until it is closed, so that several things can be set. The current choices have a
 * check mark, and say so to screen readers.
 */
export async function arrange(arrangements: Arrangements): Promise<void> {
  const live = new LivePick<Choice, never>(
    l10n.t('Group, Sort and Filter'),
    l10n.t('Choose how to show servers and sites'),
  );
  live.box.keepScrollPosition = true;
  const draw = (chosen?: Choice) => {
    const rows = choices(arrangements.present);
    live.replace(
      rows,
      'changed',
      rows.find(({ change }) => chosen && isDeepStrictEqual(change, chosen.change)),
    );
  };
  draw();
  await live.ask({
    accept: async (chosen) => {
      await (chosen.change && arrangements.change(chosen.change));
      draw(chosen);
    },
  });
}

function choices({ group, order, only }: Arrangement): Choice[] {
  const choice = (label: string, isPresent: boolean, change: Partial<Arrangement>): Choice =>
    pickRow(
      { label, icon: isPresent ? 'check' : 'blank', description: isPresent ? l10n.t('current') : undefined },
      { change },
    );
  return [
    pickHeading(l10n.t('Show')),
    ...filters.map((name) => choice(filterLabel(name), name === only, { only: name })),
    pickHeading(l10n.t('Group By')),
    ...groupings.map((name) => choice(groupingLabel(name), name === group, { group: name })),
    pickHeading(l10n.t('Sort By')),
    ...orders.map((name) => choice(orderLabel(name), name === order, { order: name })),
  ];
}

function groupingLabel(group: Arrangement['group']): string {
  switch (group) {
    case 'server':
      return l10n.t('Server');
    case 'tag':
      return l10n.t('Tag');
    case 'organization':
      return l10n.t('Organization');
    case 'none':
      return l10n.t('None (Flat List)');
  }
}

function orderLabel(order: Arrangement['order']): string {
  return order === 'name' ? l10n.t('Name') : l10n.t('Last Deployment');
}
