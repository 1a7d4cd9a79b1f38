import * as l10n from '@vscode/l10n';
import type { FirstOptions, ForgeClient, ListOptions, ListPage, OperationOptions, SitePath } from '../forge/client';
import type { AnswerOf, ListName, OperationName, PathParameters, RowOf } from '../forge/operationTable';
import { PlainError } from '../ui/explain';

/** The operations among these that need no more of organization, server and site than is given. */
type On<Names extends OperationName, Given extends keyof SitePath> = {
  [Name in Names]: Exclude<keyof PathParameters<Name> & keyof SitePath, Given> extends never ? Name : never;
}[Names];

/** What a path needs besides organization, server and site. */
type Rest<Name extends OperationName> = Omit<PathParameters<Name>, keyof SitePath>;

/** The rest may be left out where the path needs nothing more. */
type Arguments<Name extends OperationName, Options> =
  Record<never, never> extends Rest<Name>
    ? [rest?: Rest<Name>, options?: Options]
    : [rest: Rest<Name>, options?: Options];

/**
 * Forge's API as it concerns one server or site: fills in where that is, and ends with the account. All methods throw ForgeError, and a
 * PlainError for a site of which Forge does not say on which server it is.
 */
export class Api<Given extends keyof SitePath> {
  /** @param place what stands for it in paths; `server` is null where it is not known. @param name what a person calls it */
  constructor(
    private readonly client: ForgeClient,
    private readonly place: Readonly<Record<Given, string | null>>,
    private readonly name: string,
  ) {}

  /** Whether calls can be made at all. */
  get isPlaced(): boolean {
    return !Object.values(this.place).includes(null);
  }

  /** What stands for it in paths. @throws PlainError where Forge does not say on which server it is */
  get path(): Readonly<Record<Given, string>> {
    if (!this.isPlaced) {
      throw new PlainError(l10n.t("Forge doesn't report which server {0} is on. Refresh, then try again.", this.name));
    }
    return this.place as Readonly<Record<Given, string>>;
  }

  /** Throws now what a call would throw without asking Forge: before a person is asked anything. See `ForgeClient.requireScopes`. */
  async require(...names: readonly OperationName[]): Promise<void> {
    this.path;
    for (const name of names) {
      await this.client.requireScopes(name);
    }
  }

  /** See `ForgeClient.call`. */
  async call<Name extends On<OperationName, Given>>(
    name: Name,
    ...[rest, options]: Arguments<Name, OperationOptions>
  ): Promise<AnswerOf<Name>> {
    return this.client.call(name, this.parameters(rest), options);
  }

  /** See `ForgeClient.list`. */
  async *list<Name extends On<ListName, Given>>(
    name: Name,
    ...[rest, options]: Arguments<Name, ListOptions>
  ): AsyncGenerator<ListPage<RowOf<Name>>> {
    yield* this.client.list(name, this.parameters(rest), options);
  }

  /** See `ForgeClient.first`. */
  async first<Name extends On<ListName, Given>>(
    name: Name,
    ...[rest, options]: Arguments<Name, FirstOptions>
  ): Promise<readonly RowOf<Name>[]> {
    return this.client.first(name, this.parameters(rest), options);
  }

  private parameters<Name extends OperationName>(rest: Rest<Name> | undefined): PathParameters<Name> {
    return { ...this.path, ...rest } as unknown as PathParameters<Name>;
  }
}
