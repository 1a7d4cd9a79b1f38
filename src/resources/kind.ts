import type { FleetEntry } from '../fleet/rows';
import type { Json } from '../forge/json';
import type { ListName, OperationName } from '../forge/operationTable';
import type { AnyResource } from '../forge/resources';

/** A row of the fleet that has resources. */
export type Place = 'organization' | 'server' | 'site';

/** The value of a field. An empty field is undefined. */
export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

/** Values by field name. */
export type Values = Readonly<Record<string, Value | undefined>>;

/** What presets can depend on. */
export interface FormContext {
  /** The row of the fleet that the new resource belongs to. */
  readonly entry: FleetEntry;
  /** The email address of the signed-in user; null if unknown. */
  readonly email: string | null;
  /** The open folder's repository, in the form that Forge needs for a new site; undefined if there is none. */
  readonly repository?: { readonly provider: string; readonly url: string; readonly branch: string | undefined };
}

/** The source of a field's options. */
export type Source =
  /** The resources of a kind. Their value is the id, unless `value` returns another. */
  | { readonly kind: string; readonly value?: (row: AnyResource) => Value }
  /** The rows of a list outside the catalogue. `path` returns undefined until the fields that it depends on are filled in. */
  | {
      readonly list: ListName;
      readonly path: (
        values: Values,
        parameters: Readonly<Record<string, string>>,
      ) => Record<string, string> | undefined;
      readonly name: (row: AnyResource) => string | null;
      readonly about?: (row: AnyResource) => readonly (string | null)[];
      readonly value?: (row: AnyResource) => Value;
    };

export interface Option {
  readonly value: Value;
  readonly label: () => string;
  readonly description?: string;
}

interface FieldBase {
  /** Forge's name for it, which Forge's errors refer to. A dot separates the names of nested properties. */
  readonly name: string;
  readonly label: () => string;
  /** What it is for, in one sentence. */
  readonly hint?: () => string;
  readonly isRequired?: boolean;
  /** Has its own step even though Forge doesn't require it. */
  readonly isAsked?: boolean;
  /** Whether it applies, given the other values; always by default. */
  readonly when?: (values: Values) => boolean;
  /** Initial value for a new resource. */
  readonly preset?: Value | ((context: FormContext) => Value | undefined);
  /** The attribute with its current value, or how to read it; `name` by default, null if Forge doesn't report it. */
  readonly was?: string | null | ((attributes: Json) => Value | undefined);
  /** Sent in the path instead of the body. */
  readonly isInPath?: boolean;
}

export interface TextField extends FieldBase {
  readonly type: 'text';
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly format?: 'email' | 'url' | 'noSpaces' | 'userName' | 'cron';
}

export interface NumberField extends FieldBase {
  readonly type: 'number';
  readonly min?: number;
  readonly max?: number;
  readonly isDecimal?: boolean;
  /** Sent as a string, which Forge requires for a few numbers. */
  readonly isText?: boolean;
}

/** Never displayed unless the user reveals it while typing. */
export interface SecretField extends FieldBase {
  readonly type: 'secret';
  readonly maxLength?: number;
  /** Offers a button that generates a random value and copies it. */
  readonly canBeGenerated?: boolean;
}

/** Multiline text from the clipboard, a file or the active editor. */
export interface DocumentField extends FieldBase {
  readonly type: 'document';
  readonly isSecret?: boolean;
}

export interface YesNoField extends FieldBase {
  readonly type: 'yesNo';
}

/** Short texts, typed with commas between them. */
export interface WordsField extends FieldBase {
  readonly type: 'words';
}

export interface ChoiceField extends FieldBase {
  readonly type: 'choice' | 'choices';
  readonly options: readonly Option[];
}

export interface ResourceField extends FieldBase {
  /** Whether none is a choice, too, although Forge requires the field. */
  readonly mayBeNone?: boolean;
  readonly type: 'resource' | 'resources';
  readonly from: Source;
  /** More options, shown before the rows. */
  readonly others?: readonly Option[];
  /** Name under which the selected row's id is available to other fields. Never sent. */
  readonly idAs?: string;
  /** The list with the current selection, below the edited resource or, with `isOfPlace`, below its place. */
  readonly selected?: {
    readonly list: ListName;
    readonly isOfPlace?: boolean;
    readonly value?: (row: AnyResource) => Value;
  };
}

/** A list of entries, each with a few fields. */
export interface EntriesField extends FieldBase {
  readonly type: 'entries';
  readonly fields: readonly Field[];
  readonly add: () => string;
  readonly entryName: (entry: Values) => string;
  readonly min?: number;
}

export type Field =
  | TextField
  | NumberField
  | SecretField
  | DocumentField
  | YesNoField
  | WordsField
  | ChoiceField
  | ResourceField
  | EntriesField;

/** An operation that changes a resource, and the fields that it takes. */
export interface Form {
  readonly operation: OperationName;
  readonly fields: readonly Field[];
}

/** An operation that creates a resource. */
export interface CreateForm extends Form {
  readonly title: () => string;
  /** Label of the row that sends it; Create by default. */
  readonly word?: () => string;
  /** Secrets that only Forge's response contains. They are shown once. */
  readonly reveals?: readonly { readonly attribute: string; readonly label: () => string }[];
  /** The message once Forge has accepted it; by default that it is being created. */
  readonly done?: (name: string) => string;
  /** Whether it changes the whole kind at once instead of adding to it. */
  readonly isChange?: boolean;
}

/** What an action's confirmation mentions. */
export interface Question {
  readonly name: string;
  /** The kind's name, for use in a sentence. */
  readonly one: string;
  /** The name of the server, site or other row that it belongs to. */
  readonly place: string;
}

/** An action on a resource. */
export interface Action {
  readonly operation: OperationName;
  readonly word: () => string;
  /** Status message while it is sent, and once Forge has accepted it. */
  readonly done: (name: string) => string;
  readonly body?: object | ((resource: AnyResource) => object);
  /** Fields to ask for and send. */
  readonly fields?: readonly Field[];
  /** The states in which it is available, or a check of the attributes; always by default. */
  readonly when?: readonly string[] | ((attributes: Json) => boolean);
  /** Asks for confirmation; no question by default. */
  readonly ask?: (question: Question) => { readonly question: string; readonly detail: string };
  /** Requires typing the resource's name. Only with `ask`. */
  readonly isTyped?: boolean;
  /** The kinds on the server that are affected too. The question lists their resources. */
  readonly affects?: readonly string[];
  /** Deletes the resource. */
  readonly isDeletion?: boolean;
  /** Removes the resource from its list without deleting it. */
  readonly isMove?: boolean;
  /** Acts on what the resource belongs to, so that its path doesn't contain the resource's id. */
  readonly isOnParent?: boolean;
}

/** A problem of a resource. */
export interface Problem {
  /** Which problem it is, so that a dismissed one comes back when it changes. */
  readonly state: string;
  /** Since when, in milliseconds since 1970; null if Forge doesn't report it. */
  readonly since: number | null;
}

/** How Check Fleet finds the resources of a kind that need attention. */
export interface Watch {
  /** What it looks for, such as "Failed backups". */
  readonly title: () => string;
  /** Servers or sites that have none of the kind; by default, any may have some. */
  readonly isFor?: (entry: FleetEntry) => boolean;
  /** The list below each resource whose newest rows show its state. Takes one more request for each. */
  readonly newest?: ListName;
  /** @param newest the newest rows of that list. @param now Forge's time, in milliseconds since 1970 */
  readonly problem: (attributes: Json, newest: readonly AnyResource[], now: number) => Problem | undefined;
  /** The problem in words. @param state as in `Problem` */
  readonly words: (name: string, state: string) => string;
}

/** An attribute that can be copied. Secret ones never appear in a row or document. */
export interface Copy {
  readonly attribute: string;
  readonly word: () => string;
}

/** A kind of resource: where it belongs, how to read it, what its rows show, and what users can do with it. */
export interface Kind {
  /** What it belongs to: a row of the fleet, or a resource of another kind. */
  readonly on: Place | { readonly kind: string };
  readonly icon: string;
  /** Reads all of them. A kind outside the fleet has one of `list`, `single` and `known`. */
  readonly list?: ListName;
  /** Reads the only one. */
  readonly single?: OperationName;
  /** Returns them without a request. */
  readonly known?: (entry: FleetEntry) => readonly AnyResource[];
  /** The list's filter that takes the site's id. */
  readonly siteFilter?: string;
  /** The name of its id in paths; empty if paths have none. */
  readonly parameter: string;
  /** Reads one. Without it, its row in the list is all that Forge reports. */
  readonly show?: OperationName;
  /** Its display name; null if Forge doesn't report one, in which case its id is shown. */
  readonly name: (attributes: Json) => string | null;
  /** Short details for its row, most important first. */
  readonly about?: (attributes: Json) => readonly (string | null)[];
  /** The attribute with the time to show. */
  readonly at?: string;
  /** The attribute with its state. */
  readonly state?: string;
  /** The kind of log that shows its output. */
  readonly output?: 'process' | 'job' | 'siteJob' | 'event' | 'command' | 'recipeRun';
  /** The kind of file that holds its text. */
  readonly file?: 'nginxTemplate' | 'domainNginx';
  readonly create?: CreateForm;
  /** A command that makes one, instead of a form. */
  readonly createdBy?: { readonly command: 'runCommand'; readonly title: () => string };
  readonly edit?: Form;
  readonly actions?: Readonly<Record<string, Action>>;
  readonly copies?: readonly Copy[];
  /** The group that it shares with other kinds; by default, it has its own. */
  readonly group?: string;
  /** Changes also affect the row of the fleet. */
  readonly isPartOfRow?: boolean;
  /** Only records past events, so that comparing it between places makes no sense. */
  readonly isHistory?: boolean;
  /** The command that creates one, for the most common kinds. */
  readonly command?: 'newDatabase' | 'newScheduledJob' | 'newBackgroundProcess' | 'addDomain' | 'newSite' | 'newServer';
  /** Whether that command creates this kind below a row; always by default. */
  readonly isFor?: (entry: FleetEntry) => boolean;
  /** Has no group here: its rows are in the view of servers and sites. */
  readonly isInFleet?: boolean;
  readonly watch?: Watch;
  /** Its page in Forge's documentation, relative to https://forge.laravel.com/docs/ */
  readonly docs: string;
}
