/** The ids that package.json and the code share. A test compares them. */

export const commands = {
  signIn: 'forge.signIn',
  signOut: 'forge.signOut',
  manageAccounts: 'forge.manageAccounts',
  copyScopes: 'forge.copyScopes',
  refresh: 'forge.refresh',
  deploySite: 'forge.deploySite',
  viewDeploymentLog: 'forge.viewDeploymentLog',
  viewLogOfDeployment: 'forge.viewLogOfDeployment',
  explainDeployment: 'forge.explainDeployment',
  viewLog: 'forge.viewLog',
  viewServerLog: 'forge.viewServerLog',
  followLog: 'forge.followLog',
  stopFollowingLog: 'forge.stopFollowingLog',
  filterLog: 'forge.filterLog',
  showLogExceptions: 'forge.showLogExceptions',
  clearLog: 'forge.clearLog',
  browseDeployments: 'forge.browseDeployments',
  showMoreDeployments: 'forge.showMoreDeployments',
  compareDeployments: 'forge.compareDeployments',
  openCommit: 'forge.openCommit',
  copyCommitHash: 'forge.copyCommitHash',
  enablePushToDeploy: 'forge.enablePushToDeploy',
  disablePushToDeploy: 'forge.disablePushToDeploy',
  clearStuckDeployment: 'forge.clearStuckDeployment',
  copyDeployHook: 'forge.copyDeployHook',
  regenerateDeployHook: 'forge.regenerateDeployHook',
  linkFolder: 'forge.linkFolder',
  goToSite: 'forge.goToSite',
  goToServer: 'forge.goToServer',
  openSsh: 'forge.openSsh',
  arrange: 'forge.arrange',
  addFavourite: 'forge.addFavourite',
  removeFavourite: 'forge.removeFavourite',
  openSite: 'forge.openSite',
  openInForge: 'forge.openInForge',
  copyIpAddress: 'forge.copyIpAddress',
  copySiteName: 'forge.copySiteName',
  openFile: 'forge.openFile',
  openEnvironment: 'forge.openEnvironment',
  allowEditing: 'forge.allowEditing',
  showValues: 'forge.showValues',
  hideValues: 'forge.hideValues',
  showValue: 'forge.showValue',
  compareWithLocal: 'forge.compareWithLocal',
  compareWithSite: 'forge.compareWithSite',
  addMissingKeys: 'forge.addMissingKeys',
  setValue: 'forge.setValue',
  cacheConfiguration: 'forge.cacheConfiguration',
  restartNginx: 'forge.restartNginx',
  dismissProblems: 'forge.dismissProblems',
  showSiteActions: 'forge.showSiteActions',
  showLog: 'forge.showLog',
  reportIssue: 'forge.reportIssue',
  openResource: 'forge.openResource',
  viewResourceOutput: 'forge.viewResourceOutput',
  runOnResource: 'forge.runOnResource',
  deleteResource: 'forge.deleteResource',
  newResource: 'forge.newResource',
  editResource: 'forge.editResource',
  editResourceText: 'forge.editResourceText',
  copyFromResource: 'forge.copyFromResource',
  showMoreResources: 'forge.showMoreResources',
  openResourceDocs: 'forge.openResourceDocs',
  goToResource: 'forge.goToResource',
  compareResources: 'forge.compareResources',
  newServer: 'forge.newServer',
  editServer: 'forge.editServer',
  runOnServer: 'forge.runOnServer',
  deleteServer: 'forge.deleteServer',
  newSite: 'forge.newSite',
  editSite: 'forge.editSite',
  deleteSite: 'forge.deleteSite',
  newDatabase: 'forge.newDatabase',
  newScheduledJob: 'forge.newScheduledJob',
  newBackgroundProcess: 'forge.newBackgroundProcess',
  addDomain: 'forge.addDomain',
  restartService: 'forge.restartService',
  stopService: 'forge.stopService',
  rebootServer: 'forge.rebootServer',
  powerCycleServer: 'forge.powerCycleServer',
  restartProcesses: 'forge.restartProcesses',
  runRecipe: 'forge.runRecipe',
  checkServer: 'forge.checkServer',
  updatePhp: 'forge.updatePhp',
  runCommand: 'forge.runCommand',
  openTinker: 'forge.openTinker',
  openDatabaseShell: 'forge.openDatabaseShell',
  followLogOverSsh: 'forge.followLogOverSsh',
  forwardDatabasePort: 'forge.forwardDatabasePort',
  openFolderOnServer: 'forge.openFolderOnServer',
  checkFleet: 'forge.checkFleet',
  showFindings: 'forge.showFindings',
  openFinding: 'forge.openFinding',
  dismissFinding: 'forge.dismissFinding',
  dismissFindings: 'forge.dismissFindings',
  showInTree: 'forge.showInTree',
  refreshResources: 'forge.refreshResources',
  pinResources: 'forge.pinResources',
  unpinResources: 'forge.unpinResources',
} as const;

export type CommandName = keyof typeof commands;
export type CommandId = (typeof commands)[CommandName];

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
