import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Accounts } from '../account/accounts';
import { signInFirst } from '../account/signInFirst';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import { taskType } from '../manifest';
import type { Log } from '../ui/log';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';
import { type LinkedSites, nameOf } from '../workspace/linkedSites';
import type { Deployments } from './deployments';

interface DeployDefinition extends vscode.TaskDefinition {
  readonly command: 'deploy';
  /** As in `forge.site`; by default, the folder's site. */
  readonly site?: string;
}

/**
 * Provides tasks of type `forge`, so that tasks.json can include deployments, with their log and an exit code.
 * @param deployments called when one is run
 */
export function provideDeployTasks(
  accounts: Accounts,
  fleet: Fleet,
  linked: LinkedSites,
  deployments: () => Promise<Deployments>,
  log: Log,
): vscode.Disposable {
  const taskOf = (definition: DeployDefinition, scope: vscode.WorkspaceFolder | vscode.TaskScope) =>
    new vscode.Task(
      definition,
      scope,
      definition.site === undefined ? l10n.t('deploy') : l10n.t('deploy {0}', definition.site),
      taskType,
      new vscode.CustomExecution(async () => {
        const [{ DeployTerminal }, { deployer, tracker, outputs }] = await Promise.all([
          import('./deployTerminal'),
          deployments(),
        ]);
        const site = async () => ((await signInFirst(accounts)) ? siteOf(definition, scope, fleet, linked) : undefined);
        return new DeployTerminal(site, deployer, tracker, outputs, log);
      }),
    );
  return vscode.tasks.registerTaskProvider(taskType, {
    provideTasks: () =>
      linked.entries.map((entry) =>
        taskOf({ type: taskType, command: 'deploy', site: nameOf(entry) }, vscode.TaskScope.Workspace),
      ),
    resolveTask: ({ definition, scope }) =>
      definition.command === 'deploy'
        ? taskOf(definition as DeployDefinition, scope ?? vscode.TaskScope.Workspace)
        : undefined,
  });
}

/** The site of a task. @throws PlainError if there is none */
async function siteOf(
  { site }: DeployDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
  fleet: Fleet,
  linked: LinkedSites,
): Promise<SiteEntry> {
  await fleet.ready;
  await fleet.open();
  if (fleet.isIncomplete) {
    await fleet.refresh('user');
  }
  await linked.ready;
  // In a multi-root workspace, use the task's own folder, not the active one. Never guess from recent deployments.
  const ofFolder = typeof scope === 'object' ? linked.entryOf(scope.uri) : linked.roots[0]?.sites[0];
  const found = site === undefined ? ofFolder : fleet.allSites().find((entry) => nameOf(entry) === site);
  if (found) {
    return found;
  }
  throw site === undefined
    ? new PlainError(
        l10n.t('This folder belongs to no site. Link it to one, or name one in the task as organization/server/site.'),
        steps.linkFolder(),
        steps.configureTasks(),
      )
    : new PlainError(
        l10n.t('Forge has no site {0}. Name it in the task as organization/server/site.', site),
        steps.configureTasks(),
      );
}
