import type { Operation } from './operations';
import {
  type Decoded,
  type Reader,
  readDeployHook,
  readDeployment,
  readEvent,
  readList,
  readLogOutput,
  readOne,
  readOrganization,
  readResource,
  readServer,
  readSite,
  readUser,
  readWebhook,
  readWithSecrets,
} from './resources';
import type { Scope } from './scopes';

/** What fills a view. */
function read<Path extends string>(path: Path, ...scopes: Scope[]) {
  return { method: 'GET', path, scopes, lane: 'visible' } as const;
}

/** What a person opens and waits for: a log, an output, a file, a key. */
function open<Path extends string>(path: Path, ...scopes: Scope[]) {
  return { method: 'GET', path, scopes, lane: 'user' } as const;
}

/** What changes something. */
function write<Path extends string>(method: Exclude<Operation['method'], 'GET'>, path: Path, ...scopes: Scope[]) {
  return { method, path, scopes, lane: 'user' } as const;
}

/** What not every Forge offers yet. */
function later<Known extends Operation>(operation: Known) {
  return { ...operation, mayBeMissing: true } as const;
}

/** An operation that returns one resource, and how to read that. */
function one<Known extends Operation, T>(known: Known, reader: Reader<T>, query: Operation['query'] = {}) {
  return { ...known, query, answer: (document: unknown): T => readOne(document, reader) } as const;
}

/** An operation that returns a page of rows, and how to read a row. */
function rows<Known extends Operation, T>(known: Known, reader: Reader<T>, query: Operation['query'] = {}) {
  return { ...known, query, rows: (document: unknown): Decoded<T> => readList(document, reader) } as const;
}

/** An operation that returns all of its rows at once, and takes no page. */
function all<Known extends Operation, T>(known: Known, reader: Reader<T>) {
  return { ...rows(known, reader), isWhole: true } as const;
}

/** What is included with a site, if Forge allows it. */
const withSite = { include: 'server,latestDeployment,tags' };

/**
 * An operation that returns the text of a log or an output, of which the server may not have written all: longer than everything else,
 * and slower to arrive: 60 MB a minute at 8 megabits a second.
 */
function output<Known extends Operation>(known: Known) {
  return one({ ...known, limits: { maxBodyBytes: 128 * 1024 * 1024, timeoutMs: 60_000 } } as const, readLogOutput);
}

const newestFirst = { sort: '-created_at' };

const org = '/orgs/{organization}';
const server = `${org}/servers/{server}`;
const site = `${server}/sites/{site}`;

const serverCredential = `${org}/server-credentials/{credential}`;
const vpcs = `${serverCredential}/regions/{region}/vpcs`;
const recipe = `${org}/recipes/{recipe}`;
const role = `${org}/roles/{role}`;
const storageProvider = `${org}/storage-providers/{storageConfiguration}`;
const team = `${org}/teams/{team}`;
const region = '/providers/{provider}/regions/{providerRegion}';

const backgroundProcess = `${server}/background-processes/{backgroundProcess}`;
const backupConfiguration = `${server}/database/backups/{backupConfiguration}`;
const backup = `${backupConfiguration}/instances/{backup}`;
const databases = `${server}/database/schemas`;
const databaseUsers = `${server}/database/users`;
const nginxTemplates = `${server}/nginx/templates`;
const phpVersion = `${server}/php/versions/{phpVersion}`;

const deployments = `${site}/deployments`;
const integrations = `${site}/integrations`;
const domain = `${site}/domains/{domainRecord}`;
const certificate = `${domain}/certificates/{certificate}`;
const composerCredential = `${site}/composer/credentials/{repository}`;
const npmCredential = `${site}/npm/credentials/{registry}`;

/**
 * Every operation of the API, and the only place that knows paths. Groups, paths, methods and scopes are those of the API's
 * description; a contract test compares them. Names say what a Forge user does: list, show, create, update, delete, or
 * Forge's own word if it has a better one.
 */
export const operations = {
  // Background processes
  listBackgroundProcesses: rows(read(`${server}/background-processes`, 'server:view'), readResource),
  createBackgroundProcess: write('POST', `${server}/background-processes`, 'server:create-daemons'),
  showBackgroundProcess: read(backgroundProcess, 'server:view'),
  updateBackgroundProcess: write('PUT', backgroundProcess, 'server:create-daemons'),
  deleteBackgroundProcess: write('DELETE', backgroundProcess, 'server:delete-daemons'),
  showBackgroundProcessLog: output(open(`${backgroundProcess}/log`, 'server:create-daemons')),

  // Backups
  listBackupConfigurations: rows(read(`${server}/database/backups`, 'server:view'), readResource),
  createBackupConfiguration: write('POST', `${server}/database/backups`, 'server:create-backups'),
  showBackupConfiguration: one(read(backupConfiguration, 'server:view'), readResource),
  updateBackupConfiguration: write('PUT', backupConfiguration, 'server:create-backups'),
  deleteBackupConfiguration: write('DELETE', backupConfiguration, 'server:delete-backups'),
  listBackups: rows(read(`${backupConfiguration}/instances`, 'server:create-backups'), readResource),
  createBackup: write('POST', `${backupConfiguration}/instances`, 'server:create-backups'),
  showBackup: one(read(backup, 'server:create-backups'), readResource),
  deleteBackup: write('DELETE', backup, 'server:delete-backups'),
  restoreBackup: write('POST', `${backup}/restores`, 'server:create-backups'),

  // Commands
  listCommands: rows(read(`${site}/commands`, 'server:view'), readResource, newestFirst),
  runCommand: { ...write('POST', `${site}/commands`, 'site:manage-commands'), limiter: 'siteCommands' },
  showCommand: one(read(`${site}/commands/{command}`, 'server:view'), readResource),
  deleteCommand: write('DELETE', `${site}/commands/{command}`, 'site:manage-commands'),
  showCommandOutput: output(open(`${site}/commands/{command}/output`, 'server:view')),

  // Databases
  listDatabases: rows(read(databases, 'server:view'), readResource),
  createDatabase: write('POST', databases, 'server:create-databases'),
  showDatabase: one(read(`${databases}/{database}`, 'server:view'), readResource),
  deleteDatabase: write('DELETE', `${databases}/{database}`, 'server:delete-databases'),
  syncDatabases: write('POST', `${databases}/synchronizations`, 'server:create-databases'),
  listDatabaseUsers: rows(read(databaseUsers, 'server:view'), readResource),
  createDatabaseUser: write('POST', databaseUsers, 'server:create-databases'),
  showDatabaseUser: one(read(`${databaseUsers}/{databaseUser}`, 'server:view'), readResource),
  updateDatabaseUser: write('PUT', `${databaseUsers}/{databaseUser}`, 'server:create-databases'),
  deleteDatabaseUser: write('DELETE', `${databaseUsers}/{databaseUser}`, 'server:delete-databases'),
  updateDatabasePassword: write('PUT', `${server}/database/password`, 'server:manage-services'),

  // Deployments
  listDeploymentWebhooks: rows(read(`${site}/webhooks`, 'site:manage-notifications', 'server:view'), readWebhook),
  createDeploymentWebhook: write('POST', `${site}/webhooks`, 'site:manage-notifications'),
  showDeploymentWebhook: one(
    read(`${site}/webhooks/{deploymentWebhook}`, 'site:manage-notifications', 'server:view'),
    readWebhook,
  ),
  deleteDeploymentWebhook: write('DELETE', `${site}/webhooks/{deploymentWebhook}`, 'site:manage-notifications'),
  listDeployments: rows(read(deployments, 'server:view'), readDeployment, newestFirst),
  deploy: one(write('POST', deployments, 'site:manage-deploys'), readDeployment),
  showDeploymentStatus: read(`${deployments}/status`, 'server:view'),
  resetDeploymentStatus: write('DELETE', `${deployments}/status`, 'site:manage-deploys'),
  showDeploymentScript: open(`${deployments}/script`, 'server:view'),
  updateDeploymentScript: write('PUT', `${deployments}/script`, 'site:manage-deploys'),
  showDeployHook: one(open(`${deployments}/deploy-hook`, 'server:view', 'site:manage-deploys'), readDeployHook),
  regenerateDeployHook: one(write('PUT', `${deployments}/deploy-hook`, 'site:manage-deploys'), readDeployHook),
  enablePushToDeploy: write('POST', `${deployments}/push-to-deploy`, 'site:manage-deploys'),
  disablePushToDeploy: write('DELETE', `${deployments}/push-to-deploy`, 'site:manage-deploys'),
  showDeployment: one(read(`${deployments}/{deployment}`, 'server:view'), readDeployment),
  // In the lane of what is on screen, because it is polled while a deployment runs.
  showDeploymentLog: output(read(`${deployments}/{deployment}/log`, 'site:manage-deploys')),
  showDeployKey: one(open(`${site}/deploy-key`, 'server:view', 'site:manage-deploys'), readResource),
  createDeployKey: one(write('POST', `${site}/deploy-key`, 'site:manage-deploys'), readResource),
  deleteDeployKey: write('DELETE', `${site}/deploy-key`, 'site:manage-deploys'),
  listServerDeployments: later(read(`${server}/deployments`, 'server:view')),

  // Firewall rules
  listFirewallRules: rows(read(`${server}/firewall-rules`, 'server:manage-network'), readResource),
  createFirewallRule: write('POST', `${server}/firewall-rules`, 'server:manage-network'),
  showFirewallRule: one(read(`${server}/firewall-rules/{rule}`, 'server:manage-network'), readResource),
  deleteFirewallRule: write('DELETE', `${server}/firewall-rules/{rule}`, 'server:manage-network'),

  // Integrations
  showHorizon: one(read(`${integrations}/horizon`, 'server:view'), readResource),
  enableHorizon: write('POST', `${integrations}/horizon`, 'server:create-daemons'),
  disableHorizon: write('DELETE', `${integrations}/horizon`, 'server:delete-daemons'),
  showOctane: one(read(`${integrations}/octane`, 'server:view'), readResource),
  enableOctane: write('POST', `${integrations}/octane`, 'server:create-daemons'),
  disableOctane: write('DELETE', `${integrations}/octane`, 'server:delete-daemons'),
  showReverb: one(read(`${integrations}/reverb`, 'server:view'), readResource),
  enableReverb: write('POST', `${integrations}/reverb`, 'server:create-daemons'),
  disableReverb: write('DELETE', `${integrations}/reverb`, 'server:delete-daemons'),
  // Forge has no operation that disables Inertia.
  showInertia: one(read(`${integrations}/inertia`, 'server:view'), readResource),
  enableInertia: write('POST', `${integrations}/inertia`, 'server:create-daemons'),
  showPulse: one(read(`${integrations}/pulse`, 'server:view'), readResource),
  enablePulse: write('POST', `${integrations}/pulse`, 'server:create-daemons'),
  disablePulse: write('DELETE', `${integrations}/pulse`, 'server:delete-daemons'),
  showMaintenanceMode: one(read(`${integrations}/laravel-maintenance`, 'server:view'), readResource),
  enableMaintenanceMode: write('POST', `${integrations}/laravel-maintenance`, 'site:manage-commands'),
  disableMaintenanceMode: write('DELETE', `${integrations}/laravel-maintenance`, 'site:manage-commands'),
  showLaravelScheduler: one(read(`${integrations}/laravel-scheduler`, 'server:view'), readResource),
  enableLaravelScheduler: write('POST', `${integrations}/laravel-scheduler`, 'server:create-schedulers'),
  disableLaravelScheduler: write('DELETE', `${integrations}/laravel-scheduler`, 'server:delete-schedulers'),

  // Logs
  showServerLog: output(open(`${server}/logs/{key}`, 'server:manage-logs')),
  clearServerLog: write('DELETE', `${server}/logs/{key}`, 'server:manage-logs'),

  // Monitors
  listMonitors: rows(read(`${server}/monitors`, 'server:view'), readResource),
  createMonitor: write('POST', `${server}/monitors`, 'server:create-monitors'),
  showMonitor: one(read(`${server}/monitors/{monitor}`, 'server:view'), readResource),
  deleteMonitor: write('DELETE', `${server}/monitors/{monitor}`, 'server:delete-monitors'),

  // Nginx
  listNginxTemplates: rows(read(nginxTemplates, 'server:view'), readResource),
  createNginxTemplate: write('POST', nginxTemplates, 'server:manage-nginx-templates'),
  showNginxTemplate: open(`${nginxTemplates}/{nginxTemplate}`, 'server:view'),
  updateNginxTemplate: write('PUT', `${nginxTemplates}/{nginxTemplate}`, 'server:manage-nginx-templates'),
  deleteNginxTemplate: write('DELETE', `${nginxTemplates}/{nginxTemplate}`, 'server:manage-nginx-templates'),

  // Organizations
  listOrganizations: rows(read('/orgs', 'organization:view'), readOrganization),
  showOrganization: read(org, 'organization:view'),
  listServerCredentials: rows(read(`${org}/server-credentials`, 'credential:view'), readResource),
  showServerCredential: one(read(serverCredential, 'credential:view'), readResource),
  listVpcs: all(read(vpcs, 'server:view', 'credential:view'), readResource),
  createVpc: write('POST', vpcs, 'server:create'),
  showVpc: one(read(`${vpcs}/{vpcId}`, 'credential:view', 'server:view'), readResource),
  listOrganizationEvents: rows(later(read(`${org}/events`, 'server:view')), readEvent, newestFirst),

  // Providers
  listProviders: rows(read('/providers'), readResource),
  showProvider: one(read('/providers/{provider}'), readResource),
  listProviderSizes: rows(read('/providers/{provider}/sizes'), readResource),
  showProviderSize: one(read('/providers/{provider}/sizes/{providerSize}'), readResource),
  listProviderRegions: rows(read('/providers/{provider}/regions'), readResource),
  showProviderRegion: one(read(region), readResource),
  listProviderRegionSizes: rows(read(`${region}/sizes`), readResource),
  showProviderRegionSize: one(read(`${region}/sizes/{providerSize}`), readResource),

  // Recipes
  listRecipes: rows(read(`${org}/recipes`, 'recipe:view'), readResource),
  createRecipe: write('POST', `${org}/recipes`, 'recipe:manage'),
  showRecipe: one(open(recipe, 'recipe:view'), readResource),
  updateRecipe: write('PUT', recipe, 'recipe:manage'),
  deleteRecipe: write('DELETE', recipe, 'recipe:manage'),
  // Each row has its whole output.
  listRecipeRuns: {
    ...rows(read(`${recipe}/runs`, 'recipe:view'), readResource),
    limits: { maxBodyBytes: 64 * 1024 * 1024, timeoutMs: 60_000 },
  },
  runRecipe: write('POST', `${recipe}/runs`, 'recipe:view', 'recipe:manage'),
  showRecipeRun: one(open(`${recipe}/runs/{log}`, 'recipe:view'), readResource),
  listTeamRecipes: rows(read(`${team}/recipes`, 'recipe:view'), readResource),
  shareRecipe: write('POST', `${team}/recipes`, 'recipe:manage', 'recipe:view'),
  unshareRecipe: write('DELETE', `${team}/recipes/{recipe}`, 'recipe:manage', 'recipe:view'),
  listForgeRecipes: rows(read('/forge-recipes', 'recipe:view'), readResource),
  showForgeRecipe: one(open('/forge-recipes/{forgeRecipe}', 'recipe:view'), readResource),
  runForgeRecipe: write('POST', '/forge-recipes/{forgeRecipe}/runs', 'recipe:view'),

  // Redirect rules
  listRedirectRules: rows(read(`${site}/redirect-rules`, 'site:manage-redirects'), readResource),
  createRedirectRule: write('POST', `${site}/redirect-rules`, 'site:manage-redirects'),
  showRedirectRule: one(read(`${site}/redirect-rules/{redirectRule}`, 'site:manage-redirects'), readResource),
  deleteRedirectRule: write('DELETE', `${site}/redirect-rules/{redirectRule}`, 'site:manage-redirects'),
  reorderRedirectRules: later(write('PUT', `${site}/redirect-rules/reorder`, 'site:manage-redirects')),
  // These two carry a CSV file, which `ForgeClient.call` doesn't support: it sends and reads JSON.
  exportRedirectRules: later(open(`${site}/redirect-rules/export`, 'site:manage-redirects')),
  importRedirectRules: later(write('POST', `${site}/redirect-rules/import`, 'site:manage-redirects')),

  // Roles
  listPredefinedRoles: rows(read('/predefined-roles'), readResource),
  showPredefinedRole: one(read('/predefined-roles/{role}'), readResource),
  listPermissions: rows(read('/permissions'), readResource),
  showPermission: one(read('/permissions/{permission}'), readResource),
  listRoles: rows(read(`${org}/roles`, 'organization:view'), readResource),
  createRole: write('POST', `${org}/roles`, 'organization:manage'),
  showRole: one(read(role, 'organization:view'), readResource),
  updateRole: write('PUT', role, 'organization:manage'),
  deleteRole: write('DELETE', role, 'organization:manage'),
  listRolePermissions: rows(read(`${role}/permissions`, 'organization:view'), readResource),

  // SSH keys
  listSshKeys: rows(read(`${server}/ssh-keys`, 'server:view'), readResource),
  createSshKey: write('POST', `${server}/ssh-keys`, 'server:create-keys'),
  showSshKey: one(read(`${server}/ssh-keys/{key}`, 'server:view'), readResource),
  deleteSshKey: write('DELETE', `${server}/ssh-keys/{key}`, 'server:delete-keys'),
  showServerKey: one(open(`${server}/key`, 'server:view'), readResource),
  regenerateServerKey: one(write('PUT', `${server}/key`, 'server:delete'), readResource),

  // Scheduled jobs; that writing them needs no more than server:view is what the description says.
  listServerScheduledJobs: rows(read(`${server}/scheduled-jobs`, 'server:view'), readResource),
  createServerScheduledJob: write('POST', `${server}/scheduled-jobs`, 'server:view'),
  showServerScheduledJob: one(read(`${server}/scheduled-jobs/{job}`, 'server:view'), readResource),
  deleteServerScheduledJob: write('DELETE', `${server}/scheduled-jobs/{job}`, 'server:view'),
  showServerScheduledJobOutput: output(open(`${server}/scheduled-jobs/{job}/output`, 'server:view')),
  listSiteScheduledJobs: rows(read(`${site}/scheduled-jobs`, 'server:view'), readResource),
  createSiteScheduledJob: write('POST', `${site}/scheduled-jobs`, 'server:view'),
  showSiteScheduledJob: one(read(`${site}/scheduled-jobs/{job}`, 'server:view'), readResource),
  deleteSiteScheduledJob: write('DELETE', `${site}/scheduled-jobs/{job}`, 'server:view'),
  showSiteScheduledJobOutput: output(open(`${site}/scheduled-jobs/{job}/output`, 'server:view')),

  // Security rules
  listSecurityRules: rows(read(`${site}/security-rules`, 'site:manage-security'), readResource),
  createSecurityRule: write('POST', `${site}/security-rules`, 'site:manage-security'),
  showSecurityRule: one(read(`${site}/security-rules/{securityRule}`, 'site:manage-security'), readResource),
  updateSecurityRule: write('PUT', `${site}/security-rules/{securityRule}`, 'site:manage-security'),
  deleteSecurityRule: write('DELETE', `${site}/security-rules/{securityRule}`, 'site:manage-security'),

  // Server credentials
  listTeamServerCredentials: rows(read(`${team}/server-credentials`, 'credential:view'), readResource),
  shareServerCredential: write('POST', `${team}/server-credentials`, 'credential:manage', 'credential:view'),
  unshareServerCredential: write(
    'DELETE',
    `${team}/server-credentials/{credential}`,
    'credential:manage',
    'credential:view',
  ),

  // Servers
  listServers: rows(read(`${org}/servers`, 'server:view'), readServer),
  // The only answer that has the sudo password (README.md, Secrets).
  createServer: one(write('POST', `${org}/servers`, 'server:create'), readWithSecrets),
  listArchivedServers: rows(read(`${org}/servers/archives`, 'server:view'), readResource),
  archiveServer: write('POST', `${org}/servers/archives`, 'server:archive'),
  unarchiveServer: write('DELETE', `${org}/servers/archives/{server}`, 'server:archive'),
  runBackgroundProcessAction: write('POST', `${backgroundProcess}/actions`, 'server:create-daemons'),
  runServerAction: write('POST', `${server}/actions`, 'server:manage-services'),
  runNginxAction: write('POST', `${server}/services/nginx/actions`, 'server:manage-services'),
  runPostgresAction: write('POST', `${server}/services/postgres/actions`, 'server:manage-services'),
  runRedisAction: write('POST', `${server}/services/redis/actions`, 'server:manage-services'),
  runMysqlAction: write('POST', `${server}/services/mysql/actions`, 'server:manage-services'),
  runPhpAction: write('POST', `${server}/services/php/actions`, 'server:manage-services'),
  runSupervisorAction: write('POST', `${server}/services/supervisor/actions`, 'server:manage-services'),
  showServer: one(read(server, 'server:view'), readServer),
  updateServer: write('PUT', server, 'server:manage-meta'),
  deleteServer: write('DELETE', server, 'server:delete'),
  showServerNetwork: all(read(`${server}/network`, 'server:view'), readResource),
  updateServerNetwork: write('PUT', `${server}/network`, 'server:manage-network'),
  listServerEvents: rows(read(`${server}/events`, 'server:view'), readResource, newestFirst),
  showServerEvent: one(read(`${server}/events/{event}`, 'server:view'), readResource),
  showServerEventOutput: output(open(`${server}/events/{event}/output`, 'server:view')),
  showPhpCliVersion: one(read(`${server}/php/cli-version`, 'server:view'), readResource),
  updatePhpCliVersion: write('PUT', `${server}/php/cli-version`, 'server:manage-php'),
  showPhpSiteVersion: one(read(`${server}/php/site-version`, 'server:view'), readResource),
  updatePhpSiteVersion: write('PUT', `${server}/php/site-version`, 'server:manage-php'),
  listPhpVersions: rows(read(`${server}/php/versions`, 'server:view'), readResource),
  installPhpVersion: write('POST', `${server}/php/versions`, 'server:manage-php'),
  showPhpVersion: one(read(phpVersion, 'server:view'), readResource),
  updatePhpVersion: write('PUT', phpVersion, 'server:manage-php'),
  uninstallPhpVersion: write('DELETE', phpVersion, 'server:manage-php'),
  showPhpFpmConfiguration: open(`${phpVersion}/configs/fpm`, 'server:view'),
  updatePhpFpmConfiguration: write('PUT', `${phpVersion}/configs/fpm`, 'server:manage-php'),
  showPhpCliConfiguration: open(`${phpVersion}/configs/cli`, 'server:view'),
  updatePhpCliConfiguration: write('PUT', `${phpVersion}/configs/cli`, 'server:manage-php'),
  showPhpPoolConfiguration: open(`${phpVersion}/configs/pool`, 'server:view'),
  updatePhpPoolConfiguration: write('PUT', `${phpVersion}/configs/pool`, 'server:manage-php'),
  showPhpMaxUploadSize: one(read(`${server}/php/max-upload-size`, 'server:view'), readResource),
  updatePhpMaxUploadSize: write('PUT', `${server}/php/max-upload-size`, 'server:manage-php'),
  showPhpMaxExecutionTime: one(read(`${server}/php/max-execution-time`, 'server:view'), readResource),
  updatePhpMaxExecutionTime: write('PUT', `${server}/php/max-execution-time`, 'server:manage-php'),
  showOpcache: one(read(`${server}/php/opcache`, 'server:view'), readResource),
  enableOpcache: write('POST', `${server}/php/opcache`, 'server:manage-php'),
  disableOpcache: write('DELETE', `${server}/php/opcache`, 'server:manage-php'),
  listTeamServers: rows(read(`${team}/servers`, 'server:view'), readResource),
  shareServer: write('POST', `${team}/servers`, 'server:create', 'server:view', 'team:create'),
  unshareServer: write('DELETE', `${team}/servers/{server}`, 'server:create', 'server:view', 'team:create'),

  // Sites. A single one is below its organization, what belongs to it is below its server.
  listAllSites: read('/sites', 'server:view'),
  listSites: rows(read(`${org}/sites`, 'server:view'), readSite, withSite),
  showSite: one(read(`${org}/sites/{site}`, 'server:view'), readSite, withSite),
  listServerSites: rows(read(`${server}/sites`, 'server:view'), readSite, withSite),
  createSite: write('POST', `${server}/sites`, 'site:create'),
  createLoadBalancedSite: write('POST', `${server}/sites/balancer`, 'site:create'),
  updateSite: write('PUT', site, 'site:create'),
  deleteSite: write('DELETE', site, 'site:delete'),
  updateGitRepository: later(write('PUT', `${site}/git`, 'site:manage-project')),
  listDomains: rows(read(`${site}/domains`, 'site:meta'), readResource),
  createDomain: write('POST', `${site}/domains`, 'site:meta'),
  showDomain: one(read(domain, 'site:meta'), readResource),
  updateDomain: write('PATCH', domain, 'site:meta'),
  deleteDomain: write('DELETE', domain, 'site:meta'),
  listDomainDnsRecords: all(read(`${domain}/configurations`, 'site:meta'), readResource),
  runDomainAction: write('POST', `${domain}/actions`, 'site:meta'),
  showDomainNginxConfiguration: open(`${domain}/nginx`, 'site:manage-nginx', 'server:view'),
  updateDomainNginxConfiguration: write('PUT', `${domain}/nginx`, 'site:manage-nginx'),
  showDomainCertificate: one(read(`${domain}/certificate`, 'site:meta'), readResource),
  listCertificates: all(read(`${domain}/certificates`, 'site:meta'), readResource),
  createCertificate: write('POST', `${domain}/certificates`, 'site:manage-ssl'),
  showActiveCertificate: one(read(`${domain}/certificates/active`, 'site:meta'), readResource),
  showCertificate: one(read(certificate, 'site:meta'), readResource),
  deleteCertificate: write('DELETE', certificate, 'site:manage-ssl'),
  runCertificateAction: write('POST', `${certificate}/actions`, 'site:meta'),
  listSiteCertificates: all(read(`${site}/certificates`, 'site:meta'), readResource),
  showHealthcheck: one(read(`${site}/healthcheck`, 'site:manage-project'), readResource),
  updateHealthcheck: write('PUT', `${site}/healthcheck`, 'site:manage-project'),
  // The largest are a tenth of this. Each key of one is read, marked and hidden.
  showEnvironment: { ...open(`${site}/environment`, 'server:view'), limits: { maxBodyBytes: 1024 * 1024 } },
  updateEnvironment: write('PUT', `${site}/environment`, 'site:manage-environment'),
  showNginxConfiguration: open(`${site}/nginx`, 'site:manage-nginx', 'server:view'),
  updateNginxConfiguration: write('PUT', `${site}/nginx`, 'site:manage-nginx'),
  listComposerCredentials: all(read(`${site}/composer/credentials`, 'server:view'), readResource),
  createComposerCredential: write('POST', `${site}/composer/credentials`, 'server:manage-packages'),
  showComposerCredential: one(read(composerCredential, 'server:view'), readWithSecrets),
  updateComposerCredential: write('PUT', composerCredential, 'server:manage-packages'),
  deleteComposerCredential: write('DELETE', composerCredential, 'server:manage-packages'),
  listNpmCredentials: all(read(`${site}/npm/credentials`, 'server:view'), readResource),
  createNpmCredential: write('POST', `${site}/npm/credentials`, 'server:manage-packages'),
  showNpmCredential: one(read(npmCredential, 'server:view'), readWithSecrets),
  updateNpmCredential: write('PUT', npmCredential, 'server:manage-packages'),
  deleteNpmCredential: write('DELETE', npmCredential, 'server:manage-packages'),
  listLoadBalancingNodes: rows(read(`${site}/load-balancing-nodes`, 'site:manage-project'), readResource),
  updateLoadBalancingNodes: write('PUT', `${site}/load-balancing-nodes`, 'site:manage-project'),
  showNginxAccessLog: output(open(`${site}/logs/nginx-access`, 'server:manage-logs')),
  clearNginxAccessLog: write('DELETE', `${site}/logs/nginx-access`, 'server:manage-logs'),
  showNginxErrorLog: output(open(`${site}/logs/nginx-error`, 'server:manage-logs')),
  clearNginxErrorLog: write('DELETE', `${site}/logs/nginx-error`, 'server:manage-logs'),
  showApplicationLog: output(open(`${site}/logs/application`, 'server:manage-logs')),
  clearApplicationLog: write('DELETE', `${site}/logs/application`, 'server:manage-logs'),
  listHeartbeats: rows(read(`${site}/heartbeats`, 'server:view'), readResource),
  createHeartbeat: write('POST', `${site}/heartbeats`, 'site:manage-heartbeats'),
  showHeartbeat: one(read(`${site}/heartbeats/{heartbeat}`, 'server:view'), readWithSecrets),
  updateHeartbeat: write('PUT', `${site}/heartbeats/{heartbeat}`, 'site:manage-heartbeats'),
  deleteHeartbeat: write('DELETE', `${site}/heartbeats/{heartbeat}`, 'site:manage-heartbeats'),

  // Storage providers
  listStorageProviders: rows(read(`${org}/storage-providers`, 'storage:manage'), readResource),
  createStorageProvider: write('POST', `${org}/storage-providers`, 'storage:manage'),
  showStorageProvider: one(read(storageProvider, 'storage:manage'), readResource),
  updateStorageProvider: write('PUT', storageProvider, 'storage:manage'),
  deleteStorageProvider: write('DELETE', storageProvider, 'storage:manage'),

  // Teams
  listTeams: rows(read(`${org}/teams`, 'team:view'), readResource),
  createTeam: write('POST', `${org}/teams`, 'team:create'),
  showTeam: one(read(team, 'team:view'), readResource),
  updateTeam: write('PUT', team, 'team:create'),
  deleteTeam: write('DELETE', team, 'team:delete'),
  listTeamMembers: rows(read(`${team}/members`, 'team:view'), readResource),
  showTeamMember: one(read(`${team}/members/{user}`, 'team:view'), readResource),
  updateTeamMember: write('PUT', `${team}/members/{user}`, 'team:create'),
  deleteTeamMember: write('DELETE', `${team}/members/{user}`, 'team:delete'),
  listTeamInvites: rows(read(`${team}/invites`, 'team:view'), readResource),
  createTeamInvite: write('POST', `${team}/invites`, 'team:create'),
  showTeamInvite: one(read(`${team}/invites/{invitation}`, 'team:view'), readResource),
  deleteTeamInvite: write('DELETE', `${team}/invites/{invitation}`, 'team:delete'),

  // User; both answer the same.
  showUser: read('/user', 'user:view'),
  me: one(open('/me', 'user:view'), readUser),
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

/** The path parameters that an operation needs, by name. */
export type PathParameters<Name extends OperationName> = Readonly<
  Record<ParameterNames<(typeof operations)[Name]['path']>, string>
>;

/** The operations that return a page of rows, with a reader for a row. */
export type ListName = {
  [Name in OperationName]: (typeof operations)[Name] extends { readonly rows: unknown } ? Name : never;
}[OperationName];

/** What the extension keeps of a row of a list. */
export type RowOf<Name extends ListName> = (typeof operations)[Name] extends {
  readonly rows: (document: unknown) => Decoded<infer T>;
}
  ? T
  : never;

/** What the extension keeps of an operation's response; unknown if the table has no reader. */
export type AnswerOf<Name extends OperationName> = (typeof operations)[Name] extends {
  readonly answer: (document: unknown) => infer T;
}
  ? T
  : unknown;
