import { ForgeError } from './errors';
import { isRecord, type Json } from './json';
import { oneLine } from './oneLine';
import { type WrittenOutput, writtenPart } from './writtenOutput';

/*
 * What the extension keeps of Forge's resources. Only `id` is required: any other attribute may be missing, null or of
 * another type than described (README.md, Answers), and is then null. Keys that aren't named here are dropped, including
 * secrets such as `deployment_url`. Times are milliseconds since 1970.
 */

export interface User {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Identifies the organization in paths. */
  readonly slug: string;
}

export interface Server {
  readonly id: string;
  readonly name: string;
  readonly slug: string | null;
  readonly type: string | null;
  readonly provider: string | null;
  readonly region: string | null;
  readonly ubuntuVersion: string | null;
  readonly phpVersion: string | null;
  readonly ipAddress: string | null;
  readonly privateIpAddress: string | null;
  /** Null if Forge doesn't say, which means the default. */
  readonly sshPort: number | null;
  /** "successful" if Forge can reach the server. */
  readonly connectionStatus: string | null;
  readonly isReady: boolean | null;
  /** True for an archived server, which stays in the list (README.md, Servers and sites). */
  readonly revoked: boolean;
  /** Its database software; empty if it has none, null if Forge doesn't say. */
  readonly databaseType: string | null;
  /** Null if Forge doesn't say. */
  readonly hasRedis: boolean | null;
}

export interface Repository {
  readonly provider: string | null;
  /** "owner/name" for the known providers, an address for a custom one. */
  readonly url: string;
  readonly branch: string | null;
}

export interface Commit {
  readonly hash: string | null;
  readonly author: string | null;
  readonly message: string | null;
  readonly branch: string | null;
}

export interface Deployment {
  readonly id: string;
  /** Forge's own word; `deploymentStatus` knows what it means. */
  readonly status: string | null;
  readonly type: string | null;
  readonly commit: Commit;
  readonly createdAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface Site {
  readonly id: string;
  /** Null if the response doesn't say which server the site is on. */
  readonly serverId: string | null;
  readonly name: string;
  readonly status: string | null;
  readonly url: string | null;
  readonly user: string | null;
  readonly phpVersion: string | null;
  readonly appType: string | null;
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
  readonly repository: Repository | null;
  readonly pushToDeploy: boolean;
  readonly inMaintenance: boolean;
  readonly latestDeployment: Deployment | null;
}

/** Something that happened in an organization. */
export interface OrganizationEvent {
  readonly id: string;
  /** Null if its URL doesn't name the server. */
  readonly serverId: string | null;
  readonly createdAt: number | null;
}

/** The readable elements of a list, and where the others are. */
export interface Decoded<T> {
  readonly items: readonly T[];
  /** JSON paths of the skipped elements, for the log, and how many more there are. */
  readonly malformed: readonly string[];
}

/** Anything beneath an organization, a server or a site, with all that Forge tells of it, but for secrets. It is as Forge sent it. */
export interface AnyResource {
  readonly id: string;
  readonly attributes: Json;
}

/** A resource whose secrets can be asked for one by one, so that none is written anywhere by accident. */
export interface SecretResource extends AnyResource {
  /** An attribute's text, even if it is a secret; null if there is none. */
  readonly secret: (name: string) => string | null;
}

/** One resource of a document, with the document's included resources. */
export interface Resource {
  readonly id: string;
  readonly attributes: Json;
  readonly meta: Json;
  /** Its own URL; null if it has none. */
  readonly self: string | null;
  readonly related: (name: string) => readonly Resource[];
}

/** Reads a resource; undefined if it is malformed. */
export type Reader<T> = (resource: Resource) => T | undefined;

/** Maximum number of rows read from a page: Forge returns 30. */
const mostRows = 1_000;

/** Maximum number of related names of one kind that a row may have, such as its tags. */
const mostInRow = 100;

/** Maximum number of malformed elements listed one by one. */
const mostMalformed = 20;

/** Reads a list document. Skips malformed elements and keeps the rest. */
export function readList<T>(document: unknown, reader: Reader<T>): Decoded<T> {
  const data = isRecord(document) ? document.data : undefined;
  if (!Array.isArray(data)) {
    throw new ForgeError('unexpected', 'Forge sent a list without data.');
  }
  const included = includedOf(document);
  const items: T[] = [];
  const malformed: string[] = [];
  for (const [index, element] of data.slice(0, mostRows).entries()) {
    const resource = resourceOf(element, included);
    const item = resource && reader(resource);
    if (item === undefined) {
      malformed.push(`data[${index}]`);
    } else {
      items.push(item);
    }
  }
  if (data.length > mostRows) {
    malformed.push(`${data.length - mostRows} more than ${mostRows}`);
  }
  return { items, malformed: shortened(malformed) };
}

function shortened(places: readonly string[]): readonly string[] {
  const rest = places.length - mostMalformed;
  return rest > 1 ? [...places.slice(0, mostMalformed), `and ${rest} more`] : places;
}

/**
 * Reads a document of one resource.
 * @throws ForgeError `unexpected` if there is none.
 */
export function readOne<T>(document: unknown, reader: Reader<T>): T {
  const resource = resourceOf(isRecord(document) ? document.data : undefined, includedOf(document));
  const item = resource && reader(resource);
  if (item === undefined) {
    throw new ForgeError('unexpected', 'Forge sent an answer without the expected resource.');
  }
  return item;
}

export const readUser: Reader<User> = ({ id, attributes }) => ({
  id,
  name: line(attributes.name),
  email: line(attributes.email),
});

export const readOrganization: Reader<Organization> = ({ id, attributes }) => {
  const slug = word(attributes.slug);
  // Nothing in an organization can be reached without its slug.
  return slug === null ? undefined : { id, slug, name: line(attributes.name) ?? line(slug) ?? slug };
};

export const readServer: Reader<Server> = ({ id, attributes }) => ({
  id,
  name: line(attributes.name) ?? id,
  slug: word(attributes.slug),
  type: line(attributes.type),
  provider: line(attributes.provider),
  region: line(attributes.region),
  ubuntuVersion: line(attributes.ubuntu_version),
  phpVersion: phpVersion(attributes.php_version),
  ipAddress: word(attributes.ip_address),
  privateIpAddress: word(attributes.private_ip_address),
  sshPort: port(attributes.ssh_port),
  connectionStatus: line(attributes.connection_status),
  isReady: typeof attributes.is_ready === 'boolean' ? attributes.is_ready : null,
  revoked: attributes.revoked === true,
  databaseType: attributes.database_type === '' ? '' : line(attributes.database_type),
  hasRedis:
    typeof attributes.redis_status === 'string' && attributes.redis_status !== ''
      ? !/^(?:un|not|remov)/i.test(attributes.redis_status)
      : null,
});

export const readDeployment: Reader<Deployment> = ({ id, attributes }) => {
  const commit = isRecord(attributes.commit) ? attributes.commit : {};
  return {
    id,
    status: line(attributes.status),
    type: line(attributes.type),
    commit: {
      hash: word(commit.hash),
      author: line(commit.author),
      message: line(commit.message),
      branch: word(commit.branch),
    },
    createdAt: time(attributes.created_at),
    startedAt: time(attributes.started_at),
    endedAt: time(attributes.ended_at),
  };
};

export const readSite: Reader<Site> = ({ id, attributes, related }) => {
  const latest = related('latestDeployment')[0];
  const maintenance = isRecord(attributes.maintenance_mode) ? attributes.maintenance_mode : {};
  return {
    id,
    serverId: related('server')[0]?.id ?? null,
    name: line(attributes.name) ?? id,
    status: line(attributes.status),
    url: word(attributes.url),
    user: word(attributes.user),
    phpVersion: phpVersion(attributes.php_version),
    appType: line(attributes.app_type),
    aliases: strings(attributes.aliases),
    tags: strings(related('tags').map((tag) => tag.attributes.name)),
    repository: repository(attributes.repository),
    pushToDeploy: attributes.quick_deploy === true,
    inMaintenance: maintenance.enabled === true,
    latestDeployment: (latest && readDeployment(latest)) ?? null,
  };
};

/** Accepts only http and https URLs. */
export const readDeployHook: Reader<string> = ({ attributes }) => {
  const url = word(attributes.url);
  return url !== null && /^https?:\/\//i.test(url) ? url : undefined;
};

export const readEvent: Reader<OrganizationEvent> = ({ id, attributes, self }) => ({
  id,
  serverId: identifier(self?.match(/\/servers\/([^/?#]+)/)?.[1]) ?? null,
  createdAt: time(attributes.created_at),
});

/** The written part of a log or output: of its `output` or `content`. Keeps line ends and colors. */
export const readLogOutput: Reader<WrittenOutput> = ({ attributes: { output, content } }) =>
  writtenPart(typeof output === 'string' ? output : typeof content === 'string' ? content : '');

/** Words in the names of attributes whose values are secrets, or texts that may hold some (README.md, Secrets). */
const secretAttribute = /password|secret|token|ping_url|deployment_url|private_key|sudo|deployment_script|^content$/i;

export const readResource: Reader<AnyResource> = ({ id, attributes }) => ({
  id,
  attributes: withoutSecrets(attributes),
});

/** What an operation answered as a resource, whether the table has a reader for it or not. @throws ForgeError `unexpected` */
export function asResource(answer: unknown): AnyResource {
  return isRecord(answer) && 'attributes' in answer
    ? (answer as unknown as AnyResource)
    : readOne(answer, readResource);
}

/** Also gives out a single secret by name, for a user who copies it. Only for operations on one resource. */
export const readWithSecrets: Reader<SecretResource> = ({ id, attributes, meta }) => ({
  id,
  attributes: withoutSecrets(attributes),
  secret: (name) => {
    const value = attributes[name] ?? meta[name];
    return typeof value === 'string' && value !== '' ? value : null;
  },
});

/** Of the address that is called, which may itself be a secret, only whose it is. */
export const readWebhook: Reader<AnyResource> = ({ id, attributes: { url, ...attributes } }) => ({
  id,
  attributes: withoutSecrets({ host: hostOf(url), ...attributes }),
});

/** How many values of a resource are kept, those within others too, and how deep they may lie: more than any real one has. */
const mostValues = 500;
const deepest = 10;

function withoutSecrets(attributes: Json): Json {
  let left = mostValues;
  const takenOf = <T>(parts: readonly T[], isWanted: (part: T) => boolean = () => true): T[] => {
    const taken: T[] = [];
    for (const part of parts) {
      if (left === 0) {
        break;
      }
      if (isWanted(part)) {
        taken.push(part);
        left -= 1;
      }
    }
    return taken;
  };
  const kept = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    if (depth === deepest) {
      return null;
    }
    return Array.isArray(value)
      ? takenOf(value).map((element) => kept(element, depth + 1))
      : Object.fromEntries(
          takenOf(Object.keys(value), (name) => !isSecret(name)).map((name) => [
            name,
            kept((value as Json)[name], depth + 1),
          ]),
        );
  };
  return kept(attributes, 0) as Json;
}

function isSecret(name: string): boolean {
  return secretAttribute.test(name.slice(0, longestWord));
}

function hostOf(url: unknown): string | null {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).host : null;
}

function resourceOf(element: unknown, included: ReadonlyMap<string, Json>): Resource | undefined {
  if (!isRecord(element)) {
    return undefined;
  }
  const id = identifier(element.id);
  if (id === undefined) {
    return undefined;
  }
  const relationships = isRecord(element.relationships) ? element.relationships : {};
  return {
    id,
    attributes: isRecord(element.attributes) ? element.attributes : {},
    meta: isRecord(element.meta) ? element.meta : {},
    self: selfOf(element),
    related: (name) => {
      const relationship = relationships[name];
      const data = isRecord(relationship) ? relationship.data : undefined;
      return (Array.isArray(data) ? data.slice(0, mostInRow) : [data]).flatMap((reference: unknown) => {
        const key = isRecord(reference) ? identifier(reference.id) : undefined;
        const type = isRecord(reference) ? reference.type : undefined;
        const resource = key === undefined ? undefined : (included.get(placeOf(type, key)) ?? { id: key });
        return (resource && resourceOf(resource, included)) ?? [];
      });
    },
  };
}

/** A link is a URL, or an object that holds one. */
function selfOf({ links }: Json): string | null {
  const self = isRecord(links) ? links.self : undefined;
  return word(isRecord(self) ? self.href : self);
}

function includedOf(document: unknown): Map<string, Json> {
  const included = isRecord(document) && Array.isArray(document.included) ? document.included : [];
  return new Map(
    included.filter(isRecord).map((resource) => [placeOf(resource.type, identifier(resource.id)), resource]),
  );
}

function placeOf(type: unknown, id: string | undefined): string {
  return `${typeof type === 'string' ? type : ''}/${id}`;
}

/** The longest valid id, in characters. */
const longestId = 100;

function identifier(value: unknown): string | undefined {
  const id = typeof value === 'number' && Number.isInteger(value) ? String(value) : value;
  return typeof id === 'string' && id.length <= longestId && /^[\w-]+(?:\.[\w-]+)*$/.test(id) ? id : undefined;
}

/** The longest word that is kept, and the longest line that is shown, in characters. */
const longestWord = 2_000;
const longestLine = 250;

/**
 * Text that is sent back to Forge, Git or SSH, or is compared: whole, or null if it is longer than any real value. VS Code would
 * draw `$(name)` in it as an icon, so use `withoutIcons` to display it there.
 */
function word(value: unknown): string | null {
  return typeof value === 'string' && value.length <= longestWord ? oneLine(value) || null : null;
}

/**
 * Text that is only displayed: one line, truncated, in which VS Code finds neither an icon, such as `$(name)`, nor a link, such as
 * `[words](target)`. Empty is null.
 */
export function line(value: unknown): string | null {
  const text = typeof value === 'string' ? oneLine(value.slice(0, longestWord), longestLine) : '';
  return text.replace(/[\]$](?=\()/g, '$&\u200b') || null;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, mostInRow).flatMap((element) => line(element) ?? []) : [];
}

/** Milliseconds since 1970. Forge writes microseconds (README.md, Answers), which `Date` reads and cuts. */
export function time(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** A valid TCP port. Forge sends some numbers as strings (README.md, Where answers differ from the description). */
function port(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : null;
}

/** "8.4" out of any of Forge's spellings: php84, 8.4, "PHP 8.4" (README.md, Servers and sites). */
export function phpVersion(value: unknown): string | null {
  const text = line(value);
  const match = text && /^(?:php)?\s*(\d)\.?(\d{1,2})?(-\w+)?$/i.exec(text);
  return match ? `${match[1]}${match[2] ? `.${match[2]}` : ''}` : text;
}

function repository(value: unknown): Repository | null {
  // The URL of a custom repository may contain a user name and password.
  const url = isRecord(value) ? (word(value.url)?.replace(/^([a-z][a-z+.-]*:\/\/)[^/@]*@/i, '$1') ?? null) : null;
  return isRecord(value) && url !== null ? { url, provider: line(value.provider), branch: word(value.branch) } : null;
}
