import * as l10n from '@vscode/l10n';
import { tokenPage } from '../forge/token';
import { commands, type settings } from '../manifest';
import type { Target } from './target';

type SettingId = (typeof settings)[keyof typeof settings];

/** A step that may help after an error, as a button that runs a command. Without a command it retries what failed. */
export interface Step {
  readonly label: string;
  readonly command?: string;
  readonly argument?: unknown;
  /** A document that the command acts on, as a `Uri`: it is shown first. */
  readonly inEditor?: unknown;
}

/** VS Code's help for keychain problems. */
const keychainHelp = 'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues';

/** The steps that messages mention. */
export const steps = {
  tryAgain: (): Step => ({ label: l10n.t('Try Again') }),
  signIn: (): Step => ({ label: l10n.t('Sign In'), command: commands.signIn }),
  copyScopes: (): Step => ({ label: l10n.t('Copy Scopes'), command: commands.copyScopes }),
  refresh: (): Step => ({ label: l10n.t('Refresh'), command: commands.refresh }),
  openTokenPage: (): Step => ({ label: l10n.t('Open Token Page'), command: 'vscode.open', argument: tokenPage }),
  showLog: (): Step => ({ label: l10n.t('Show Output Log'), command: commands.showLog }),
  showProblems: (): Step => ({ label: l10n.t('Show Problems'), command: 'workbench.actions.view.problems' }),
  openSettings: (setting: SettingId): Step => ({
    label: l10n.t('Open Settings'),
    command: 'workbench.action.openSettings',
    argument: setting,
  }),
  configureTasks: (): Step => ({
    label: l10n.t('Configure Tasks'),
    command: 'workbench.action.tasks.configureTaskRunner',
  }),
  linkFolder: (): Step => ({ label: l10n.t('Link Folder to Site…'), command: commands.linkFolder }),
  deploy: (target: Target, label = l10n.t('Deploy…')): Step => ({
    label,
    command: commands.deploySite,
    argument: target,
  }),
  openSite: (target: Target): Step => ({
    label: l10n.t('Open Site'),
    command: commands.openSite,
    argument: target,
  }),
  viewDeploymentLog: (target: Target): Step => ({
    label: l10n.t('View Log'),
    command: commands.viewDeploymentLog,
    argument: target,
  }),
  openSsh: (target: Target): Step => ({
    label: l10n.t('Open SSH Terminal'),
    command: commands.openSsh,
    argument: target,
  }),
  explainDeployment: (target: Target): Step => ({
    label: l10n.t('Explain with Copilot'),
    command: commands.explainDeployment,
    argument: target,
  }),
  openInForge: (target: Target): Step => ({
    label: l10n.t('Open in Forge'),
    command: commands.openInForge,
    argument: target,
  }),
  installExtension: (id: string): Step => ({
    label: l10n.t('Show Extension'),
    command: 'workbench.extensions.search',
    argument: `@id:${id}`,
  }),
  openFolder: (): Step => ({ label: l10n.t('Open Folder'), command: 'vscode.openFolder' }),
  viewLogs: (): Step => ({ label: l10n.t('View Logs…'), command: commands.viewLog }),
  openRemoteFile: (): Step => ({ label: l10n.t('Open Remote File…'), command: commands.openFile }),
  openEnvironment: (): Step => ({ label: l10n.t('Open .env'), command: commands.openEnvironment }),
  newResource: (target: Target): Step => ({
    label: l10n.t('New Resource…'),
    command: commands.newResource,
    argument: target,
  }),
  /** @param file a `Uri` */
  save: (file: unknown): Step => ({
    label: l10n.t('Save'),
    command: 'workbench.action.files.save',
    inEditor: file,
  }),
  /** @param file a `Uri` */
  revert: (file: unknown): Step => ({
    label: l10n.t('Revert'),
    command: 'workbench.action.files.revert',
    inEditor: file,
  }),
  /** @param file a `Uri` */
  undo: (file: unknown): Step => ({ label: l10n.t('Undo'), command: 'undo', inEditor: file }),
  /** @param file a `Uri` */
  changeEncoding: (file: unknown): Step => ({
    label: l10n.t('Change File Encoding'),
    command: 'workbench.action.editor.changeEncoding',
    inEditor: file,
  }),
  /** @param root of the repository, as a `Uri` */
  fetch: (root: unknown): Step => ({ label: l10n.t('Fetch'), command: 'git.fetch', argument: root }),
  /** @param root of the repository, as a `Uri` */
  pull: (root: unknown): Step => ({ label: l10n.t('Pull'), command: 'git.pull', argument: root }),
  keychainHelp: (): Step => ({ label: l10n.t('Learn More'), command: 'vscode.open', argument: keychainHelp }),
} as const;
