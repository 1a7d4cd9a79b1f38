import * as l10n from '@vscode/l10n';
import type { FirstOptions, ForgeClient, ListOptions, ListPage, OperationOptions, SitePath } from '../forge/client';
import type { AnswerOf, ListName, OperationName, PathParameters, RowOf } from '../forge/operationTable';
import { PlainError } from '../ui/plainError';
import { steps } from '../ui/steps';

/** The operations whose organization, server and site parameters are all given. */
type On<Names extends OperationName, Given extends keyof SitePath> = {
  [Name in Names]: Exclude<keyof PathParameters<Name> & keyof SitePath, Given> extends never ? Name : never;
}[Names];

/** What a path needs besides organization, server and site. */
type Rest<Name extends OperationName> = Omit<PathParameters<Name>, keyof SitePath>;

/** Optional if the path needs no more parameters. */
type Arguments<Name extends OperationName, Options> =
  Record<never, never> extends Rest<Name>
    ? [rest?: Rest<Name>, options?: Options]
    : [rest: Rest<Name>, options?: Options];

/**
 * Forge's API for one server or site: fills in its path parameters, and is aborted with the account. All methods throw ForgeError, or
 * PlainError if Forge doesn't report which server a site is on.
 */
export class Api<Given extends keyof SitePath> {
  /** @param place its path parameters; `server` is null if unknown. @param name its display name */
  constructor(
    private readonly client: ForgeClient,
    private readonly place: Readonly<Record<Given, string | null>>,
    private readonly name: string,
  ) {}

  /** Whether calls are possible at all. */
  get isPlaced(): boolean {
    return !Object.values(this.place).includes(null);
  }

  /** Its path parameters. @throws PlainError if Forge doesn't report which server it is on */
  get path(): Readonly<Record<Given, string>> {
    if (!this.isPlaced) {
      throw new PlainError(
        l10n.t("Forge doesn't report which server {0} is on. Refresh, then try again.", this.name),
        steps.refresh(),
      );
    }
    return this.place as Readonly<Record<Given, string>>;
  }

  /** Throws what a call would throw without asking Forge. Use it before asking the user anything. See `ForgeClient.requireScopes`. */
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
