import type { FleetEntry } from '../fleet/rows';
import type { ListName, OperationName } from '../forge/operationTable';
import type { AnyResource, Json } from '../forge/resources';

/** A row of the fleet that has resources. */
export type Place = 'organization' | 'server' | 'site';

/** What a field can hold; undefined is nothing. */
export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };

/** By the names of their fields. */
export type Values = Readonly<Record<string, Value | undefined>>;

/** What a form knows beforehand. */
export interface FormContext {
  /** What the form's resource is below. */
  readonly entry: FleetEntry;
  /** The email address of the signed-in user; null if unknown. */
  readonly email: string | null;
  /** The open folder's repository, if it is at a provider that Forge knows or has an address; undefined without one. */
  readonly repository?: { readonly provider: string; readonly url: string; readonly branch: string | undefined };
}

/** Where the options of a field come from. */
export type Source =
  /** The rows of a kind of the catalogue, by id or by what `value` says. */
  | { readonly kind: string; readonly value?: (row: AnyResource) => Value }
  /** The rows of a list that no place has. `path` is undefined until the fields that it depends on are filled in. */
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
  /** As Forge calls it, so that an error of Forge finds its field. A dot leads into an object. */
  readonly name: string;
  readonly label: () => string;
  /** One sentence on what it is for. */
  readonly hint?: () => string;
  readonly isRequired?: boolean;
  /** Asked even though Forge doesn't require it. */
  readonly isAsked?: boolean;
  /** Whether it applies, given the other fields. Always by default. */
  readonly when?: (values: Values) => boolean;
  /** What is filled in. */
  readonly preset?: Value | ((context: FormContext) => Value | undefined);
  /** How to read it from a resource that is edited. Null if Forge doesn't tell; its own name by default. */
  readonly was?: string | null | ((attributes: Json) => Value | undefined);
  /** Part of the path instead of the body. */
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
  /** Sent as text, as Forge wants a few numbers. */
  readonly isText?: boolean;
}

/** Never shown once it is typed. */
export interface SecretField extends FieldBase {
  readonly type: 'secret';
  readonly maxLength?: number;
  /** Whether a random one can be made, which is then copied. */
  readonly canBeGenerated?: boolean;
}

/** Text of several lines, from the clipboard, a file or the active editor. */
export interface DocumentField extends FieldBase {
  readonly type: 'document';
  readonly isSecret?: boolean;
}

export interface YesNoField extends FieldBase {
  readonly type: 'yesNo';
}

/** Short texts, separated by commas. */
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
  /** Options that are in no list. */
  readonly others?: readonly Option[];
  /** Where the selected row's id is kept for other fields, which is never sent. */
  readonly idAs?: string;
  /** A list that says what is selected: of the resource that is edited, or of its place. */
  readonly selected?: {
    readonly list: ListName;
    readonly isOfPlace?: boolean;
    readonly value?: (row: AnyResource) => Value;
  };
}

/** Several entries of a few fields each. */
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

/** What changes a resource. */
export interface Form {
  readonly operation: OperationName;
  readonly fields: readonly Field[];
}

/** What creates a resource. */
export interface CreateForm extends Form {
  readonly title: () => string;
  /** The word that sends it; Create by default. */
  readonly word?: () => string;
  /** Secrets that only Forge's answer has, which are shown once. */
  readonly reveals?: readonly { readonly attribute: string; readonly label: () => string }[];
  /** What is said once Forge has accepted it; that it is being created by default. */
  readonly done?: (name: string) => string;
  /** Whether it changes all of the kind at once, so that nothing new comes. */
  readonly isChange?: boolean;
}

/** What an action's question is about. */
export interface Question {
  readonly name: string;
  /** What the resource is, inside a sentence. */
  readonly one: string;
  /** The name of the row that it is below. */
  readonly place: string;
}

/** Something that can be done with a resource. */
export interface Action {
  readonly operation: OperationName;
  readonly word: () => string;
  /** What is said once Forge has accepted it. */
  readonly done: (name: string) => string;
  readonly body?: object | ((resource: AnyResource) => object);
  /** What is asked for and sent. */
  readonly fields?: readonly Field[];
  /** The states in which it makes sense, or whether it does; always by default. */
  readonly when?: readonly string[] | ((attributes: Json) => boolean);
  /** What to ask before. Nothing by default. */
  readonly ask?: (question: Question) => { readonly question: string; readonly detail: string };
  /** Whether its name has to be typed. Only with `ask`. */
  readonly isTyped?: boolean;
  /** The kinds of what is affected with it, which the question names or counts: the sites of the server, or what is below the resource. */
  readonly affects?: readonly string[];
  /** Whether the resource is deleted. */
  readonly isDeletion?: boolean;
  /** Whether the resource leaves its list without being deleted. */
  readonly isMove?: boolean;
  /** Whether it acts on what the resource belongs to, so that its own id is no parameter. */
  readonly isOnParent?: boolean;
}

/** An attribute that can be copied. A secret one is in no row and no document. */
export interface Copy {
  readonly attribute: string;
  readonly word: () => string;
}

/** A kind of resource: where it is, how it is read, what a row tells, and what can be done. */
export interface Kind {
  /** What it is below: a row of the fleet, or a resource of another kind. */
  readonly on: Place | { readonly kind: string };
  readonly icon: string;
  /** All of them. A kind that isn't in the fleet has either this, `single` or `known`. */
  readonly list?: ListName;
  /** The only one. */
  readonly single?: OperationName;
  /** Those that are known without asking Forge. */
  readonly known?: (entry: FleetEntry) => readonly AnyResource[];
  /** The list's filter whose value is the site's id. */
  readonly siteFilter?: string;
  /** The name of its id in paths. */
  readonly parameter: string;
  /** Reads one; without it, the row of the list is all there is. */
  readonly show?: OperationName;
  /** Its display name; null if Forge doesn't tell, and its id has to do. */
  readonly name: (attributes: Json) => string | null;
  /** What else is worth a glance, most important first. */
  readonly about?: (attributes: Json) => readonly (string | null)[];
  /** The attribute with a time that matters. */
  readonly at?: string;
  /** The attribute that says how it is. */
  readonly state?: string;
  /** The kind of log that shows what it printed. */
  readonly output?: 'process' | 'job' | 'siteJob' | 'event' | 'command' | 'recipeRun';
  /** The kind of file that is its text. */
  readonly file?: 'nginxTemplate' | 'domainNginx';
  readonly create?: CreateForm;
  /** A command that makes one, instead of a form. */
  readonly createdBy?: { readonly command: 'runCommand'; readonly title: () => string };
  readonly edit?: Form;
  readonly actions?: Readonly<Record<string, Action>>;
  readonly copies?: readonly Copy[];
  /** The group that it shares with other kinds; its own by default. */
  readonly group?: string;
  /** Whether a change shows in the row of the fleet, too. */
  readonly isPartOfRow?: boolean;
  /** Whether it only tells what happened, which no two places have in common. */
  readonly isHistory?: boolean;
  /** The command that creates one, for what people look for most. */
  readonly command?: 'newDatabase' | 'newScheduledJob' | 'newBackgroundProcess' | 'addDomain' | 'newSite' | 'newServer';
  /** Where that command creates it, if not everywhere. */
  readonly isFor?: (entry: FleetEntry) => boolean;
  /** No group of its own: its rows are in the other view. */
  readonly isInFleet?: boolean;
  /** The page of Forge's documentation, below https://forge.laravel.com/docs/ */
  readonly docs: string;
}
