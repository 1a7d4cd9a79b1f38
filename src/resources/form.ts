import * as l10n from '@vscode/l10n';
import type { Json } from '../forge/json';
import type { Field, FormContext, Value, Values } from './kind';

/* The logic of forms without their UI: which fields apply, initial values, validation, and what to send. */

/** The fields that apply, given the current values. */
export function shownFields(fields: readonly Field[], values: Values): readonly Field[] {
  return fields.filter(({ when }) => when?.(values) ?? true);
}

/** Initial values for a new resource. */
export function presets(fields: readonly Field[], context: FormContext): Values {
  return valuesOf(fields, ({ preset }) => (typeof preset === 'function' ? preset(context) : preset));
}

/** Initial values for an existing resource, from the attributes that Forge reports. */
export function currentValues(fields: readonly Field[], attributes: Json): Values {
  return valuesOf(fields, ({ name, was = name }) =>
    was === null ? undefined : typeof was === 'function' ? was(attributes) : asValue(attributes[was]),
  );
}

/** Whether a resource has the values of the changed fields; undefined if its attributes show none of them. */
export function isSaved(
  fields: readonly Field[],
  values: Values,
  changed: ReadonlySet<string>,
  attributes: Json,
): boolean | undefined {
  const shown = currentValues(fields, attributes);
  const names = [...changed].filter((name) => shown[name] !== undefined);
  return names.length === 0 ? undefined : names.every((name) => String(shown[name]) === String(values[name]));
}

function valuesOf(fields: readonly Field[], read: (field: Field) => Value | undefined): Values {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = read(field);
      return value === undefined ? [] : [[field.name, value]];
    }),
  );
}

function asValue(value: unknown): Value | undefined {
  if (Array.isArray(value)) {
    return value.filter((part): part is string | number => typeof part === 'string' || typeof part === 'number');
  }
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain && value !== '' ? value : undefined;
}

/** Whether a field has no value. */
export function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** The problem with a field's value, as a sentence; undefined if it is valid. */
export function problemOf(field: Field, value: Value | undefined): string | undefined {
  if (isEmpty(value)) {
    return field.isRequired && !mayBeNone(field) ? l10n.t('{0} is required.', field.label()) : undefined;
  }
  switch (field.type) {
    case 'text':
      return textProblem(field, String(value));
    case 'secret':
      return field.maxLength !== undefined && String(value).length > field.maxLength
        ? l10n.t('Enter at most {0} characters.', field.maxLength)
        : undefined;
    case 'number':
      return numberProblem(field, value);
    case 'entries':
      return field.min !== undefined && Array.isArray(value) && value.length < field.min
        ? l10n.t('{0} is required.', field.label())
        : undefined;
    default:
      return undefined;
  }
}

const formats = {
  email: { pattern: /^[^\s@]+@[^\s@]+$/, problem: () => l10n.t('Enter an email address.') },
  noSpaces: { pattern: /^\S+$/, problem: () => l10n.t("Can't contain spaces.") },
  userName: {
    pattern: /^[a-z][-a-z0-9_]*$/,
    problem: () => l10n.t('Use lowercase letters, digits, - and _, starting with a letter.'),
  },
  cron: { pattern: /^\s*\S+(?:\s+\S+){4}\s*$/, problem: () => l10n.t('Enter the five fields of a cron expression.') },
} as const;

function textProblem({ maxLength, format }: Extract<Field, { type: 'text' }>, text: string): string | undefined {
  if (maxLength !== undefined && text.length > maxLength) {
    return l10n.t('Enter at most {0} characters.', maxLength);
  }
  if (format === 'url') {
    return URL.canParse(text) && /^https?:/i.test(text)
      ? undefined
      : l10n.t('Enter a URL that starts with http:// or https://.');
  }
  return format === undefined || formats[format].pattern.test(text) ? undefined : formats[format].problem();
}

function numberProblem(
  { min, max, isDecimal }: Extract<Field, { type: 'number' }>,
  value: Value | undefined,
): string | undefined {
  const number = typeof value === 'number' ? value : Number(value);
  if (!Number.isFinite(number) || (!isDecimal && !Number.isSafeInteger(number))) {
    return isDecimal ? l10n.t('Enter a number.') : l10n.t('Enter a whole number.');
  }
  if (min !== undefined && number < min) {
    return l10n.t('Enter {0} or more.', min);
  }
  return max !== undefined && number > max ? l10n.t('Enter {0} or less.', max) : undefined;
}

/** The first field with a problem; undefined if all are valid. */
export function firstProblem(
  fields: readonly Field[],
  values: Values,
): { readonly field: Field; readonly problem: string } | undefined {
  for (const field of shownFields(fields, values)) {
    const problem = problemOf(field, values[field.name]);
    if (problem !== undefined) {
      return { field, problem };
    }
  }
  return undefined;
}

/**
 * The request body. For a new resource, all values. For an existing one, only what Forge requires and what the user changed: Forge doesn't
 * report all current values, and would apply the others as changes.
 * @param changed names of the fields that the user changed; undefined for a new resource
 */
export function bodyOf(fields: readonly Field[], values: Values, changed?: ReadonlySet<string>): Json {
  const body: Record<string, unknown> = {};
  for (const field of shownFields(fields, values)) {
    const { name, isInPath, isRequired } = field;
    const value = values[name];
    const isCleared = isEmpty(value) && (changed?.has(name) || mayBeNone(field));
    if (isInPath || (changed && !isRequired && !changed.has(name)) || (isEmpty(value) && !isCleared)) {
      continue;
    }
    put(body, name.split('.'), isCleared ? cleared(field) : sent(field, value));
  }
  return body;
}

function mayBeNone(field: Field): boolean {
  return field.type === 'resources' && field.mayBeNone === true;
}

/** The values that go into the path. */
export function pathOf(fields: readonly Field[], values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap(({ name, isInPath }) =>
      isInPath && values[name] !== undefined ? [[name, String(values[name])]] : [],
    ),
  );
}

function cleared({ type }: Field): unknown {
  return type === 'resources' || type === 'choices' || type === 'words' || type === 'entries' ? [] : null;
}

function sent(field: Field, value: Value | undefined): unknown {
  if (field.type === 'entries' && Array.isArray(value)) {
    return value.map((entry) => bodyOf(field.fields, entry as Values));
  }
  return field.type === 'number' && field.isText ? String(value) : value;
}

function put(body: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    body[name] = value;
    return;
  }
  const inner = (body[name] ?? {}) as Record<string, unknown>;
  body[name] = inner;
  put(inner, rest, value);
}

/**
 * Assigns Forge's complaints to fields: the first sentence for each field, and those that belong to none.
 * @param complaints sentences by Forge's names, such as `balancing.0.port`
 */
export function complaintsOf(
  fields: readonly Field[],
  values: Values,
  complaints: Readonly<Record<string, string>>,
): { readonly byField: ReadonlyMap<string, string>; readonly others: readonly string[] } {
  const byField = new Map<string, string>();
  const others: string[] = [];
  const shown = shownFields(fields, values);
  for (const [name, sentence] of Object.entries(complaints)) {
    const field =
      shown.find((candidate) => candidate.name === name) ??
      shown.find((candidate) => name.startsWith(`${candidate.name}.`));
    if (!field) {
      others.push(sentence);
    } else if (!byField.has(field.name)) {
      byField.set(field.name, sentence);
    }
  }
  return { byField, others };
}
