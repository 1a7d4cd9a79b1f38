import * as l10n from '@vscode/l10n';
import { oneLine } from '../forge/oneLine';
import { PlainError } from '../ui/plainError';

/** Maximum length of a text that a model gives, in characters. */
const longestText = 2_000;

/** An input, as JSON Schema describes it in package.json. */
export interface InputField {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly enum?: readonly string[];
  readonly isRequired?: boolean;
}

/** The inputs of a tool by name. */
export type Shape = Readonly<Record<string, InputField>>;

type ValueOf<Field extends InputField> = Field extends { readonly enum: readonly (infer One)[] }
  ? One
  : { string: string; integer: number; boolean: boolean }[Field['type']];

/** The inputs of a call. Empty texts count as missing. */
export type Given<Input extends Shape> = {
  readonly [Name in keyof Input]: Input[Name] extends { readonly isRequired: true }
    ? ValueOf<Input[Name]>
    : ValueOf<Input[Name]> | undefined;
};

export const text = { type: 'string' } as const;
export const requiredText = { type: 'string', isRequired: true } as const;
export const integer = { type: 'integer' } as const;
export const yesNo = { type: 'boolean' } as const;

export function oneOf<const Names extends readonly string[]>(names: Names) {
  return { type: 'string', enum: names } as const;
}

/** Checks what a model gives: VS Code doesn't. @throws PlainError that names the input */
export function readInput<Input extends Shape>(shape: Input, given: unknown): Given<Input> {
  const record = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, readField(name, field, record[name])]),
  ) as Given<Input>;
}

function readField(name: string, { type, enum: names, isRequired }: InputField, value: unknown): unknown {
  const isMissing = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  if (isMissing) {
    if (isRequired) {
      throw new PlainError(l10n.t('The input {0} is missing.', name));
    }
    return undefined;
  }
  if (type === 'string' ? typeof value !== 'string' || value.length > longestText : !isOfType(type, value)) {
    throw new PlainError(l10n.t('The input {0} must be of type {1}.', name, type));
  }
  const plain = typeof value === 'string' ? value.trim() : value;
  if (names && !names.includes(plain as string)) {
    throw new PlainError(
      l10n.t('The input {0} is “{1}”, but must be one of: {2}.', name, oneLine(String(plain), 80), names.join(', ')),
    );
  }
  return plain;
}

function isOfType(type: InputField['type'], value: unknown): boolean {
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === type;
}
