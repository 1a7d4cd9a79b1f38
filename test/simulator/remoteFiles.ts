import type { Scope } from '../../src/forge/scopes';
import { checkNginx } from './particulars';
import { deployScript, environment } from './siteFiles';
import type { Row, Store } from './store';
import type { Server, Site, World } from './world';

/** A file that the API reads and writes. */
export interface RemoteFile {
  readonly type: string;
  /** What the resource is known by, as text. */
  readonly id: string;
  /** The attribute that holds the text, and the field of a change that does. */
  readonly attribute: 'content' | 'configuration' | 'config';
  readonly field: 'environment' | 'config' | 'content';
  readonly reads: readonly Scope[];
  readonly writes: readonly Scope[];
  /** Whether a change is answered with the resource, at once made, instead of accepted. */
  readonly isAtOnce: boolean;
  readonly initial: () => string;
  /** The row whose attribute the text is, where it is no file of its own. */
  readonly row?: Row;
  /** The other attributes. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** @throws ApiError 422 */
  readonly check?: (text: string) => void;
  /** Takes over what else a change says. */
  readonly take?: (body: Readonly<Record<string, unknown>>) => void;
}

interface Held {
  text: string;
  readonly queue: { readonly due: number; readonly text: string }[];
}

/** The texts of sites and servers that can be edited: a change is accepted first and made a while later. */
export class RemoteFiles {
  /** Milliseconds from accepting a change to making it. */
  delayMs = 0;
  /** Whether a background process tells its configuration, which the description does not say. */
  processConfigurations = false;
  readonly #held = new Map<string, Held>();
  /** The ids of sites whose deploy script gets the variables of the .env. */
  readonly #autoSource = new Set<number>();

  constructor(
    private readonly world: World,
    private readonly store: Store,
  ) {}

  /** The file at an API path; undefined where there is none. The organization and its access are the caller's to check. */
  at(path: string): RemoteFile | undefined {
    const match = /^\/orgs\/([^/]+)\/servers\/(\d+)\/(.+)$/.exec(path);
    const [, slug = '', serverId, rest = ''] = match ?? [];
    const server = this.world.organization(slug)?.servers.find(({ id }) => String(id) === serverId);
    if (!server) {
      return undefined;
    }
    const [, siteId, below = ''] = /^sites\/(\d+)\/(.+)$/.exec(rest) ?? [];
    const site = this.world.sites.get(Number(siteId));
    return site?.server === server ? this.#ofSite(site, below) : this.#ofServer(server, rest);
  }

  read(path: string, file: RemoteFile): string {
    if (file.row) {
      return String(file.row.attributes[file.attribute]);
    }
    const held = this.#hold(path, file);
    while (held.queue[0] && held.queue[0].due <= this.world.time.now()) {
      held.text = held.queue.shift()?.text ?? '';
    }
    return held.text;
  }

  /** Accepts a change. @throws ApiError 422 */
  write(path: string, file: RemoteFile, text: string): void {
    file.check?.(text);
    this.#hold(path, file).queue.push({ due: file.isAtOnce ? 0 : this.world.time.now() + this.delayMs, text });
  }

  /** Changes the text as somebody does on the server. */
  put(path: string, file: RemoteFile, text: string): void {
    if (file.row) {
      file.row.attributes[file.attribute] = text;
      return;
    }
    this.read(path, file);
    this.#hold(path, file).text = text;
  }

  #hold(path: string, file: RemoteFile): Held {
    const held = this.#held.get(path) ?? { text: file.initial(), queue: [] };
    this.#held.set(path, held);
    return held;
  }

  #row(template: string, { id, organization }: Server, below: string, row: string | undefined): Row | undefined {
    return row === undefined
      ? undefined
      : this.store.row(template, `/orgs/${organization.slug}/servers/${id}/${below}`, row);
  }

  #ofSite(site: Site, below: string): RemoteFile | undefined {
    const nginx = {
      type: 'nginxConfigs',
      attribute: 'content',
      field: 'config',
      reads: ['site:manage-nginx', 'server:view'],
      writes: ['site:manage-nginx'],
      isAtOnce: false,
    } as const;
    switch (below) {
      case 'environment':
        return {
          type: 'environments',
          id: String(site.id),
          attribute: 'content',
          field: 'environment',
          reads: ['server:view'],
          writes: ['site:manage-environment'],
          isAtOnce: false,
          initial: () => environment(this.world.seed, site),
        };
      case 'deployments/script':
        return {
          type: 'deploymentScripts',
          id: String(site.id),
          attribute: 'content',
          field: 'content',
          reads: ['server:view'],
          writes: ['site:manage-deploys'],
          isAtOnce: true,
          initial: () => deployScript(site),
          attributes: { auto_source: this.#autoSource.has(site.id) },
          // What a change does not say is not so.
          take: ({ auto_source }) => this.#autoSource[auto_source === true ? 'add' : 'delete'](site.id),
        };
      case 'nginx':
        return {
          ...nginx,
          id: String(site.id),
          initial: () => nginxConfiguration(site, site.name),
          check: (text) => checkNginx(text, `/etc/nginx/sites-available/${site.name}`),
        };
      default: {
        const [, domainId] = /^domains\/(\d+)\/nginx$/.exec(below) ?? [];
        const domain = this.#row(
          `${serverTemplate}/sites/{site}/domains`,
          site.server,
          `sites/${site.id}/domains`,
          domainId,
        );
        const name = String(domain?.attributes.name);
        return (
          domain && {
            ...nginx,
            id: domain.id,
            initial: () => nginxConfiguration(site, name),
            check: (text) => checkNginx(text, `/etc/nginx/forge-conf/${site.name}/${name}`),
          }
        );
      }
    }
  }

  #ofServer(server: Server, rest: string): RemoteFile | undefined {
    const [, templateId] = /^nginx\/templates\/(\d+)$/.exec(rest) ?? [];
    const template = this.#row(`${serverTemplate}/nginx/templates`, server, 'nginx/templates', templateId);
    if (template) {
      return {
        type: 'nginxTemplates',
        id: template.id,
        attribute: 'content',
        field: 'content',
        reads: ['server:view'],
        writes: ['server:manage-nginx-templates'],
        isAtOnce: true,
        initial: () => '',
        row: template,
      };
    }
    const [, versionId, part = ''] = /^php\/versions\/(\d+)\/configs\/(fpm|cli|pool)$/.exec(rest) ?? [];
    const version = this.#row(`${serverTemplate}/php/versions`, server, 'php/versions', versionId);
    if (version) {
      return {
        type: `php${part.replace(/^./, (letter) => letter.toUpperCase())}Configurations`,
        id: version.id,
        attribute: 'configuration',
        field: 'config',
        reads: ['server:view'],
        writes: ['server:manage-php'],
        isAtOnce: false,
        initial: () => (part === 'pool' ? poolConfiguration : phpIni(part)),
      };
    }
    const [, processId] = /^background-processes\/(\d+)$/.exec(rest) ?? [];
    const process = this.#row(processesTemplate, server, 'background-processes', processId);
    return (
      process && {
        type: 'backgroundProcesses',
        id: process.id,
        attribute: 'config',
        field: 'config',
        reads: ['server:view'],
        writes: ['server:create-daemons'],
        isAtOnce: false,
        take: ({ name }) => {
          process.said.name = name;
        },
        initial: () =>
          `[program:daemon-${process.id}]\ncommand=${process.attributes.command}\nuser=${process.attributes.user}\nnumprocs=1\n`,
      }
    );
  }
}

const serverTemplate = '/orgs/{organization}/servers/{server}';
export const processesTemplate = `${serverTemplate}/background-processes`;

function nginxConfiguration(site: Site, domain: string): string {
  return [
    '# FORGE CONFIG (DO NOT REMOVE!)',
    `include forge-conf/${site.name}/before/*;`,
    '',
    'server {',
    '    listen 443 ssl http2;',
    `    server_name ${domain};`,
    `    root /home/${site.user}/${site.name}/public;`,
    '',
    '    add_header X-Frame-Options "SAMEORIGIN";',
    '    index index.html index.htm index.php;',
    '    charset utf-8;',
    '',
    '    location / {',
    '        try_files $uri $uri/ /index.php?$query_string;',
    '    }',
    '',
    '    location ~ \\.php$ {',
    '        fastcgi_pass unix:/var/run/php/php8.4-fpm.sock;',
    '        fastcgi_index index.php;',
    '        include fastcgi_params;',
    '    }',
    '}',
    '',
  ].join('\n');
}

const poolConfiguration = '[www]\nuser = forge\ngroup = forge\npm = dynamic\npm.max_children = 20\n';

function phpIni(part: string): string {
  return `[PHP]\nmemory_limit = ${part === 'cli' ? '-1' : '512M'}\nmax_execution_time = 30\nupload_max_filesize = 64M\n`;
}
