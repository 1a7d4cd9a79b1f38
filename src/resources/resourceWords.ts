import * as l10n from '@vscode/l10n';
import type { AnyResource } from '../forge/resources';
import { isSingle, type KindId, kindOf } from './catalogue';

interface Words {
  /** The heading of the group, or the name of the only resource. */
  readonly many: string;
  /** A single one, for use in a sentence. */
  readonly one: string;
}

/** The names of the kinds. A kind without words doesn't compile. */
const words: Readonly<Record<KindId, () => Words>> = {
  databases: () => ({ many: l10n.t('Databases'), one: l10n.t('database') }),
  databaseUsers: () => ({ many: l10n.t('Database Users'), one: l10n.t('database user') }),
  backups: () => ({ many: l10n.t('Backups'), one: l10n.t('backup schedule') }),
  backupRuns: () => ({ many: l10n.t('Backup History'), one: l10n.t('backup') }),
  backgroundProcesses: () => ({ many: l10n.t('Background Processes'), one: l10n.t('background process') }),
  scheduledJobs: () => ({ many: l10n.t('Scheduled Jobs'), one: l10n.t('scheduled job') }),
  phpVersions: () => ({ many: l10n.t('PHP'), one: l10n.t('PHP version') }),
  phpCliVersion: () => ({ many: l10n.t('CLI Version'), one: l10n.t('PHP version') }),
  phpSiteVersion: () => ({ many: l10n.t('Default Version for New Sites'), one: l10n.t('PHP version') }),
  phpMaxUploadSize: () => ({ many: l10n.t('Maximum Upload Size'), one: l10n.t('setting') }),
  phpMaxExecutionTime: () => ({ many: l10n.t('Maximum Execution Time'), one: l10n.t('setting') }),
  opcache: () => ({ many: l10n.t('OPcache'), one: l10n.t('setting') }),
  nginx: () => ({ many: 'Nginx', one: l10n.t('service') }),
  mysql: () => ({ many: 'MySQL', one: l10n.t('service') }),
  postgres: () => ({ many: 'PostgreSQL', one: l10n.t('service') }),
  redis: () => ({ many: 'Redis', one: l10n.t('service') }),
  supervisor: () => ({ many: 'Supervisor', one: l10n.t('service') }),
  firewallRules: () => ({ many: l10n.t('Firewall'), one: l10n.t('firewall rule') }),
  network: () => ({ many: l10n.t('Network'), one: l10n.t('server') }),
  sshKeys: () => ({ many: l10n.t('SSH Keys'), one: l10n.t('SSH key') }),
  serverKey: () => ({ many: l10n.t('Server SSH Key'), one: l10n.t('SSH key') }),
  monitors: () => ({ many: l10n.t('Monitors'), one: l10n.t('monitor') }),
  nginxTemplates: () => ({ many: l10n.t('Nginx Templates'), one: l10n.t('Nginx template') }),
  events: () => ({ many: l10n.t('Events'), one: l10n.t('event') }),
  sites: () => ({ many: l10n.t('Sites'), one: l10n.t('site') }),
  balancedSites: () => ({ many: l10n.t('Load-Balanced Sites'), one: l10n.t('load-balanced site') }),
  domains: () => ({ many: l10n.t('Domains'), one: l10n.t('domain') }),
  certificates: () => ({ many: l10n.t('Certificates'), one: l10n.t('certificate') }),
  dnsRecords: () => ({ many: l10n.t('DNS Records'), one: l10n.t('DNS record') }),
  siteCertificates: () => ({ many: l10n.t('Certificates'), one: l10n.t('certificate') }),
  siteBackgroundProcesses: () => ({ many: l10n.t('Background Processes'), one: l10n.t('background process') }),
  siteScheduledJobs: () => ({ many: l10n.t('Scheduled Jobs'), one: l10n.t('scheduled job') }),
  commands: () => ({ many: l10n.t('Commands'), one: l10n.t('command') }),
  redirectRules: () => ({ many: l10n.t('Redirects'), one: l10n.t('redirect') }),
  securityRules: () => ({ many: l10n.t('Security Rules'), one: l10n.t('security rule') }),
  heartbeats: () => ({ many: l10n.t('Heartbeats'), one: l10n.t('heartbeat') }),
  webhooks: () => ({ many: l10n.t('Webhooks'), one: l10n.t('webhook') }),
  horizon: () => ({ many: 'Horizon', one: l10n.t('integration') }),
  octane: () => ({ many: 'Octane', one: l10n.t('integration') }),
  reverb: () => ({ many: 'Reverb', one: l10n.t('integration') }),
  inertia: () => ({ many: l10n.t('Inertia SSR'), one: l10n.t('integration') }),
  pulse: () => ({ many: 'Pulse', one: l10n.t('integration') }),
  scheduler: () => ({ many: l10n.t('Laravel Scheduler'), one: l10n.t('integration') }),
  maintenance: () => ({ many: l10n.t('Maintenance Mode'), one: l10n.t('integration') }),
  composerCredentials: () => ({ many: l10n.t('Composer Credentials'), one: l10n.t('Composer credential') }),
  npmCredentials: () => ({ many: l10n.t('npm Credentials'), one: l10n.t('npm credential') }),
  loadBalancingNodes: () => ({ many: l10n.t('Load Balancing'), one: l10n.t('server') }),
  healthcheck: () => ({ many: l10n.t('Health Check'), one: l10n.t('health check') }),
  deployKey: () => ({ many: l10n.t('Deploy Key'), one: l10n.t('deploy key') }),
  recipes: () => ({ many: l10n.t('Recipes'), one: l10n.t('recipe') }),
  recipeRuns: () => ({ many: l10n.t('Runs'), one: l10n.t({ message: 'run', comment: ['A run of a recipe.'] }) }),
  forgeRecipes: () => ({ many: l10n.t('Forge Recipes'), one: l10n.t('recipe') }),
  teams: () => ({ many: l10n.t('Teams'), one: l10n.t('team') }),
  teamMembers: () => ({ many: l10n.t('Members'), one: l10n.t('member') }),
  teamInvites: () => ({ many: l10n.t('Invitations'), one: l10n.t('invitation') }),
  teamServers: () => ({ many: l10n.t('Servers'), one: l10n.t('server') }),
  teamRecipes: () => ({ many: l10n.t('Recipes'), one: l10n.t('recipe') }),
  teamCredentials: () => ({ many: l10n.t('Server Credentials'), one: l10n.t('server credential') }),
  roles: () => ({ many: l10n.t('Roles'), one: l10n.t('role') }),
  rolePermissions: () => ({ many: l10n.t('Permissions'), one: l10n.t('permission') }),
  predefinedRoles: () => ({ many: l10n.t('Predefined Roles'), one: l10n.t('role') }),
  storageProviders: () => ({ many: l10n.t('Storage Providers'), one: l10n.t('storage provider') }),
  serverCredentials: () => ({ many: l10n.t('Server Credentials'), one: l10n.t('server credential') }),
  archivedServers: () => ({ many: l10n.t('Archived Servers'), one: l10n.t('archived server') }),
  servers: () => ({ many: l10n.t('Servers'), one: l10n.t('server') }),
};

/** The names of groups with several kinds. */
const groupWords: Readonly<Record<string, () => string>> = {
  phpSettings: () => l10n.t('PHP Settings'),
  services: () => l10n.t('Services'),
  integrations: () => l10n.t('Integrations'),
  siteSettings: () => l10n.t('Settings'),
};

export function wordsOf(kind: KindId): Words {
  return words[kind]();
}

/** The heading of a group. */
export function headingOf(group: string): string {
  return groupWords[group]?.() ?? words[group as KindId]().many;
}

/** A resource's display name. */
export function nameOf(id: KindId, resource: AnyResource): string {
  return isSingle(id) ? wordsOf(id).many : (kindOf(id).name(resource.attributes) ?? resource.id);
}
