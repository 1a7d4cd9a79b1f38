import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import { durationMs, phaseOf } from '../forge/deploymentStatus';
import type { Deployment } from '../forge/resources';
import { type CommandId, commands } from '../manifest';
import { LivePick } from '../ui/livePick';
import { pickRow } from '../ui/pickRow';
import { clock } from '../ui/relativeTime';
import { runCommand } from '../ui/run';
import { deploymentTarget } from '../ui/target';
import type { DeploymentHistory } from './deploymentHistory';
import { deploymentIcon, deploymentSummary, shortHash } from './wording';

interface DeploymentItem extends vscode.QuickPickItem {
  /** Undefined for the row that loads more. */
  readonly deployment?: Deployment;
}

interface Action extends vscode.QuickInputButton {
  readonly command: CommandId;
}

/**
 * Asks for a deployment of a site. Typing filters by message, author, commit or state, a button by failure, and the last row loads more.
 * @param except a deployment to leave out
 * @returns undefined if the user canceled, or used a button instead
 */
export async function browseDeployments(
  history: DeploymentHistory,
  site: SiteEntry,
  title: string,
  except?: Deployment,
): Promise<Deployment | undefined> {
  const live = new LivePick<DeploymentItem, Deployment>(title, l10n.t('Search by message, author, commit or state'));
  const { box } = live;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  const onlyFailed: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('filter'),
    tooltip: l10n.t('Show Failed Only'),
  };
  const all: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('filter-filled'),
    tooltip: l10n.t('Show All'),
  };
  let isOnlyFailed = false;
  const draw = () => {
    const shown = history
      .last(site.key)
      .filter((deployment) => deployment.id !== except?.id && (!isOnlyFailed || phaseOf(deployment) === 'failed'));
    const more: DeploymentItem[] = history.hasMore(site.key)
      ? [pickRow({ icon: 'ellipsis', label: l10n.t('Show More…') }, { alwaysShow: true })]
      : [];
    const rows = [...shown.map((deployment) => itemOf(deployment, site.account.client.now())), ...more];
    const [active] = box.activeItems;
    live.replace(rows, 'changed', active && rows.find(({ deployment }) => deployment?.id === active.deployment?.id));
    box.buttons = [isOnlyFailed ? all : onlyFailed];
  };
  const reading = async (read: () => Promise<unknown>) => {
    box.busy = true;
    try {
      await read();
      draw();
    } finally {
      box.busy = false;
    }
  };
  const listener = history.onDidChange(({ key }) => key === site.key && draw());
  try {
    return await live.ask({
      open: () => reading(() => history.of(site, 'user')),
      accept: ({ deployment }) => (deployment ? live.end(deployment) : reading(() => history.more(site))),
      rowButton: (button, { deployment }) => {
        if (deployment) {
          live.end();
          void runCommand((button as Action).command, deploymentTarget(site, deployment));
        }
      },
      button: (button) => {
        isOnlyFailed = button === onlyFailed;
        draw();
      },
    });
  } finally {
    listener.dispose();
  }
}

/** @param now milliseconds since 1970 */
function itemOf(deployment: Deployment, now: number): DeploymentItem {
  const { commit } = deployment;
  const took = durationMs(deployment, now);
  const about = [shortHash(deployment), commit.branch, commit.author, took === null ? null : clock(took)];
  return pickRow(
    {
      icon: deploymentIcon(deployment),
      label: commit.message ?? l10n.t('Deployment {0}', deployment.id),
      description: deploymentSummary(deployment, now),
      detail: about.filter(Boolean).join(' · '),
    },
    { deployment, buttons: commit.hash === null ? [] : actions() },
  );
}

function actions(): Action[] {
  return [
    {
      iconPath: new vscode.ThemeIcon('git-commit'),
      tooltip: l10n.t('Open Commit'),
      command: commands.openCommit,
    },
    {
      iconPath: new vscode.ThemeIcon('git-compare'),
      tooltip: l10n.t('Compare with Another Deployment…'),
      command: commands.compareDeployments,
    },
    {
      iconPath: new vscode.ThemeIcon('copy'),
      tooltip: l10n.t('Copy Commit Hash'),
      command: commands.copyCommitHash,
    },
  ];
}
