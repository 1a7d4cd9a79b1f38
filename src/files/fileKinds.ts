import { isRecord } from '../forge/json';
import type { OperationName } from '../forge/operationTable';
import { line } from '../forge/resources';

export type FileKindId =
  | 'environment'
  | 'nginx'
  | 'domainNginx'
  | 'deployScript'
  | 'nginxTemplate'
  | 'phpFpm'
  | 'phpCli'
  | 'phpPool'
  | 'backgroundProcess';

/** What to offer after a file was changed. */
export type NextStep = 'deploy' | 'cacheConfiguration' | 'restartNginx';

/** Several files of one kind: one for each domain of a site, each PHP version of a server. */
export interface FileItems {
  readonly list: OperationName;
  /** The path parameter for its id. */
  readonly parameter: string;
  /** Its display name, from its attributes; undefined if it has no such file. */
  readonly nameOf: (attributes: Attributes) => string | undefined;
}

export interface FileKind {
  readonly of: 'site' | 'server';
  readonly items?: FileItems;
  /** The display name of the file, shown before the site or server. `item` is '' if there is only one. */
  readonly path: (item: string) => string;
  /**
   * The language id: our own, which package.json assigns to the names of such files, so that VS Code knows it before it draws the
   * first character, and doesn't auto save.
   */
  readonly language: string;
  readonly read: OperationName;
  readonly write: OperationName;
  /** The attributes that may contain the text. */
  readonly attributes: readonly string[];
  /** @param attributes the other attributes of the previous read */
  readonly body: (text: string, attributes: Attributes) => object;
  /** Whether its values are secret. */
  readonly isSecret?: true;
  /** Whether Forge can cache the configuration and restart queues with a change (src/forge/README.md, Answers). */
  readonly appliesConfiguration?: true;
  readonly next: readonly NextStep[];
}

export type Attributes = Readonly<Record<string, unknown>>;

/**
 * The language of a text that is shown to be reviewed before it is saved: package.json gives it the space at the top of the editor that
 * the question lies over, so that no line is below it.
 */
export function languageForReview(language: string): string {
  return `${language}-review`;
}

/** The language of a remote .env: our own, to keep other extensions' dotenv features away from it. */
export const environmentLanguage = 'forge-env';

const phpVersions: FileItems = {
  list: 'listPhpVersions',
  parameter: 'phpVersion',
  nameOf: ({ version }) => nameIn(version),
};

function phpKind<Read extends OperationName, Write extends OperationName>(part: string, read: Read, write: Write) {
  return {
    of: 'server',
    items: phpVersions,
    path: (version: string) => `php ${version} ${part}.ini`,
    language: 'forge-ini',
    read,
    write,
    attributes: ['configuration'],
    body: (config: string) => ({ config }),
    next: [],
  } as const satisfies FileKind;
}

/** All kinds of files that can be read and written through Forge, in display order. */
export const fileKinds: Readonly<Record<FileKindId, FileKind>> = {
  environment: {
    of: 'site',
    path: () => '.env',
    language: environmentLanguage,
    read: 'showEnvironment',
    write: 'updateEnvironment',
    attributes: ['content'],
    body: (environment) => ({ environment }),
    isSecret: true,
    appliesConfiguration: true,
    next: ['cacheConfiguration', 'deploy'],
  },
  deployScript: {
    of: 'site',
    path: () => 'deploy.sh',
    language: 'forge-deploy-script',
    read: 'showDeploymentScript',
    write: 'updateDeploymentScript',
    attributes: ['content'],
    // Forge might reset omitted attributes.
    body: (content, { auto_source }) => ({ content, ...(typeof auto_source === 'boolean' && { auto_source }) }),
    next: ['deploy'],
  },
  nginx: {
    of: 'site',
    path: () => 'nginx.conf',
    language: 'forge-nginx',
    read: 'showNginxConfiguration',
    write: 'updateNginxConfiguration',
    attributes: ['content'],
    body: (config) => ({ config }),
    next: ['restartNginx'],
  },
  domainNginx: {
    of: 'site',
    items: { list: 'listDomains', parameter: 'domainRecord', nameOf: ({ name }) => nameIn(name) },
    path: (domain) => `domains/${domain} nginx.conf`,
    language: 'forge-nginx',
    read: 'showDomainNginxConfiguration',
    write: 'updateDomainNginxConfiguration',
    attributes: ['content'],
    body: (config) => ({ config }),
    next: ['restartNginx'],
  },
  nginxTemplate: {
    of: 'server',
    items: { list: 'listNginxTemplates', parameter: 'nginxTemplate', nameOf: ({ name }) => nameIn(name) },
    path: (template) => `nginx templates/${template}.conf`,
    language: 'forge-nginx',
    read: 'showNginxTemplate',
    write: 'updateNginxTemplate',
    attributes: ['content'],
    body: (content, attributes) => ({ name: nameOf(attributes), content }),
    next: [],
  },
  phpFpm: phpKind('fpm', 'showPhpFpmConfiguration', 'updatePhpFpmConfiguration'),
  phpCli: phpKind('cli', 'showPhpCliConfiguration', 'updatePhpCliConfiguration'),
  phpPool: phpKind('pool', 'showPhpPoolConfiguration', 'updatePhpPoolConfiguration'),
  backgroundProcess: {
    of: 'server',
    items: {
      list: 'listBackgroundProcesses',
      parameter: 'backgroundProcess',
      // The API's description has neither name nor configuration (src/forge/README.md, Servers and sites): editable only if Forge returns both.
      nameOf: (attributes) =>
        textIn(attributes, ['config', 'configuration']) === undefined ? undefined : nameIn(attributes.name),
    },
    path: (process) => `background processes/${process}.ini`,
    language: 'forge-ini',
    read: 'showBackgroundProcess',
    write: 'updateBackgroundProcess',
    attributes: ['config', 'configuration'],
    body: (config, attributes) => ({ name: nameOf(attributes), config }),
    next: [],
  },
};

export function isFileKind(text: string | null): text is FileKindId {
  return text !== null && Object.hasOwn(fileKinds, text);
}

/** The text in a response, and its other attributes; undefined if Forge didn't return the text. */
export function readFileText(
  { attributes: names }: FileKind,
  document: unknown,
): { text: string; attributes: Attributes } | undefined {
  const data = isRecord(document) && isRecord(document.data) ? document.data : {};
  const attributes = isRecord(data.attributes) ? data.attributes : {};
  const text = textIn(attributes, names);
  return text === undefined ? undefined : { text, attributes };
}

/** Forge sends null for empty text. */
function textIn(attributes: Attributes, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => candidate in attributes);
  const text = name === undefined ? undefined : (attributes[name] ?? '');
  return typeof text === 'string' ? text : undefined;
}

/** The name from Forge, to be sent back. */
function nameOf({ name }: Attributes): string {
  return typeof name === 'string' ? name : '';
}

function nameIn(value: unknown): string | undefined {
  return line(value) ?? undefined;
}
