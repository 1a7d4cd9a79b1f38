import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { serverKey } from '../fleet/keys';
import { type FleetEntry, nameOfEntry } from '../fleet/rows';
import { isRecord } from '../forge/json';
import type { ListName, OperationName, PathParameters } from '../forge/operationTable';
import { type AnyResource, asResource, line, type SecretResource } from '../forge/resources';
import { pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { ask, notify, requestedByModel, sayBriefly, whileSaying } from '../ui/say';
import { sendOnce } from '../ui/sendOnce';
import { typesName } from '../ui/typeName';
import { askForm, type Draft, type FormRequest, type ResourceOption } from './askForm';
import { actionOf, actionsOf, isKind, isSingle, type KindId, kindCreatedBy, kindOf } from './catalogue';
import { bodyOf, currentValues, isSaved, pathOf, presets } from './form';
import type { Action, CreateForm, Field, Form, FormContext, Kind, ResourceField, Source, Value, Values } from './kind';
import { pathBelow, pathTo, placeFor, readPlace, targetOf } from './place';
import type { Change, Outcome, ResourceChanges } from './resourceChanges';
import type { ResourceLists } from './resourceLists';
import { nameOf, wordsOf } from './resourceWords';

/** A kind of resource at a place. */
export interface At {
  readonly entry: FleetEntry;
  readonly at: string;
  readonly kind: KindId;
}

export interface Surroundings {
  /** The open folder's repository, in the form that Forge needs for a new site. */
  readonly repository: () => FormContext['repository'];
}

/** Maximum number of names in a question: of sites, whose visitors notice, and of other resources. */
const mostSites = 200;
const mostOthers = 12;

/** Creates, changes and deletes resources. Asks for everything it needs. */
export class ResourceActions {
  /** Unsent forms, by the signal that aborts when their account signs out. */
  private readonly drafts = new WeakMap<AbortSignal, Map<string, Draft>>();

  constructor(
    private readonly lists: ResourceLists,
    private readonly changes: ResourceChanges,
    private readonly surroundings: Surroundings,
  ) {}

  /** Asks for the fields of a new resource and creates it. @throws ForgeError */
  async create({ entry, at, kind }: At): Promise<void> {
    const { create } = kindOf(kind);
    if (!create) {
      throw new PlainError(l10n.t("Forge's API can't create this."));
    }
    await requireScopes(entry, create.operation);
    let answer: unknown;
    let created = '';
    await this.form({ entry, at, kind }, create, {
      key: 'create',
      title: l10n.t({
        message: '{0} – {1}',
        args: [create.title(), placeName(this.lists, entry, at)],
        comment: ['What is done, and where: “New Database – web-1”.'],
      }),
      word: create.word?.() ?? l10n.t('Create'),
      values: presets(create.fields, this.context(entry)),
      isOverview: false,
      send: async (values) => {
        const name = create.isChange ? wordsOf(kind).many : nameIn(kind, values);
        const send = async () => {
          answer = await this.call(entry, create.operation, at, undefined, create.fields, values);
          created = name;
          return idIn(answer);
        };
        const type = create.isChange ? 'act' : 'create';
        const done = create.done?.(name) ?? l10n.t('Creating {0}', name);
        await this.carryOut({ at, kind, type, name, id: undefined }, entry, send, done);
      },
    });
    // Not while it is sent: what fails here must not look as if Forge had refused it.
    await reveal(create, answer, created);
  }

  /** Creates a resource below a row of the fleet, of the kind that belongs to a command. @throws ForgeError */
  async createBy(command: NonNullable<Kind['command']>, entry: FleetEntry): Promise<void> {
    const kind = kindCreatedBy(command, entry);
    await (kind && this.create({ entry, at: entry.key, kind }));
  }

  /** Asks what to change about a resource and changes it. @throws ForgeError */
  async edit({ entry, at, kind }: At, resource: AnyResource): Promise<void> {
    const { edit, show, single } = kindOf(kind);
    if (!edit) {
      throw new PlainError(l10n.t("Forge's API can't change this."));
    }
    await requireScopes(entry, edit.operation);
    const { client } = entry.account;
    const whole =
      single === undefined && show !== undefined
        ? asResource(await client.document(show, pathTo(entry, at, kind, resource), { lane: 'user' }))
        : resource;
    const name = nameOf(kind, whole);
    await this.form({ entry, at, kind }, edit, {
      key: `edit ${resource.id}`,
      title: l10n.t('Edit {0}', name),
      word: l10n.t('Save'),
      values: currentValues(edit.fields, whole.attributes),
      isOverview: true,
      resource,
      send: async (values, changed) => {
        const send = async () => {
          await this.call(entry, edit.operation, at, { kind, resource }, edit.fields, values, changed);
          return undefined;
        };
        const change = { at, kind, type: 'act', name, id: resource.id } as const;
        await this.carryOut(change, entry, send, l10n.t('Saving {0}', name), ({ attributes }) =>
          isSaved(edit.fields, values, changed, attributes),
        );
      },
    });
  }

  /** Asks for one of the actions other than deleting, and runs it. @throws ForgeError */
  async pick(where: At, resource: AnyResource, title: string): Promise<void> {
    const names = actionsOf(where.kind, resource).filter((name) => !actionOf(where.kind, name)?.isDeletion);
    const rows = names.flatMap((name) => {
      const action = actionOf(where.kind, name);
      return action ? [pickRow({ label: mark(action) }, { name })] : [];
    });
    const picked = await vscode.window.showQuickPick(rows, { title });
    await (picked && this.run(where, resource, picked.name));
  }

  /**
   * Runs an action on a resource. Asks for confirmation if it can't be undone or takes something out of service. Sends it once, and reads
   * the list again even if it fails.
   * @param isOfModel whether a language model asks for it: always asks for confirmation, and says so
   * @returns whether it was carried out
   * @throws ForgeError
   */
  async run({ entry, at, kind }: At, resource: AnyResource, actionName: string, isOfModel = false): Promise<boolean> {
    const action = actionOf(kind, actionName);
    if (!action) {
      return false;
    }
    await requireScopes(entry, action.operation);
    const name = nameOf(kind, resource);
    const body = typeof action.body === 'function' ? action.body(resource) : action.body;
    const carryOut = async (values: Values, given?: object) => {
      const target = action.isOnParent ? undefined : { kind, resource };
      const send = async () => {
        const fields = action.fields ?? [];
        await this.call(entry, action.operation, at, target, fields, values, undefined, given);
        return undefined;
      };
      const type = action.isDeletion || action.isMove ? 'delete' : 'act';
      await this.carryOut({ at, kind, type, name, id: resource.id }, entry, send, action.done(name));
    };
    if (!action.fields) {
      const isConfirmed = await this.isConfirmed({ entry, at, kind }, resource, action, isOfModel);
      await (isConfirmed && carryOut({}, body));
      return isConfirmed;
    }
    let isCarriedOut = false;
    await this.form(
      { entry, at, kind },
      { operation: action.operation, fields: action.fields },
      {
        key: `${actionName} ${resource.id}`,
        title: l10n.t({
          message: '{0} – {1}',
          args: [action.word(), name],
          comment: ['What is done, and to what: “Restore – backup-1”.'],
        }),
        word: action.word(),
        values: presets(action.fields, this.context(entry)),
        isOverview: false,
        resource,
        send: async (values) => {
          if (!(await this.isConfirmed({ entry, at, kind }, resource, action, isOfModel))) {
            throw new vscode.CancellationError();
          }
          await carryOut(values, body);
          isCarriedOut = true;
        },
      },
    );
    return isCarriedOut;
  }

  /** Deletes a resource after a confirmation. @throws ForgeError */
  async delete(where: At, resource: AnyResource): Promise<void> {
    const name = actionsOf(where.kind, resource).find((one) => actionOf(where.kind, one)?.isDeletion);
    if (name === undefined) {
      throw new PlainError(l10n.t("{0} can't be deleted now.", nameOf(where.kind, resource)));
    }
    await this.run(where, resource, name);
  }

  /** Copies an attribute of a resource, which may be a secret. @throws ForgeError */
  async copy({ entry, at, kind }: At, resource: AnyResource, title: string): Promise<void> {
    const { copies = [], show, single } = kindOf(kind);
    const rows = copies.map((one) => pickRow({ label: one.word() }, { one }));
    const picked = rows.length > 1 ? await vscode.window.showQuickPick(rows, { title }) : rows[0];
    const operation = single ?? show;
    if (!picked || operation === undefined) {
      return;
    }
    const path = single === undefined ? pathTo(entry, at, kind, resource) : pathBelow(entry, at);
    const read = (await entry.account.client.call(operation, path as never, { lane: 'user' })) as
      | SecretResource
      | AnyResource;
    const { attribute } = picked.one;
    const shown = read.attributes[attribute];
    const text = 'secret' in read ? read.secret(attribute) : typeof shown === 'string' ? shown : null;
    if (text === null || text === '') {
      throw new PlainError(l10n.t('Nothing to copy.'));
    }
    await vscode.env.clipboard.writeText(text);
    sayBriefly(l10n.t('Copied'));
  }

  /** Reports the outcome of a change. */
  async tellEnd({ change, ...outcome }: Outcome): Promise<void> {
    if (outcome.is === 'done') {
      sayBriefly(
        change.type === 'delete'
          ? l10n.t('Deleted {0}', change.name)
          : change.type === 'create'
            ? l10n.t('{0} is ready', change.name)
            : l10n.t('Finished: {0}', change.name),
      );
      return;
    }
    await notify(
      'error',
      outcome.is === 'gone'
        ? l10n.t("Forge couldn't create {0}. See the server's events for details.", change.name)
        : l10n.t(
            "{1} has the status “{0}” in Forge. See its output or the server's events.",
            line(outcome.state) ?? '',
            change.name,
          ),
    );
  }

  private context(entry: FleetEntry): FormContext {
    const repository = this.surroundings.repository();
    return { entry, email: entry.account.user.email, ...(repository && { repository }) };
  }

  private async form(
    { entry, at, kind }: At,
    form: Form,
    request: Pick<FormRequest, 'title' | 'word' | 'values' | 'isOverview' | 'send'> & {
      readonly key: string;
      readonly resource?: AnyResource;
    },
  ): Promise<void> {
    const key = `${kind} ${at} ${request.key}`;
    const { signal } = entry.account;
    const drafts = this.drafts.get(signal) ?? new Map<string, Draft>();
    this.drafts.set(signal, drafts);
    const { resource } = request;
    await askForm(
      {
        ...request,
        fields: form.fields,
        signal,
        options: (field, values) => this.options(entry, at, field, values),
        selected: async (field) => this.selected(entry, at, kind, field, resource),
        keep: (draft) => {
          if (draft) {
            drafts.set(key, draft);
          } else {
            drafts.delete(key);
          }
        },
      },
      drafts.get(key),
    );
  }

  private async options(
    entry: FleetEntry,
    at: string,
    field: ResourceField,
    values: Values,
  ): Promise<readonly ResourceOption[]> {
    const { from } = field;
    if ('list' in from) {
      const parameters = from.path(values, pathBelow(entry, at));
      return parameters ? (await rowsOf(entry, from.list, parameters)).map((row) => optionOf(row, from)) : [];
    }
    const { kind } = from;
    if (!isKind(kind)) {
      return [];
    }
    const { fleet } = this.lists;
    if (kindOf(kind).isInFleet) {
      const { organization } = entry;
      const inOrganization = (one: FleetEntry) =>
        one.account === entry.account && one.organization.slug === organization.slug;
      return kindOf(kind).parameter === 'site'
        ? fleet
            .allSites()
            .filter((one) => inOrganization(one) && (!('server' in entry) || one.server?.id === entry.server?.id))
            .map(({ site: { id, name } }) => ({ value: Number(id), label: name }))
        : fleet
            .allServers()
            .filter((one) => inOrganization(one) && !('server' in entry && one.server.id === entry.server?.id))
            .map(({ server: { id, name, ipAddress } }) => ({
              value: Number(id),
              label: name,
              description: ipAddress ?? undefined,
            }));
    }
    const { about } = kindOf(kind);
    const rows = await this.rowsOfKind(placeFor(entry, kind), kind);
    return rows.map((row) =>
      optionOf(row, {
        name: (one) => nameOf(kind, one),
        ...(about && { about: (one: AnyResource) => about(one.attributes) }),
        ...(from.value && { value: from.value }),
      }),
    );
  }

  /** All rows of a kind. @throws ForgeError */
  private async rowsOfKind(at: string | undefined, kind: KindId): Promise<readonly AnyResource[]> {
    if (at === undefined) {
      return [];
    }
    await this.lists.read(at, kind, 'user');
    for (let count = -1; ; ) {
      const { rows = [], hasMore, error } = this.lists.list(at, kind);
      if (error !== undefined) {
        throw error;
      }
      if (!hasMore || rows.length === count) {
        return rows;
      }
      count = rows.length;
      await this.lists.readMore(at, kind);
    }
  }

  private async selected(
    entry: FleetEntry,
    at: string,
    kind: KindId,
    { selected }: ResourceField,
    resource: AnyResource | undefined,
  ): Promise<readonly Value[] | undefined> {
    const isKnown = selected?.isOfPlace || resource !== undefined;
    if (!selected || !isKnown) {
      return undefined;
    }
    const path = resource && !selected.isOfPlace ? pathTo(entry, at, kind, resource) : pathBelow(entry, at);
    const rows = await rowsOf(entry, selected.list, path);
    return rows.map((row) => selected.value?.(row) ?? asNumber(row.id));
  }

  /** Sends a change. @returns Forge's response */
  private call(
    entry: FleetEntry,
    operation: OperationName,
    at: string,
    target: { readonly kind: KindId; readonly resource: AnyResource } | undefined,
    fields: readonly Field[],
    values: Values,
    changed?: ReadonlySet<string>,
    given?: object,
  ): Promise<unknown> {
    const path = {
      ...(target && !isSingle(target.kind) ? pathTo(entry, at, target.kind, target.resource) : pathBelow(entry, at)),
      ...pathOf(fields, values),
    };
    const body = { ...given, ...bodyOf(fields, values, changed) };
    const hasBody = given !== undefined || fields.length > 0;
    return entry.account.client.call(
      operation,
      path as unknown as PathParameters<OperationName>,
      hasBody ? { body } : {},
    );
  }

  private async carryOut(
    change: Change,
    entry: FleetEntry,
    send: () => Promise<string | undefined>,
    done: string,
    isThere?: (row: AnyResource) => boolean | undefined,
  ): Promise<void> {
    const { isInFleet } = kindOf(change.kind);
    const isUnderWay = await whileSaying(done, async () => {
      if (!isInFleet) {
        return this.changes.during(change, send, isThere);
      }
      await sendOnce({ name: change.name, target: targetOf(entry) }, send, () => this.hasGone(change));
      return true;
    });
    if (isUnderWay) {
      sayBriefly(done);
    }
    await this.refreshRow(entry, change.kind);
  }

  /** Whether a row of the fleet is gone, after reading all of them again; undefined for another change: its row says nothing of it. */
  private async hasGone({ type, kind, id }: Change): Promise<boolean | undefined> {
    const { fleet } = this.lists;
    await fleet.refresh('user');
    const ids =
      kindOf(kind).parameter === 'site'
        ? fleet.allSites().map(({ site }) => site.id)
        : fleet.allServers().map(({ server }) => server.id);
    return type === 'delete' && id !== undefined ? !ids.includes(id) : undefined;
  }

  /** Reads the row of the fleet again that a change shows in. Never rejects: the change itself is done. */
  private async refreshRow(entry: FleetEntry, kind: KindId): Promise<void> {
    const { isInFleet, isPartOfRow } = kindOf(kind);
    const { fleet } = this.lists;
    if (isInFleet) {
      await fleet.refresh('user').catch(() => undefined);
    } else if (isPartOfRow && 'site' in entry) {
      await fleet.readSite(entry).catch(() => undefined);
    }
  }

  private async isConfirmed(
    { entry, at, kind }: At,
    resource: AnyResource,
    action: Action,
    isOfModel: boolean,
  ): Promise<boolean> {
    if (!action.ask && !isOfModel) {
      return true;
    }
    const name = nameOf(kind, resource);
    const place = placeName(this.lists, entry, at);
    const { question, detail } = action.ask?.({ name, one: wordsOf(kind).one, place }) ?? {
      question: l10n.t('{0} {1} on {2}?', action.word(), name, place),
      detail: undefined,
    };
    const affected = await this.affected(at, kind, resource, action);
    const answers = [action.word()] as const;
    const origin = isOfModel ? requestedByModel() : undefined;
    if ((await ask({ question, detail: [origin, ...affected, detail], answers })) === undefined) {
      return false;
    }
    return !action.isTyped || typesName(question, name, place);
  }

  /** The other resources that an action affects, one text for each kind. Leaves out kinds that can't be read. */
  private async affected(
    at: string,
    kind: KindId,
    { id }: AnyResource,
    { affects = [] }: Action,
  ): Promise<readonly string[]> {
    const { fleet } = this.lists;
    const { key } = readPlace(at);
    const host = fleet.server(kindOf(kind).isInFleet ? serverKey(key, id) : key);
    const told = affects.filter(isKind).map(async (one) => {
      if (!host) {
        return [];
      }
      if (kindOf(one).isInFleet) {
        return [listOf(wordsOf(one).many, fleet.sites(host, host.server).map(nameOfEntry), mostSites)];
      }
      await this.lists.read(host.key, one, 'user');
      const { rows = [], hasMore } = this.lists.list(host.key, one);
      const names = rows.map((row) => nameOf(one, row));
      return [listOf(wordsOf(one).many, names, mostOthers, hasMore)];
    });
    return (await Promise.all(told)).flat().filter((text) => text !== '');
  }
}

/** Throws if the token lacks scopes. Called before asking the user anything. */
function requireScopes(entry: FleetEntry, operation: OperationName): Promise<void> {
  return entry.account.client.requireScopes(operation);
}

function mark({ word, fields, ask: asks }: Action): string {
  return fields || asks ? l10n.t('{0}…', word()) : word();
}

/** The display name of a new resource. */
function nameIn(kind: KindId, values: Values): string {
  const named = kindOf(kind).name(values);
  return named ?? wordsOf(kind).one;
}

function idIn(answer: unknown): string | undefined {
  const data = isRecord(answer) ? ('data' in answer ? answer.data : answer) : undefined;
  const id = isRecord(data) ? data.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** Shows the secrets that only this response contains, once. */
async function reveal({ reveals = [] }: CreateForm, answer: unknown, name: string): Promise<void> {
  const found = reveals.flatMap(({ attribute, label }) => {
    const secret = isRecord(answer) && typeof answer.secret === 'function' ? answer.secret(attribute) : null;
    return typeof secret === 'string' ? [{ label: label(), secret }] : [];
  });
  if (found.length === 0) {
    return;
  }
  const copy = l10n.t('Copy');
  const text = found.map(({ label, secret }) => l10n.t('{0}: {1}', label, secret)).join('\n');
  const answered = await ask({
    severity: 'information',
    question: l10n.t('Save the passwords of {0}', name),
    detail: [text, l10n.t("They're shown only once and aren't stored here.")],
    answers: [copy],
  });
  if (answered === copy) {
    await vscode.env.clipboard.writeText(text);
  }
}

function listOf(heading: string, names: readonly string[], most: number, hasMore = false): string {
  if (names.length === 0) {
    return '';
  }
  const shown = names.slice(0, most).join(', ');
  if (hasMore) {
    return l10n.t('{0} (more than {1}): {2} and more', heading, names.length, shown);
  }
  const rest = names.length - most;
  return rest > 0
    ? l10n.t('{0} ({1}): {2} and {3} more', heading, names.length, shown, rest)
    : l10n.t('{0} ({1}): {2}', heading, names.length, shown);
}

/** The name of what resources at a place belong to. */
function placeName(lists: ResourceLists, entry: FleetEntry, at: string): string {
  const { key, above } = readPlace(at);
  const resource = above && lists.find(key, above.kind, above.id);
  return resource && above ? nameOf(above.kind, resource) : nameOfEntry(entry);
}

/** All rows of a list outside the catalogue. @throws ForgeError */
async function rowsOf(
  entry: FleetEntry,
  list: ListName,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly AnyResource[]> {
  const rows: AnyResource[] = [];
  const pages = entry.account.client.list(list, parameters as never, { lane: 'user' });
  for await (const { items } of pages) {
    rows.push(...(items as readonly AnyResource[]));
  }
  return rows;
}

function optionOf(
  row: AnyResource,
  from: Pick<Extract<Source, { readonly list: ListName }>, 'name' | 'about' | 'value'>,
): ResourceOption {
  return {
    value: from.value?.(row) ?? asNumber(row.id),
    label: from.name(row) ?? row.id,
    description: from.about?.(row).filter(Boolean).join(' · '),
    id: row.id,
  };
}

/** Forge expects ids in bodies as numbers. */
function asNumber(id: string): number | string {
  return /^\d{1,15}$/.test(id) ? Number(id) : id;
}
