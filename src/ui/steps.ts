import * as l10n from '@vscode/l10n';
import { commands, settings } from '../manifest';
import type { Target } from './target';

/** A step that may help after an error, as a button that runs a command. Without a command it retries what failed. */
export interface Step {
  readonly label: string;
  readonly command?: string;
  readonly argument?: unknown;
}

/** VS Code's help for keychain problems. */
const keychainHelp = 'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues';

/** The steps that messages mention. */
export const steps = {
  tryAgain: (): Step => ({ label: l10n.t('Try Again') }),
  signIn: (): Step => ({ label: l10n.t('Sign In'), command: commands.signIn }),
  copyScopes: (): Step => ({ label: l10n.t('Copy Scopes'), command: commands.copyScopes }),
  refresh: (): Step => ({ label: l10n.t('Refresh'), command: commands.refresh }),
  openApiUrlSetting: (): Step => ({
    label: l10n.t('Open Settings'),
    command: 'workbench.action.openSettings',
    argument: settings.apiUrl,
  }),
  openInForge: (target: Target): Step => ({
    label: l10n.t('Open in Forge'),
    command: commands.openInForge,
    argument: target,
  }),
  openFolder: (): Step => ({ label: l10n.t('Open Folder'), command: 'vscode.openFolder' }),
  viewLogs: (): Step => ({ label: l10n.t('View Logs…'), command: commands.viewLog }),
  /** @param root of the repository, as a `Uri` */
  fetch: (root: unknown): Step => ({ label: l10n.t('Fetch'), command: 'git.fetch', argument: root }),
  /** @param root of the repository, as a `Uri` */
  pull: (root: unknown): Step => ({ label: l10n.t('Pull'), command: 'git.pull', argument: root }),
  keychainHelp: (): Step => ({ label: l10n.t('Learn More'), command: 'vscode.open', argument: keychainHelp }),
} as const;
