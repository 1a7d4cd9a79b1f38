import type { Scope } from '../../src/forge/scopes';
import { ApiError } from './apiError';
import { deployScript, environment } from './siteFiles';
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

  constructor(private readonly world: World) {}

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
    this.read(path, file);
    this.#hold(path, file).text = text;
  }

  #hold(path: string, file: RemoteFile): Held {
    const held = this.#held.get(path) ?? { text: file.initial(), queue: [] };
    this.#held.set(path, held);
    return held;
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
        const domain = domainsOf(site).find(({ id }) => String(id) === domainId);
        return (
          domain && {
            ...nginx,
            id: String(domain.id),
            initial: () => nginxConfiguration(site, domain.name),
            check: (text) => checkNginx(text, `/etc/nginx/forge-conf/${site.name}/${domain.name}`),
          }
        );
      }
    }
  }

  #ofServer(server: Server, rest: string): RemoteFile | undefined {
    const [, templateId] = /^nginx\/templates\/(\d+)$/.exec(rest) ?? [];
    const template = nginxTemplatesOf(server).find(({ id }) => String(id) === templateId);
    if (template) {
      return {
        type: 'nginxTemplates',
        id: String(template.id),
        attribute: 'content',
        field: 'content',
        reads: ['server:view'],
        writes: ['server:manage-nginx-templates'],
        isAtOnce: true,
        initial: () => 'server {\n    listen 80;\n    server_name {{DOMAINS}};\n    root {{PATH}};\n}\n',
        attributes: { name: template.name, created_at: null, updated_at: null },
        check: (text) => checkNginx(text, template.name),
      };
    }
    const [, versionId, part = ''] = /^php\/versions\/(\d+)\/configs\/(fpm|cli|pool)$/.exec(rest) ?? [];
    const version = phpVersionsOf(server).find(({ id }) => String(id) === versionId);
    if (version) {
      return {
        type: `php${part.replace(/^./, (letter) => letter.toUpperCase())}Configurations`,
        id: String(version.id),
        attribute: 'configuration',
        field: 'config',
        reads: ['server:view'],
        writes: ['server:manage-php'],
        isAtOnce: false,
        initial: () => (part === 'pool' ? poolConfiguration : phpIni(part)),
      };
    }
    const [, processId] = /^background-processes\/(\d+)$/.exec(rest) ?? [];
    const process = processesOf(this.world, server).find(({ id }) => String(id) === processId);
    return (
      process && {
        type: 'backgroundProcesses',
        id: String(process.id),
        attribute: 'config',
        field: 'config',
        reads: ['server:view'],
        writes: ['server:create-daemons'],
        isAtOnce: false,
        initial: () =>
          `[program:daemon-${process.id}]\ncommand=${process.command}\nuser=${process.site.user}\nnumprocs=1\n`,
      }
    );
  }
}

export interface Listed {
  readonly id: number;
  readonly name: string;
}

export interface BackgroundProcess extends Listed {
  readonly site: Site;
  readonly command: string;
}

/** The domains of a site: its name, and its aliases. */
export function domainsOf(site: Site): readonly Listed[] {
  return [site.name, ...(site.aliases ?? [])].map((name, index) => ({ id: site.id * 10 + index, name }));
}

export function nginxTemplatesOf(server: Server): readonly Listed[] {
  return [{ id: server.id * 10, name: 'Default with HTTP/2' }];
}

/** As Forge lists them: "8.4". */
export function phpVersionsOf(server: Server): readonly (Listed & { readonly binary: string })[] {
  const installed =
    server.phpVersion === null ? [] : [server.phpVersion, ...(server.phpVersion === 'php83' ? [] : ['php83'])];
  return installed.map((name, index) => ({
    id: server.id * 10 + index,
    name: name.replace(/^php(\d)(\d)$/, '$1.$2'),
    binary: name,
  }));
}

/** The background processes of a server: a queue worker for each of its first sites that run PHP. */
export function processesOf(world: World, server: Server): readonly BackgroundProcess[] {
  return world
    .sitesOf(server.organization)
    .filter((site) => site.server === server && site.phpVersion !== null)
    .slice(0, 3)
    .map((site) => ({
      id: 600_000 + (site.id % 100_000),
      name: `Queue of ${site.name}`,
      site,
      command: 'php8.4 artisan queue:work redis --tries=3',
    }));
}

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

/** Directives that nginx knows, as many as are needed here. */
const directives = new Set(
  'access_log add_header charset client_max_body_size deny error_log error_page fastcgi_index fastcgi_param fastcgi_pass include index listen location proxy_pass return rewrite root server_name server_tokens ssl_certificate ssl_certificate_key ssl_protocols try_files'.split(
    ' ',
  ),
);

/** Says what nginx would. @throws ApiError 422 */
function checkNginx(text: string, file: string): void {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  const unknown = lines.findIndex((line) => /;$/.test(line) && !directives.has(line.split(/[\s;]/)[0] ?? ''));
  if (unknown >= 0) {
    const [name] = lines[unknown]?.split(/[\s;]/) ?? [];
    throw refusal(`nginx: [emerg] unknown directive "${name}" in ${file}:${unknown + 1}`);
  }
  if (text.split('{').length !== text.split('}').length) {
    throw refusal(`nginx: [emerg] unexpected end of file, expecting "}" in ${file}:${lines.length}`);
  }
}

function refusal(words: string): ApiError {
  return new ApiError(422, words, {}, { config: [words] });
}
