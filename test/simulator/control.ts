import type { FailingLogName } from '../failingLogs';

/** How a deployment can end. */
export type DeploymentEnd = 'finished' | 'failed' | 'failed-build' | 'cancelled';

export interface DeploymentCommit {
  readonly hash: string | null;
  readonly author: string | null;
  readonly message: string | null;
  readonly branch: string | null;
}

/** A disturbance of the API calls that match. Without `method` and `path`, all match. */
export interface Fault {
  readonly method?: string;
  /** Source of a regular expression, tested against the path after /api, without the query. */
  readonly path?: string;
  /** How many calls it disturbs, 1 by default; 0 for all from now on. */
  readonly times?: number;
  /** How many matching calls are let through first, 0 by default. */
  readonly after?: number;
  /** 200 by default when `headers` or `body` are given. */
  readonly status?: number;
  /** Of the answer; the content type is application/json unless given here. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string;
  /** Milliseconds to wait first. */
  readonly delay?: number;
  /** Destroys the connection instead of answering. */
  readonly drop?: boolean;
  /** Never answers; the connection stays open until the simulator or the client closes it. */
  readonly hang?: boolean;
  /** Compresses the body, and says so. */
  readonly gzip?: boolean;
  /** How the characters of the body become bytes, whatever its content type says; utf8 by default. */
  readonly encoding?: 'utf8' | 'utf16le';
  /** Milliseconds over which the body comes, in small pieces. */
  readonly trickle?: number;
  /** The share of the body, 0 to 1, after which the connection is destroyed. */
  readonly cut?: number;
  /** By how many bytes the Content-Length is too large, or too small. A body that is disturbed on its way has none otherwise. */
  readonly lengthError?: number;
  /** Lets the simulator carry out the request before the answer is replaced (or the connection dropped). */
  readonly passthrough?: boolean;
  /** Merge patch for the attributes of each resource in `data`; the key `*` is applied to every attribute there is. */
  readonly patch?: Readonly<Record<string, unknown>>;
  /** Merge patch for the whole document. */
  readonly patchDocument?: Readonly<Record<string, unknown>>;
}

/** One API request as it was received. */
export interface RequestRecord {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly method: string;
  /** After /api, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** 0 while it is not answered, for ever when it was dropped or hangs. */
  readonly status: number;
  /** The User-Agent header, empty when there was none. */
  readonly client: string;
  /** The last 6 characters of the token, empty when there was none. */
  readonly token: string;
}

/** How a site's next deployment goes, or one that is started now. */
export interface DeploymentWish {
  /** Slug; needed only when the site's name exists in several organizations. */
  readonly organization?: string;
  readonly site: number | string;
  /** `finished` by default; `hang` deploys until it is reset through the API. */
  readonly end?: DeploymentEnd | 'hang';
  /** From start to end at speed 1, 20 by default. */
  readonly seconds?: number;
  readonly commit?: Partial<DeploymentCommit>;
  /** What it prints where it fails, by the tool; else what `end` has printed. */
  readonly log?: FailingLogName;
  /** How often its log is answered after the end as if there were none, or from then on only its beginning. */
  readonly late?: LateLog;
  /** How long ago it began, in minutes. Default: now. One that the site has had since may be newer. */
  readonly minutesAgo?: number;
}

/** A log that the server doesn't find at once. */
export interface LateLog {
  readonly answers: number;
  /** Whether the first half of it is there, with what `cat` says behind it. */
  readonly isBehind?: boolean;
}

export interface FleetDeployment {
  readonly id: number;
  readonly status: string;
}

export interface FleetSite {
  readonly id: number;
  readonly name: string;
  readonly branch: string | null;
  /** As in the API: deployed, deploying, failed, maintenance, never-deployed, installed. */
  readonly status: string;
  readonly tags: readonly string[];
  readonly latestDeployment: FleetDeployment | null;
}

export interface FleetServer {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly archived: boolean;
  readonly tags: readonly string[];
  readonly sites: readonly FleetSite[];
}

export interface FleetOrganization {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly servers: readonly FleetServer[];
}

/** What is really there, of all users, whatever the API answers. */
export interface Fleet {
  readonly organizations: readonly FleetOrganization[];
}

/** A change somebody else makes. Sites and servers by id or name; `organization` (slug) where a name exists several times. */
export type FleetChange = { readonly organization?: string } & (
  | { readonly change: 'addOrganization'; readonly name: string; readonly slug: string }
  | { readonly change: 'renameOrganization'; readonly organization: string; readonly name: string }
  | { readonly change: 'removeOrganization'; readonly organization: string }
  | { readonly change: 'addServer'; readonly organization: string; readonly name: string }
  | { readonly change: 'renameServer'; readonly server: number | string; readonly name: string }
  | { readonly change: 'removeServer'; readonly server: number | string }
  | { readonly change: 'archiveServer'; readonly server: number | string; readonly archived?: boolean }
  | { readonly change: 'connectServer'; readonly server: number | string; readonly status: string | null }
  | { readonly change: 'phpOfServer'; readonly server: number | string; readonly version: string }
  | { readonly change: 'tagServer'; readonly server: number | string; readonly tags: readonly string[] }
  | {
      readonly change: 'addSite';
      readonly server: number | string;
      readonly name: string;
      readonly repository?: { readonly provider: string; readonly url: string; readonly branch: string };
    }
  | { readonly change: 'renameSite'; readonly site: number | string; readonly name: string }
  | { readonly change: 'removeSite'; readonly site: number | string }
  | { readonly change: 'moveSite'; readonly site: number | string; readonly server: number | string }
  | { readonly change: 'tagSite'; readonly site: number | string; readonly tags: readonly string[] }
  | { readonly change: 'branchOfSite'; readonly site: number | string; readonly branch: string }
  /** As Forge spells it, such as php81. */
  | { readonly change: 'phpOfSite'; readonly site: number | string; readonly version: string | null }
  | { readonly change: 'maintenanceOfSite'; readonly site: number | string; readonly enabled: boolean }
);

export interface TokenWish {
  /** All 62 by default. */
  readonly scopes?: readonly string[];
  /** Seconds, a year by default; negative for a token that has expired. */
  readonly expiresIn?: number;
  /** Another user, with a rate limit of their own; the default user when left out. */
  readonly user?: string;
}

/** What happens to a log on its server. */
export interface LogChange {
  /** `site/NAME/application`, `server/NAME/nginx-error`, `process/ID`, `job/ID`. */
  readonly log: string;
  /** Empties it first, as rotating does. */
  readonly clear?: boolean;
  /** Written at its end, so many times, once by default. */
  readonly append?: string;
  readonly repeat?: number;
}

/** How the next changes go that match: creates, updates, deletes and actions that Forge accepts for later. */
export interface ChangeWish {
  /** POST, PUT, PATCH or DELETE; any by default. */
  readonly method?: string;
  /** Source of a regular expression, tested against the path after /api; any by default. */
  readonly path?: string;
  /** How many changes, 1 by default; 0 for all from now on. */
  readonly times?: number;
  /** A create ends as failed, or is gone where its status has no such word; what was to be changed or deleted is as before. */
  readonly end?: 'failed';
  /** Stays between the two states until `releaseChanges`. */
  readonly hold?: boolean;
  /** Of simulated time for each step, 3 by default. */
  readonly seconds?: number;
  /** Seconds until what was created without an answer is in its list; at once by default. */
  readonly appears?: number;
  /** Attributes at the end of it. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** What a command or a recipe prints. */
  readonly output?: string;
}

/** Rows of a list, or one, by its path in the API, as in `/orgs/acme/servers/1/database/schemas`. */
export interface RowsWish {
  readonly path: string;
  /** How many, 1 by default. */
  readonly count?: number;
  /** What is not given is as in the list's first row, or made up; `{n}` in a text is 1, 2, 3 … */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** What the API does not tell of them, such as the `site_id` of a background process. */
  readonly said?: Readonly<Record<string, unknown>>;
}

/** A row as the simulator has it. */
export interface StoredRow {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly said: Readonly<Record<string, unknown>>;
}

export interface LimitWish {
  readonly limit?: number;
  /** Site commands, which have a limiter of their own besides; 10 at first. */
  readonly commands?: number;
  /** Of both limiters. */
  readonly windowMs?: number;
  /** Calls another client of the user has just made. */
  readonly used?: number;
  /** Whose calls `used` are; the default user when left out. */
  readonly user?: string;
}

export interface Switches {
  /** Whether `GET $O/events` exists; off at first. */
  readonly events?: boolean;
  /** Whether `GET $S/deployments` exists; off at first. */
  readonly serverDeployments?: boolean;
  /** Whether `GET $O/sites/{site}` honours include; on at first. */
  readonly siteInclude?: boolean;
  /** Whether the other operations that are younger than the description exist; off at first. */
  readonly later?: boolean;
  /** Of simulated time, by which deployments and changes of states go; 0 stops it. */
  readonly speed?: number;
  /** Lets that many seconds of simulated time pass at once, at any speed. */
  readonly advance?: number;
  /** Milliseconds added to each API answer. */
  readonly latency?: number;
  /** Milliseconds from accepting a change of a file to making it; 0 at first. */
  readonly fileDelay?: number;
  /** Whether a background process tells its name and configuration, which the description does not say; off at first. */
  readonly processConfigurations?: boolean;
}

/**
 * Steers a running simulator, in this process or another. Methods reject with the simulator's message when it refuses.
 *
 * Every list of the API has a few rows from the beginning, and keeps what is made in it. A test that needs others says so by the list's
 * path, and one that needs a change to go another way says how the next one goes:
 *
 *     const host = '/orgs/acme/servers/700001';
 *     await control.addRows({ path: `${host}/database/schemas`, count: 500, attributes: { name: 'tenant_{n}' } });
 *     const [first] = await control.rows(`${host}/database/schemas`);
 *     await control.changeRows({ path: `${host}/database/schemas/${first.id}`, attributes: { status: 'removing' } });
 *     await control.removeRows(`${host}/monitors`); // an empty list
 *
 *     await control.nextChange({ method: 'POST', path: '/schemas$', end: 'failed' }); // accepted, and gone or failed after 3 s
 *     await control.nextChange({ method: 'DELETE', hold: true }); // stays "removing" until …
 *     await control.releaseChanges();
 *     await control.nextChange({ path: '/ssh-keys$', appears: 10 }); // 202, and in its list 10 s later
 *     await control.nextChange({ path: '/commands$', end: 'failed', output: 'Out of memory' });
 *     await control.switch({ advance: 60 }); // whatever is not held is over
 *
 * Seconds are those of simulated time (`speed`), 3 for each step from one state to the next. What goes wrong with an answer, such as a
 * 422 or a connection that is lost, is a `fault`.
 */
export class SimulatorControl {
  readonly #origin: string;

  /** `origin` as in `http://127.0.0.1:PORT`; the API's URL does as well. */
  constructor(origin: string) {
    this.#origin = new URL(origin).origin;
  }

  /** A new Forge at the same address, as if nothing had ever been: it knows of no token but that of its usual user. */
  async renew(): Promise<void> {
    await this.#call('POST', 'renew');
  }

  /** All API requests since the start or the last clearing, in the order of arrival. */
  requests(): Promise<RequestRecord[]> {
    return this.#call('GET', 'requests');
  }

  async clearRequests(): Promise<void> {
    await this.#call('DELETE', 'requests');
  }

  /** Adds a fault. Of several that match a call, the one added first disturbs it. */
  async fault(fault: Fault): Promise<void> {
    await this.#call('POST', 'faults', fault);
  }

  /** Sets a fault in place of all others at once: no call comes between that none of them disturbs. */
  async replaceFaults(fault: Fault): Promise<void> {
    await this.#call('PUT', 'faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.#call('DELETE', 'faults');
  }

  /** Sets how the site's next deployment goes, whoever starts it. */
  async nextDeployment(wish: DeploymentWish): Promise<void> {
    await this.#call('POST', 'deployments', wish);
  }

  /** Starts a deployment as a push of somebody else does; answers its id. */
  startDeployment(wish: DeploymentWish): Promise<{ id: number }> {
    return this.#call('POST', 'deployments', { ...wish, start: true });
  }

  /** Ends all deployments that run or wait as cancelled, and forgets how the next ones were to go. */
  async endDeployments(): Promise<void> {
    await this.#call('DELETE', 'deployments');
  }

  fleet(): Promise<Fleet> {
    return this.#call('GET', 'fleet');
  }

  /** Makes the changes in order and answers the fleet after them. */
  changeFleet(...changes: readonly FleetChange[]): Promise<Fleet> {
    return this.#call('PATCH', 'fleet', { changes });
  }

  /** A fresh token. */
  async createToken(wish: TokenWish = {}): Promise<string> {
    return (await this.#call<{ token: string }>('POST', 'tokens', wish)).token;
  }

  async revokeToken(token: string): Promise<void> {
    await this.#call('POST', 'tokens/revoke', { token });
  }

  async changeLog(change: LogChange): Promise<void> {
    await this.#call('POST', 'logs', change);
  }

  async limit(wish: LimitWish): Promise<void> {
    await this.#call('POST', 'limit', wish);
  }

  async switch(switches: Switches): Promise<void> {
    await this.#call('POST', 'switches', switches);
  }

  /** The text of a file as it is on the server, by its path in the API, as in `/orgs/acme/servers/1/sites/2/environment`. */
  async file(path: string): Promise<string> {
    return (await this.#call<{ text: string }>('GET', `files?path=${encodeURIComponent(path)}`)).text;
  }

  /** Changes a file as somebody does on the server. */
  async setFile(path: string, text: string): Promise<void> {
    await this.#call('PUT', 'files', { path, text });
  }

  /** The rows of a list, or the one row, as they are now. */
  rows(path: string): Promise<StoredRow[]> {
    return this.#call('GET', `rows?path=${encodeURIComponent(path)}`);
  }

  /** Adds rows to a list as if somebody had made them long ago; answers them. */
  addRows(wish: RowsWish): Promise<StoredRow[]> {
    return this.#call('POST', 'rows', wish);
  }

  /** Changes a row, or all of a list, as somebody else does. */
  changeRows(wish: RowsWish): Promise<StoredRow[]> {
    return this.#call('PATCH', 'rows', wish);
  }

  /** Takes a row, or all of a list, away. */
  async removeRows(path: string): Promise<void> {
    await this.#call('DELETE', `rows?path=${encodeURIComponent(path)}`);
  }

  /** Sets how the next changes that match go. Of several wishes that match, the one said first counts. */
  async nextChange(wish: ChangeWish): Promise<void> {
    await this.#call('POST', 'changes', wish);
  }

  /** Lets all changes that are held go on, and forgets how the next ones were to go. */
  async releaseChanges(): Promise<void> {
    await this.#call('DELETE', 'changes');
  }

  /**
   * Sets which organizations (slugs) a user sees, none by default; unknown ones are made, without servers. The user `default` is the
   * one of the simulator's own token.
   */
  async setUser(user: string, organizations: readonly string[] = []): Promise<void> {
    await this.#call('POST', 'users', { user, organizations });
  }

  async #call<T>(method: string, name: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#origin}/_simulator/${name}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer = (await response.json()) as T & { message?: string };
    if (!response.ok) {
      throw new Error(`${method} /_simulator/${name}: ${answer.message ?? response.status}`);
    }
    return answer;
  }
}
