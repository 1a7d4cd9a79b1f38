/** The ids that package.json and the code share. A test compares them. */

/** The names of the commands: their ids are these after "forge.". */
const commandNames = [
  'signIn',
  'signOut',
  'manageAccounts',
  'copyScopes',
  'refresh',
  'deploySite',
  'viewDeploymentLog',
  'viewLogOfDeployment',
  'explainDeployment',
  'viewLog',
  'viewServerLog',
  'followLog',
  'stopFollowingLog',
  'filterLog',
  'showLogExceptions',
  'clearLog',
  'browseDeployments',
  'showMoreDeployments',
  'compareDeployments',
  'openCommit',
  'copyCommitHash',
  'enablePushToDeploy',
  'disablePushToDeploy',
  'clearStuckDeployment',
  'copyDeployHook',
  'regenerateDeployHook',
  'linkFolder',
  'goToSite',
  'goToServer',
  'openSsh',
  'arrange',
  'addFavourite',
  'removeFavourite',
  'openSite',
  'openInForge',
  'copyIpAddress',
  'copySiteName',
  'openFile',
  'openEnvironment',
  'allowEditing',
  'showValues',
  'hideValues',
  'showValue',
  'compareWithLocal',
  'compareWithSite',
  'addMissingKeys',
  'setValue',
  'cacheConfiguration',
  'restartNginx',
  'dismissProblems',
  'showSiteActions',
  'showLog',
  'reportIssue',
  'openResource',
  'viewResourceOutput',
  'runOnResource',
  'deleteResource',
  'newResource',
  'editResource',
  'editResourceText',
  'copyFromResource',
  'showMoreResources',
  'openResourceDocs',
  'goToResource',
  'compareResources',
  'newServer',
  'editServer',
  'runOnServer',
  'deleteServer',
  'newSite',
  'editSite',
  'deleteSite',
  'newDatabase',
  'newScheduledJob',
  'newBackgroundProcess',
  'addDomain',
  'restartService',
  'stopService',
  'rebootServer',
  'powerCycleServer',
  'restartProcesses',
  'runRecipe',
  'checkServer',
  'updatePhp',
  'runCommand',
  'openTinker',
  'openDatabaseShell',
  'followLogOverSsh',
  'forwardDatabasePort',
  'openFolderOnServer',
  'checkFleet',
  'showFindings',
  'openFinding',
  'dismissFinding',
  'dismissFindings',
  'showInTree',
  'getStarted',
  'refreshResources',
  'pinResources',
  'unpinResources',
] as const;

export type CommandName = (typeof commandNames)[number];
export type CommandId = `forge.${CommandName}`;

/** The ids of the commands, by name. */
export const commands = Object.fromEntries(commandNames.map((name) => [name, `forge.${name}`])) as {
  readonly [Name in CommandName]: `forge.${Name}`;
};

/** The id of the walkthrough, without that of the extension. */
export const walkthroughId = 'start';

export const views = { fleet: 'forge.fleet', resources: 'forge.resources' } as const;

/** Context keys for `when` clauses, set with `setContext`. */
export const contextKeys = {
  /** A `FleetState`, for the welcome content. */
  state: 'forge.state',
  /** Whether an open folder has a site, for the walkthrough. */
  folderHasSite: 'forge.folderHasSite',
  /** Of the log in the active editor: whether it can be followed, is followed, is a Laravel log, and can be cleared on the server. */
  canFollowLog: 'forge.canFollowLog',
  followsLog: 'forge.followsLog',
  isLaravelLog: 'forge.isLaravelLog',
  canClearLog: 'forge.canClearLog',
  /** Whether the log in the active editor is that of a failed deployment. */
  isFailedLog: 'forge.isFailedLog',
  /** Whether Problems has any from the log of a failed deployment. */
  hasProblems: 'forge.hasProblems',
  /** Whether the Resources view is pinned. */
  resourcesPinned: 'forge.resourcesPinned',
  /** Whether all values of the active .env are shown. */
  valuesShown: 'forge.valuesShown',
} as const;

export const settings = {
  apiUrl: 'forge.apiUrl',
  requestsPerMinute: 'forge.requestsPerMinute',
  refreshInterval: 'forge.refreshInterval',
  site: 'forge.site',
  deployConfirm: 'forge.deploy.confirm',
  deployProduction: 'forge.deploy.production',
  deployTypeToConfirm: 'forge.deploy.typeToConfirm',
  deployNotifications: 'forge.deploy.notifications',
  deployCheckUrl: 'forge.deploy.checkUrl',
  checkCertificates: 'forge.checkFleet.certificates',
} as const;

/** The tools for language models. */
export const tools = {
  findSites: 'forge_find_sites',
  getSite: 'forge_get_site',
  getServer: 'forge_get_server',
  listDeployments: 'forge_list_deployments',
  explainDeployment: 'forge_explain_deployment',
  compareDeployments: 'forge_compare_deployments',
  getDrift: 'forge_get_drift',
  listEvents: 'forge_list_events',
  readLog: 'forge_read_log',
  readFile: 'forge_read_file',
  compareEnvironment: 'forge_compare_env',
  listResources: 'forge_list_resources',
  deploySite: 'forge_deploy_site',
  restartService: 'forge_restart_service',
  runCommand: 'forge_run_command',
} as const;

export type ToolName = keyof typeof tools;

/** The ids of terminal profiles. */
export const terminalProfiles = { ssh: 'forge.ssh', tinker: 'forge.tinker', database: 'forge.database' } as const;

/** The id of the extension. */
export const extensionId = 'laravel-forge-community.vscode-laravel-forge';

/** The id of the authentication provider. */
export const authenticationId = 'laravel-forge';

/** The scheme of log documents. */
export const logScheme = 'forge-log';

/** The scheme of editable files. */
export const fileScheme = 'forge-file';

/** The scheme of texts that are only shown in comparisons. */
export const shownScheme = 'forge-shown';

/** The type of tasks in tasks.json. */
export const taskType = 'forge';

/** The words in the `contextValue` of tree items, for `when` clauses. The first says what the row is, the others its state. */
export const contextValues = {
  organization: 'organization',
  server: 'server',
  site: 'site',
  deployment: 'deployment',
  favourite: 'favourite',
  pushToDeploy: 'pushToDeploy',
  repository: 'repository',
  deploying: 'deploying',
  commit: 'commit',
  attention: 'attention',
  finding: 'finding',
  failed: 'failed',
  resources: 'resources',
  create: 'create',
  resource: 'resource',
  output: 'output',
  text: 'text',
  actions: 'actions',
  edit: 'edit',
  copy: 'copy',
  delete: 'delete',
} as const;
