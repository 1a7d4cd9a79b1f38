import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ForgeError, isAborted } from '../forge/errors';
import { explain, quotable } from '../ui/explain';
import { pickHeading, pickRow } from '../ui/pickRow';
import { sayBriefly } from '../ui/say';
import { textOfFile } from '../ui/textOfFile';
import { complaintsOf, firstProblem, isEmpty, problemOf, shownFields } from './form';
import type { EntriesField, Field, Option, ResourceField, Value, Values } from './kind';

/** A form: its fields, their values, and how to send them. */
export interface FormRequest {
  readonly title: string;
  /** Label of the row that sends it: Create, Save, … */
  readonly word: string;
  readonly fields: readonly Field[];
  readonly values: Values;
  /** Starts with a list of all fields, instead of asking for the required ones step by step. */
  readonly isOverview: boolean;
  /** The options of a field. @throws ForgeError */
  readonly options: (field: ResourceField, values: Values) => Promise<readonly ResourceOption[]>;
  /** The values that an existing resource has selected; undefined if no list reports them. @throws ForgeError */
  readonly selected: (field: ResourceField, values: Values) => Promise<readonly Value[] | undefined>;
  /** Sends the values. @param changed names of the fields that the user changed @throws ForgeError */
  readonly send: (values: Values, changed: ReadonlySet<string>) => Promise<void>;
  /** Receives the draft when the form closes; undefined if there is nothing to keep. */
  readonly keep: (draft: Draft | undefined) => void;
  /** Closes the form without a message: the account is gone. */
  readonly signal: AbortSignal;
}

/** An option to select. */
export interface ResourceOption {
  readonly value: Value;
  readonly label: string;
  readonly description?: string | undefined;
  /** The resource's id; undefined for other options. */
  readonly id?: string;
}

/** The state of a form that was closed without being sent. */
export interface Draft {
  readonly values: Values;
  readonly changed: ReadonlySet<string>;
  /** Names of the fields whose step is done. */
  readonly asked: ReadonlySet<string>;
}

/** How a step ended. `typed` is input that wasn't accepted. */
type Step =
  /** `isChanged` if that can't be told from the values, since the step showed others. */
  | { readonly is: 'value'; readonly value: Value | undefined; readonly id?: string; readonly isChanged?: boolean }
  | { readonly is: 'back' | 'left'; readonly typed?: Value | undefined };

const back: Step = { is: 'back' };
const left: Step = { is: 'left' };

/** Maximum length of a value in the list of all fields, in characters. */
const longestValue = 80;

/**
 * Asks for the fields of a form step by step, with a Back button, and sends them. If Forge rejects a field, asks for it again and keeps
 * the other values. The last step lists all fields, so that optional ones need no step.
 * @param draft of an earlier form for the same thing
 * @throws ForgeError if the options of a field can't be read
 */
export async function askForm(request: FormRequest, draft?: Draft): Promise<void> {
  const form = new OpenForm(request, draft);
  try {
    await form.run();
  } finally {
    request.keep(form.draft);
  }
}

class OpenForm {
  private values: Values;
  private readonly changed: Set<string>;
  private readonly asked: Set<string>;
  private isSent = false;
  /** Whether it continues an earlier form. */
  private isContinued: boolean;
  /** Forge's complaints, by field name. */
  private complaints = new Map<string, string>();
  /** Forge's complaints that belong to no field. */
  private remarks: readonly string[] = [];
  /** Labels of selected options, by field name and value. */
  private readonly labels = new Map<string, string>();

  constructor(
    private readonly request: FormRequest,
    draft: Draft | undefined,
  ) {
    // What is edited was just read, so that of an earlier try only what the user changed still counts.
    const kept = request.isOverview && draft ? only(draft.values, draft.changed) : draft?.values;
    this.values = { ...(request.isOverview || !kept ? request.values : {}), ...kept };
    this.isContinued = draft !== undefined;
    this.changed = new Set(draft?.changed);
    this.asked = new Set(draft?.asked);
  }

  /** The draft to keep; undefined if the form was sent, the account is gone, or nothing was changed. */
  get draft(): Draft | undefined {
    const { values, changed, asked } = this;
    const isOver = this.isSent || this.request.signal.aborted;
    return isOver || changed.size === 0 ? undefined : { values, changed, asked };
  }

  async run(): Promise<void> {
    const path = [...this.asked];
    while (!this.request.signal.aborted && !this.isSent) {
      const required = this.nextToAsk();
      const choice = required ?? (await this.overview(path.length > 0));
      if (choice === undefined) {
        return;
      }
      if (choice === 'send') {
        await this.send();
        continue;
      }
      if (choice === 'startOver') {
        this.startOver();
        path.length = 0;
        continue;
      }
      const isRejected = required !== undefined && this.complaints.has(required.name);
      const hasBack = required === undefined || isRejected || path.length > 0;
      const step: Step = choice === 'back' ? back : await this.step(choice, hasBack);
      if (choice !== 'back') {
        this.put(choice, step);
      }
      if (step.is === 'left') {
        return;
      }
      if (required && isRejected && step.is === 'back') {
        // To the list of all fields, where the value can stay as it is.
        this.complaints.delete(required.name);
        this.asked.add(required.name);
      } else if (step.is === 'value' && required) {
        this.asked.add(required.name);
        if (!path.includes(required.name)) {
          path.push(required.name);
        }
      } else if (step.is === 'back' && (required || choice === 'back')) {
        this.goBack(path);
      }
    }
  }

  /** Asks again for the last field that was asked for and still applies. */
  private goBack(path: string[]): void {
    const shown = new Set(shownFields(this.request.fields, this.values).map(({ name }) => name));
    let last: string | undefined;
    do {
      last = path.pop();
      this.asked.delete(last ?? '');
    } while (last !== undefined && !shown.has(last));
  }

  private startOver(): void {
    this.values = this.request.values;
    this.changed.clear();
    this.asked.clear();
    this.complaints.clear();
    this.remarks = [];
    this.isContinued = false;
  }

  /** The next field to ask for, rejected ones first; undefined if the list of all fields is next. */
  private nextToAsk(): Field | undefined {
    const shown = shownFields(this.request.fields, this.values);
    const rejected = shown.find(({ name }) => this.complaints.has(name));
    if (rejected || this.request.isOverview) {
      return rejected;
    }
    return shown.find(({ name, isRequired, isAsked }) => (isRequired || isAsked) && !this.asked.has(name));
  }

  private put({ name, type, ...field }: Field, step: Step): void {
    const value = step.is === 'value' ? step.value : step.typed;
    if (step.is !== 'value' && value === undefined) {
      return;
    }
    const { idAs } = field as Partial<ResourceField>;
    const id = step.is === 'value' ? step.id : undefined;
    const isChanged = step.is === 'value' ? step.isChanged : undefined;
    if (isChanged ?? !isDeepStrictEqual(this.values[name], value)) {
      this.changed.add(name);
    }
    this.values = { ...this.values, [name]: value, ...(type === 'resource' && idAs && { [idAs]: id }) };
    this.complaints.delete(name);
    this.remarks = [];
  }

  private async send(): Promise<void> {
    const { fields, send } = this.request;
    const wrong = firstProblem(fields, this.values);
    if (wrong) {
      this.complaints.set(wrong.field.name, wrong.problem);
      return;
    }
    try {
      await send(this.values, this.changed);
      this.isSent = true;
    } catch (error) {
      if (isAborted(error)) {
        throw error;
      }
      if (error instanceof vscode.CancellationError) {
        // The user answered the confirmation with no. Keep the values.
        return;
      }
      if (error instanceof ForgeError && error.kind === 'invalid') {
        const { byField, others } = complaintsOf(fields, this.values, error.fields);
        this.complaints = new Map(byField);
        this.remarks = others.length > 0 || byField.size > 0 ? others : [explain(error).sentence];
      } else {
        this.remarks = [explain(error).sentence];
      }
    }
  }

  /** Lists all fields with their values; the first row sends them. */
  private async overview(hasBack: boolean): Promise<Field | 'send' | 'startOver' | 'back' | undefined> {
    const { word, title, fields, signal } = this.request;
    const rows = [
      pickRow({ label: word, icon: 'check' }, { choice: 'send' as const }),
      ...this.remarks.map((remark) => pickRow({ label: quotable(remark), icon: 'error' }, { choice: undefined })),
      ...(this.isContinued
        ? [pickRow({ label: l10n.t('Start Over'), icon: 'discard' }, { choice: 'startOver' as const })]
        : []),
      pickHeading(''),
      ...shownFields(fields, this.values).map((field) =>
        pickRow({ label: field.label(), description: this.shownValue(field) }, { choice: field }),
      ),
    ] as (vscode.QuickPickItem & { readonly choice?: Field | 'send' | 'startOver' })[];
    while (!signal.aborted) {
      const picked = await pickOne(rows, {
        title,
        hasBack,
        placeholder:
          this.remarks[0] ??
          l10n.t({
            message: 'Select {0}, or a field to change',
            args: [word],
            comment: ['{0} is a row of this picker: “Create”, “Save”.'],
          }),
        signal,
      });
      if (picked === undefined || picked === 'back') {
        return picked;
      }
      if (picked.choice) {
        return picked.choice;
      }
    }
    return undefined;
  }

  private shownValue(field: Field): string {
    const value = this.values[field.name];
    if (isEmpty(value)) {
      return field.isRequired ? l10n.t('required') : this.emptyWord(field);
    }
    const label = (one: Value) => this.labels.get(`${field.name} ${JSON.stringify(one)}`);
    const text = (() => {
      switch (field.type) {
        case 'secret':
          return '••••••••';
        case 'document':
          return field.isSecret ? '••••••••' : l10n.t('{0} lines', String(value).split('\n').length);
        case 'yesNo':
          return value === true ? l10n.t('Yes') : l10n.t('No');
        case 'choice':
        case 'choices':
          return listed(value, (one) => field.options.find((option) => option.value === one)?.label() ?? String(one));
        case 'entries':
          return listed(value, (one) => field.entryName(one as Values));
        default:
          return listed(value, (one) => label(one) ?? String(one));
      }
    })();
    return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
  }

  /** What stands for nothing: of what is edited, it may only be that Forge doesn't say. */
  private emptyWord({ name, was, ...field }: Field): string {
    const isUnknown = this.request.isOverview && !this.changed.has(name) && (was === null || 'selected' in field);
    return isUnknown ? l10n.t('not shown by Forge') : '—';
  }

  private step(field: Field, hasBack: boolean): Promise<Step> {
    const { title, signal } = this.request;
    const complaint = this.complaints.get(field.name);
    const common = { title: l10n.t('{0}: {1}', title, field.label()), hasBack, signal, complaint };
    return askField(field, this.values, common, this.request, (name, value, label) =>
      this.labels.set(`${name} ${JSON.stringify(value)}`, label),
    );
  }
}

interface Common {
  readonly title: string;
  readonly hasBack: boolean;
  readonly signal: AbortSignal;
  /** Forge's or the form's complaint about the current value. */
  readonly complaint: string | undefined;
}

type Sources = Pick<FormRequest, 'options' | 'selected'>;
type Remember = (name: string, value: Value, label: string) => void;

async function askField(
  field: Field,
  values: Values,
  common: Common,
  sources: Sources,
  remember: Remember,
): Promise<Step> {
  const value = values[field.name];
  switch (field.type) {
    case 'text':
    case 'number':
    case 'secret':
    case 'words':
      return askText(field, value, common);
    case 'document':
      return askDocument(field, value, common);
    case 'yesNo':
      return askChoice(
        field,
        [
          { value: true, label: l10n.t('Yes') },
          { value: false, label: l10n.t('No') },
        ],
        value,
        common,
      );
    case 'choice':
      return askChoice(field, field.options.map(asOption), value, common);
    case 'choices':
      return askChoices(field, field.options.map(asOption), listOf(value), common);
    case 'resource':
    case 'resources': {
      const found = await loaded(common, () => sources.options(field, values));
      const options = [...(field.others ?? []).map(asOption), ...(found ?? [])];
      for (const { value: one, label } of options) {
        remember(field.name, one, label);
      }
      if (field.type === 'resource') {
        return found ? askChoice(field, options, value, common) : left;
      }
      const selected =
        value ?? (found && (await loaded(common, async () => (await sources.selected(field, values)) ?? [])));
      return found && selected !== undefined ? askChoices(field, options, listOf(selected), common) : left;
    }
    case 'entries':
      return askEntries(field, listOf(value) as readonly Values[], common, sources, remember);
  }
}

function asOption({ value, label, description }: Option): ResourceOption {
  return { value, label: label(), description };
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value as Value];
}

function listed(value: Value | undefined, label: (one: Value) => string): string {
  return listOf(value).map(label).join(', ');
}

/** Shows a busy picker while something loads, so that the form doesn't disappear. @returns undefined if the user left */
async function loaded<T>({ title, signal }: Common, load: () => Promise<T>): Promise<T | undefined> {
  const box = vscode.window.createQuickPick();
  Object.assign(box, { title, busy: true, enabled: false, ignoreFocusOut: true, placeholder: l10n.t('Loading…') });
  const leave = () => box.hide();
  signal.addEventListener('abort', leave, { once: true });
  const isLeft = new Promise<undefined>((resolve) => {
    box.onDidHide(() => resolve(undefined));
  });
  box.show();
  try {
    return await Promise.race([load(), isLeft]);
  } finally {
    signal.removeEventListener('abort', leave);
    box.dispose();
  }
}

/** The text to edit for a value. */
function asTyped({ type }: Field, value: Value | undefined): string {
  return type === 'words' ? listOf(value).join(', ') : value === undefined ? '' : String(value);
}

function fromTyped({ type }: Field, text: string): Value | undefined {
  switch (type) {
    case 'words': {
      const parts = text.split(',').flatMap((part) => part.trim() || []);
      return parts.length > 0 ? parts : undefined;
    }
    case 'number':
      return text.trim() === '' ? undefined : Number(text.trim().replace(',', '.'));
    case 'secret':
      return text === '' ? undefined : text;
    default:
      return text.trim() === '' ? undefined : text.trim();
  }
}

function askText(
  field: Extract<Field, { type: 'text' | 'number' | 'secret' | 'words' }>,
  value: Value | undefined,
  { title, hasBack, signal, complaint }: Common,
): Promise<Step> {
  const box = vscode.window.createInputBox();
  const isSecret = field.type === 'secret';
  const generate: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('sparkle'),
    tooltip: l10n.t('Generate and Copy'),
  };
  const reveal: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('eye'), tooltip: l10n.t('Show or Hide') };
  const hint = field.hint?.() ?? '';
  Object.assign(box, {
    title,
    ignoreFocusOut: true,
    value: asTyped(field, value),
    password: isSecret,
    prompt: field.isRequired ? hint : [hint, l10n.t('Optional.')].filter(Boolean).join(' '),
    placeholder: field.type === 'text' ? (field.placeholder ?? '') : '',
    validationMessage: complaint,
    buttons: [
      ...(hasBack ? [vscode.QuickInputButtons.Back] : []),
      ...(field.type === 'secret' && field.canBeGenerated ? [generate] : []),
      ...(isSecret ? [reveal] : []),
    ],
  });
  // Half a number stays as it was typed.
  const typed = () => {
    const value = fromTyped(field, box.value);
    return { typed: Number.isNaN(value) ? box.value : value };
  };
  return shown<Step>(
    box,
    signal,
    () => ({ is: 'left', ...typed() }),
    (resolve) => {
      box.onDidChangeValue(() => {
        box.validationMessage = undefined;
      });
      box.onDidTriggerButton(async (button) => {
        if (button === vscode.QuickInputButtons.Back) {
          resolve({ is: 'back', ...typed() });
        } else if (button === reveal) {
          box.password = !box.password;
        } else {
          box.value = randomBytes(18).toString('base64url');
          box.validationMessage = undefined;
          await vscode.env.clipboard.writeText(box.value);
          sayBriefly(l10n.t('Copied the generated password'));
        }
      });
      box.onDidAccept(() => {
        const value = fromTyped(field, box.value);
        const problem = problemOf(field, value);
        box.validationMessage = problem;
        if (problem === undefined) {
          resolve({ is: 'value', value });
        }
      });
    },
  );
}

/** Maximum length of a text from a file, editor or the clipboard, in characters. */
const longestDocument = 1_000_000;

async function askDocument(
  field: Extract<Field, { type: 'document' }>,
  value: Value | undefined,
  common: Common,
): Promise<Step> {
  const editor = vscode.window.activeTextEditor?.document;
  const rows = [
    ...(isEmpty(value) ? [] : [pickRow({ label: l10n.t('Keep Current Text'), icon: 'check' }, { from: 'kept' })]),
    pickRow({ label: l10n.t('From the Clipboard'), icon: 'clippy' }, { from: 'clipboard' }),
    pickRow({ label: l10n.t('From a File…'), icon: 'file' }, { from: 'file' }),
    ...(editor
      ? [
          pickRow(
            {
              label: l10n.t('From the Active Editor'),
              icon: 'edit',
              description: vscode.workspace.asRelativePath(editor.uri),
            },
            { from: 'editor' },
          ),
        ]
      : []),
    ...(field.isRequired ? [] : [pickRow({ label: l10n.t('None'), icon: 'circle-slash' }, { from: 'none' })]),
  ];
  let { complaint } = common;
  for (;;) {
    const picked = await pickOne(rows, { ...common, placeholder: complaint ?? field.hint?.() ?? '' });
    if (picked === undefined || picked === 'back') {
      return picked ? back : left;
    }
    if (picked.from === 'kept' || picked.from === 'none') {
      return { is: 'value', value: picked.from === 'kept' ? value : undefined };
    }
    const text =
      picked.from === 'clipboard' ? await vscode.env.clipboard.readText() : await textOf(picked.from, editor);
    if (text === undefined) {
      continue;
    }
    if (text.trim() === '' || text.length > longestDocument) {
      complaint = text.trim() === '' ? l10n.t("It's empty.") : l10n.t("It's too long.");
      continue;
    }
    return { is: 'value', value: text };
  }
}

async function textOf(from: string, editor: vscode.TextDocument | undefined): Promise<string | undefined> {
  if (from === 'editor') {
    return editor?.getText();
  }
  const [uri] =
    (await vscode.window.showOpenDialog({
      openLabel: l10n.t({ message: 'Use', comment: ['Button: takes the file that is selected.'] }),
    })) ?? [];
  return uri && textOfFile(uri);
}

async function askChoice(
  field: Field,
  options: readonly ResourceOption[],
  value: Value | undefined,
  common: Common,
): Promise<Step> {
  const rows = options.map((option) => pickRow(option, { option }));
  const none = pickRow({ label: l10n.t('None'), icon: 'circle-slash' }, { option: undefined });
  const isOptional = !field.isRequired;
  const all = [...(isOptional && field.type !== 'yesNo' ? [none] : []), ...rows];
  const placeholder =
    common.complaint ?? (all.length === 0 ? l10n.t('Nothing to select yet.') : (field.hint?.() ?? ''));
  const active = rows.find(({ option }) => option.value === value) ?? (isOptional && isEmpty(value) ? none : undefined);
  const picked = await pickOne(all, { ...common, placeholder, active });
  if (picked === undefined || picked === 'back') {
    return picked ? back : left;
  }
  const { option } = picked;
  return { is: 'value', value: option?.value, ...(option?.id !== undefined && { id: option.id }) };
}

function askChoices(
  field: Field,
  options: readonly ResourceOption[],
  value: readonly Value[],
  { title, hasBack, signal, complaint }: Common,
): Promise<Step> {
  const rows = options.map((option) => pickRow(option, { option }));
  const box = vscode.window.createQuickPick<(typeof rows)[number]>();
  Object.assign(box, {
    title,
    ignoreFocusOut: true,
    canSelectMany: true,
    matchOnDescription: true,
    placeholder: complaint ?? (rows.length === 0 ? l10n.t('Nothing to select yet.') : (field.hint?.() ?? '')),
    buttons: hasBack ? [vscode.QuickInputButtons.Back] : [],
    items: rows,
  });
  box.selectedItems = rows.filter(({ option }) => value.includes(option.value));
  return shown<Step>(
    box,
    signal,
    () => left,
    (resolve) => {
      box.onDidTriggerButton(() => resolve(back));
      box.onDidAccept(() => {
        const picked = box.selectedItems.map(({ option }) => option.value);
        const problem = problemOf(field, picked);
        if (problem === undefined) {
          // None is not the same as nothing: it may replace what Forge doesn't show.
          resolve({ is: 'value', value: picked, isChanged: !isDeepStrictEqual(new Set(picked), new Set(value)) });
        } else {
          box.placeholder = problem;
        }
      });
    },
  );
}

/** Asks for a list of entries. Each is a small form. */
async function askEntries(
  field: EntriesField,
  value: readonly Values[],
  common: Common,
  sources: Sources,
  remember: Remember,
): Promise<Step> {
  let entries = [...value];
  const kept = () => (isDeepStrictEqual(entries, value) ? {} : { typed: entries as unknown as Value });
  let { complaint } = common;
  for (;;) {
    const rows = [
      ...(entries.length > 0 || !field.isRequired
        ? [pickRow({ label: l10n.t('Done'), icon: 'check' }, { does: 'end', at: -1 })]
        : []),
      pickRow({ label: field.add(), icon: 'add' }, { does: 'edit', at: entries.length }),
      ...entries.map((entry, at) =>
        pickRow(
          { label: field.entryName(entry), description: l10n.t('select to remove'), icon: 'trash' },
          { does: 'remove', at },
        ),
      ),
    ];
    const picked = await pickOne(rows, { ...common, placeholder: complaint ?? field.hint?.() ?? '' });
    if (picked === undefined || picked === 'back') {
      return { is: picked ?? 'left', ...kept() };
    }
    complaint = undefined;
    if (picked.does === 'end') {
      return { is: 'value', value: entries.length > 0 ? (entries as unknown as Value) : undefined };
    }
    if (picked.does === 'remove') {
      entries = entries.filter((_, at) => at !== picked.at);
      continue;
    }
    const entry = await askEntry(field, common, sources, remember);
    if (entry === undefined) {
      return { is: 'left', ...kept() };
    }
    if (entry !== 'back') {
      entries = [...entries, entry];
    }
  }
}

async function askEntry(
  { fields, label }: EntriesField,
  common: Common,
  sources: Sources,
  remember: Remember,
): Promise<Values | 'back' | undefined> {
  let values: Values = Object.fromEntries(
    fields.flatMap(({ name, preset }) =>
      preset === undefined || typeof preset === 'function' ? [] : [[name, preset]],
    ),
  );
  for (let at = 0; at < fields.length; ) {
    const field = fields[at];
    if (!field) {
      break;
    }
    const title = `${common.title.slice(0, common.title.lastIndexOf(label()))}${field.label()}`;
    const step = await askField(
      field,
      values,
      { ...common, title, hasBack: true, complaint: undefined },
      sources,
      remember,
    );
    if (step.is !== 'value') {
      if (step.is === 'left') {
        return undefined;
      }
      if (at === 0) {
        return 'back';
      }
      at -= 1;
      continue;
    }
    values = { ...values, [field.name]: step.value };
    at += 1;
  }
  return values;
}

interface PickRequest<Row> extends Partial<Common> {
  readonly title: string;
  readonly placeholder: string;
  readonly active?: Row | undefined;
}

/** @returns undefined if the user dismisses it */
function pickOne<Row extends vscode.QuickPickItem>(
  rows: readonly Row[],
  { title, placeholder, hasBack, active, signal }: PickRequest<Row>,
): Promise<Row | 'back' | undefined> {
  const box = vscode.window.createQuickPick<Row>();
  Object.assign(box, {
    title,
    placeholder,
    ignoreFocusOut: true,
    matchOnDescription: true,
    items: rows,
    buttons: hasBack ? [vscode.QuickInputButtons.Back] : [],
  });
  if (active) {
    box.activeItems = [active];
  }
  return shown<Row | 'back' | undefined>(
    box,
    signal,
    () => undefined,
    (resolve) => {
      box.onDidTriggerButton(() => resolve('back'));
      box.onDidAccept(() => {
        const [picked] = box.selectedItems;
        if (picked) {
          resolve(picked);
        }
      });
    },
  );
}

/** Shows a box until the user answers or dismisses it, or the account is gone. @param onLeft the answer if dismissed */
function shown<Answer>(
  box: Pick<vscode.InputBox, 'show' | 'hide' | 'dispose' | 'onDidHide'>,
  signal: AbortSignal | undefined,
  onLeft: () => Answer,
  listen: (resolve: (answer: Answer) => void) => void,
): Promise<Answer> {
  return new Promise((resolve) => {
    const leave = () => box.hide();
    signal?.addEventListener('abort', leave, { once: true });
    box.onDidHide(() => {
      signal?.removeEventListener('abort', leave);
      // Also fires after an answer, when it has no effect.
      resolve(onLeft());
      box.dispose();
    });
    listen((answer) => {
      resolve(answer);
      box.hide();
    });
    box.show();
    if (signal?.aborted) {
      box.hide();
    }
  });
}

function only(values: Values, names: ReadonlySet<string>): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
