import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { pickHeading } from '../ui/pickRow';
import { type Arrangement, type Arrangements, filterLabel, filters, groupings, orders } from './arrangement';

interface Choice extends vscode.QuickPickItem {
  readonly change?: Partial<Arrangement>;
}

/** Asks how the tree is to be arranged; what is chosen at present is ticked. */
export async function arrange(arrangements: Arrangements): Promise<void> {
  const { group, order, only } = arrangements.present;
  const choice = (label: string, isPresent: boolean, change: Partial<Arrangement>): Choice => ({
    label: `${isPresent ? '$(check)' : '$(blank)'} ${label}`,
    change,
  });
  const picked = await vscode.window.showQuickPick<Choice>(
    [
      pickHeading(l10n.t('show')),
      ...filters.map((name) => choice(filterLabel(name), name === only, { only: name })),
      pickHeading(l10n.t('group by')),
      ...groupings.map((name) => choice(groupingLabel(name), name === group, { group: name })),
      pickHeading(l10n.t('sort by')),
      ...orders.map((name) => choice(orderLabel(name), name === order, { order: name })),
    ],
    {
      title: l10n.t('Arrange Servers and Sites'),
      placeHolder: l10n.t('Remembered for this workspace'),
    },
  );
  if (picked?.change) {
    await arrangements.change(picked.change);
  }
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
      return l10n.t('No Grouping (Flat List)');
  }
}

function orderLabel(order: Arrangement['order']): string {
  return order === 'name' ? l10n.t('Name') : l10n.t('Last Deployment');
}
