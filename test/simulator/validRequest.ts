import type { SimulatorControl, StoredRow } from './control';
import { bodySchemaOf, dataOf, type Json, type OpenApi, type Place, placeOf, resolve } from './description';
import { generate } from './generatedDocument';
import { Random } from './random';
import { firstMade } from './store';

/** A request that is right: of what its path and its body name, all is there. */
export interface ValidRequest {
  readonly path: string;
  readonly body: Json | undefined;
}

/** What of the fleet a request is about. */
export type FleetIds = Readonly<
  Record<'organization' | 'server' | 'site' | 'deployment' | 'event' | 'archived', string>
>;

/**
 * Makes requests for any operation of a description, of what a simulator has now: of a list, its last row of those that were there from
 * the beginning, as only they have something below them.
 */
export class ValidRequests {
  /** The last rows of lists, by path. */
  private readonly known = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly control: SimulatorControl,
    private readonly description: OpenApi,
    private readonly ids: FleetIds,
  ) {}

  /** To be called once rows may be others. */
  forget(): void {
    this.known.clear();
  }

  async of(place: Place): Promise<ValidRequest> {
    return { path: await this.path(place.template), body: await this.body(place) };
  }

  /** The path of a template, with ids of rows that are there. */
  async path(template: string): Promise<string> {
    let path = '';
    let list = '';
    for (const part of template.split('/').slice(1)) {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      path += `/${name === undefined ? part : encodeURIComponent(await this.idOf(name, list, path))}`;
      list += `/${part}`;
    }
    return path;
  }

  /** A body that is as described; undefined where none is. */
  async body({ method, template, operation }: Place): Promise<Json | undefined> {
    const schema = bodySchemaOf(this.description, operation);
    if (!schema) {
      return undefined;
    }
    const name = `${method} ${template}`;
    const made = generate(schema, new Random(name), { description: this.description }) as Json;
    const fields = this.properties(schema);
    const said: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(this.references).filter(([field]) => field in fields)) {
      said[field] = await value();
    }
    return { ...made, ...said, ...(name.endsWith('/sites') && { name: 'made.example.com' }) };
  }

  private last(path: string): Promise<string | undefined> {
    const last =
      this.known.get(path) ?? this.control.rows(path).then((rows) => (rows.findLast(wasThere) ?? rows.at(-1))?.id);
    this.known.set(path, last);
    return last;
  }

  /** What fields hold that name other things. */
  private get references(): Readonly<Record<string, () => Promise<unknown>>> {
    const { organization, server } = this.ids;
    const owner = `/orgs/${organization}`;
    const last = async (list: string) => Number(await this.last(list));
    const database = () => last(`${owner}/servers/${server}/database/schemas`);
    return {
      database_id: database,
      database_ids: async () => [await database()],
      storage_provider_id: () => last(`${owner}/storage-providers`),
      server_id: async () => Number(server),
      servers: async () => [Number(server)],
      recipe_id: () => last(`${owner}/recipes`),
      credential_id: () => last(`${owner}/server-credentials`),
      team_id: () => last(`${owner}/teams`),
      key: async () => 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 robin@laptop',
    };
  }

  private properties(schema: Json): Json {
    const own = (typeof schema.$ref === 'string' ? resolve(this.description, schema.$ref) : schema) as Json;
    const parts = ((own.allOf ?? []) as Json[]).map((part) => this.properties(part));
    return Object.assign({}, own.properties, ...parts) as Json;
  }

  private async idOf(name: string, list: string, path: string): Promise<string> {
    const known = this.ids as Readonly<Record<string, string | undefined>>;
    const id = list.endsWith('/archives') ? known.archived : known[name];
    const isList = dataOf(placeOf(this.description, `GET ${list}`)?.operation.responses[200])?.type === 'array';
    const found = id ?? (isList ? await this.last(path) : others[name]);
    if (found === undefined) {
      throw new Error(`There is nothing in ${path}`);
    }
    return found;
  }
}

function wasThere({ id }: StoredRow): boolean {
  return !(Number(id) > firstMade);
}

/** What paths name and no list has. */
const others: Readonly<Record<string, string>> = { region: 'fra1', key: 'php-8.4' };
