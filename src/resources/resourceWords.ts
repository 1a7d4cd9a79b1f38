import * as l10n from '@vscode/l10n';
import type { ActionName, KindId } from './catalogue';

interface Words {
  /** The heading of the group. */
  readonly many: string;
  /** One of them, inside a sentence. */
  readonly one: string;
}

/** What the kinds are called. A kind without words does not compile. */
export function wordsOf(kind: KindId): Words {
  const words: Readonly<Record<KindId, () => Words>> = {
    databases: () => ({ many: l10n.t('Databases'), one: l10n.t('database') }),
    databaseUsers: () => ({ many: l10n.t('Database Users'), one: l10n.t('database user') }),
    backups: () => ({ many: l10n.t('Backups'), one: l10n.t('backup') }),
    backgroundProcesses: () => ({ many: l10n.t('Background Processes'), one: l10n.t('background process') }),
    scheduledJobs: () => ({ many: l10n.t('Scheduled Jobs'), one: l10n.t('scheduled job') }),
    phpVersions: () => ({ many: l10n.t('PHP'), one: l10n.t('PHP version') }),
    firewallRules: () => ({ many: l10n.t('Firewall'), one: l10n.t('firewall rule') }),
    sshKeys: () => ({ many: l10n.t('SSH Keys'), one: l10n.t('SSH key') }),
    monitors: () => ({ many: l10n.t('Monitors'), one: l10n.t('monitor') }),
    nginxTemplates: () => ({ many: l10n.t('Nginx Templates'), one: l10n.t('Nginx template') }),
    events: () => ({ many: l10n.t('Events'), one: l10n.t('event') }),
    domains: () => ({ many: l10n.t('Domains'), one: l10n.t('domain') }),
    certificates: () => ({ many: l10n.t('Certificates'), one: l10n.t('certificate') }),
    siteScheduledJobs: () => ({ many: l10n.t('Scheduled Jobs'), one: l10n.t('scheduled job') }),
    commands: () => ({ many: l10n.t('Commands'), one: l10n.t('command') }),
    heartbeats: () => ({ many: l10n.t('Heartbeats'), one: l10n.t('heartbeat') }),
    redirectRules: () => ({ many: l10n.t('Redirects'), one: l10n.t('redirect') }),
    securityRules: () => ({ many: l10n.t('Security Rules'), one: l10n.t('security rule') }),
    webhooks: () => ({ many: l10n.t('Webhooks'), one: l10n.t('webhook') }),
    recipes: () => ({ many: l10n.t('Recipes'), one: l10n.t('recipe') }),
    teams: () => ({ many: l10n.t('Teams'), one: l10n.t('team') }),
    roles: () => ({ many: l10n.t('Roles'), one: l10n.t('role') }),
    storageProviders: () => ({ many: l10n.t('Storage Providers'), one: l10n.t('storage provider') }),
    serverCredentials: () => ({ many: l10n.t('Server Credentials'), one: l10n.t('server credential') }),
    archivedServers: () => ({ many: l10n.t('Archived Servers'), one: l10n.t('archived server') }),
  };
  return words[kind]();
}

/** What a button says that does it. */
export function actionWord(action: ActionName): string {
  const words: Readonly<Record<ActionName, () => string>> = {
    restart: () => l10n.t('Restart'),
    start: () => l10n.t('Start'),
    stop: () => l10n.t('Stop'),
    delete: () => l10n.t('Delete'),
  };
  return words[action]();
}
