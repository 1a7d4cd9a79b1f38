import * as l10n from '@vscode/l10n';
import type { Json } from '../forge/json';
import { type AnyResource, line, phpVersion } from '../forge/resources';
import type {
  Action,
  ChoiceField,
  DocumentField,
  EntriesField,
  Field,
  NumberField,
  Option,
  ResourceField,
  SecretField,
  TextField,
  WordsField,
  YesNoField,
} from './kind';

/* Building blocks for the rows of the catalogue. */

type More<Kind extends Field, Given extends keyof Kind = never> = Omit<Kind, 'type' | 'name' | 'label' | Given>;

export const text = (name: string, label: () => string, more: More<TextField> = {}): TextField => ({
  type: 'text',
  name,
  label,
  ...more,
});

export const number = (name: string, label: () => string, more: More<NumberField> = {}): NumberField => ({
  type: 'number',
  name,
  label,
  ...more,
});

export const secret = (name: string, label: () => string, more: More<SecretField> = {}): SecretField => ({
  type: 'secret',
  name,
  label,
  was: null,
  ...more,
});

export const document = (name: string, label: () => string, more: More<DocumentField> = {}): DocumentField => ({
  type: 'document',
  name,
  label,
  was: null,
  ...more,
});

export const yesNo = (name: string, label: () => string, more: More<YesNoField> = {}): YesNoField => ({
  type: 'yesNo',
  name,
  label,
  ...more,
});

export const words = (name: string, label: () => string, more: More<WordsField> = {}): WordsField => ({
  type: 'words',
  name,
  label,
  ...more,
});

export const choice = (
  name: string,
  label: () => string,
  options: readonly Option[],
  more: More<ChoiceField, 'options'> = {},
): ChoiceField => ({ type: 'choice', name, label, options, ...more });

export const choices = (
  name: string,
  label: () => string,
  options: readonly Option[],
  more: More<ChoiceField, 'options'> = {},
): ChoiceField => ({ type: 'choices', name, label, options, ...more });

export const resource = (
  name: string,
  label: () => string,
  from: ResourceField['from'],
  more: More<ResourceField, 'from'> = {},
): ResourceField => ({ type: 'resource', name, label, from, ...more });

export const resources = (
  name: string,
  label: () => string,
  from: ResourceField['from'],
  more: More<ResourceField, 'from'> = {},
): ResourceField => ({ type: 'resources', name, label, from, ...more });

export const entries = (
  name: string,
  label: () => string,
  more: Omit<EntriesField, 'type' | 'name' | 'label'>,
): EntriesField => ({ type: 'entries', name, label, was: null, ...more });

/** An option with its value as the label. */
export const plain = (value: string | number, description?: string): Option => ({
  value,
  label: () => String(value),
  ...(description !== undefined && { description }),
});

export const plainOptions = (...values: readonly (string | number)[]): readonly Option[] =>
  values.map((value) => plain(value));

export const option = (value: string | number, label: () => string): Option => ({ value, label });

/** Reads an attribute as one line; null if it is empty or isn't text. */
export const attribute = (name: string) => (attributes: Json) => line(attributes[name]);

/** Reads the first attribute that has text; null if none has. */
export const firstOf =
  (...names: readonly string[]) =>
  (attributes: Json) =>
    names.map((name) => line(attributes[name])).find((value) => value !== null) ?? null;

/** A string or number on one line; null for anything else. */
export const word = (value: unknown): string | null => (typeof value === 'number' ? String(value) : line(value));

export const nameOfRow = ({ attributes }: AnyResource): string | null => line(attributes.name);

/** PHP versions, newest first, as Forge spells them to install and use them, such as php84. */
export const phpOptions: readonly Option[] = [85, 84, 83, 82, 81, 80, 74, 73, 72, 71, 70, 56].map((version) => ({
  value: `php${version}`,
  label: () => `PHP ${phpVersion(`php${version}`) ?? version}`,
}));

/** PHP versions as Forge spells them to select an installed one, such as 8.4. */
export const plainPhpOptions: readonly Option[] = phpOptions.map(({ value, label }) => ({
  value: phpVersion(value) ?? String(value),
  label,
}));

/** What a kind has instead of names and ids, if there is only one of it. */
export const onlyOne = { name: () => null, parameter: '' } as const;

/** How late something may be, in minutes. */
export const graceOptions: readonly Option[] = [1, 2, 5, 10, 30, 60].map((minutes) => ({
  value: minutes,
  label: () => l10n.t('{0} min', minutes),
}));

/** Users that can run things on a server. */
export const userOptions = plainOptions('forge', 'root');

/** Deletes a resource after a confirmation. */
export const deletes = (operation: Action['operation'], more: Partial<Action> = {}): Action => ({
  operation,
  word: () => l10n.t('Delete'),
  done: (name) => l10n.t('Deleting {0}', name),
  ask: ({ name, one, place }) => ({
    question: l10n.t({
      message: 'Delete {0} ({1})?',
      args: [name, one],
      comment: ['{0} is the name and {1} the kind, such as “database user”.'],
    }),
    detail: l10n.t("It will be removed from {0}. You can't undo this.", place),
  }),
  isDeletion: true,
  ...more,
});

/** Sends an action in the body. @param action Forge's name for it */
export const acts = (
  operation: Action['operation'],
  action: string,
  words: Pick<Action, 'word' | 'done'>,
  more: Partial<Action> = {},
): Action => ({ operation, body: { action }, ...words, ...more });

export const restarting: Pick<Action, 'word' | 'done'> = {
  word: () => l10n.t('Restart'),
  done: (name) => l10n.t('Restarting {0}', name),
};

export const starting: Pick<Action, 'word' | 'done'> = {
  word: () => l10n.t('Start'),
  done: (name) => l10n.t('Starting {0}', name),
};

/** Stops something after a confirmation. */
export const stopping: Pick<Action, 'word' | 'done' | 'ask'> = {
  word: () => l10n.t('Stop'),
  done: (name) => l10n.t('Stopping {0}', name),
  ask: ({ name, place }) => ({
    question: l10n.t('Stop {0}?', name),
    detail: l10n.t('It stays stopped on {0} until someone starts it again.', place),
  }),
};

export const enabling: Pick<Action, 'word' | 'done'> = {
  word: () => l10n.t('Enable'),
  done: (name) => l10n.t('Enabling {0}', name),
};

export const disabling: Pick<Action, 'word' | 'done' | 'ask'> = {
  word: () => l10n.t('Disable'),
  done: (name) => l10n.t('Disabling {0}', name),
  ask: ({ name, place }) => ({
    question: l10n.t('Disable {0}?', name),
    detail: l10n.t('It stays disabled on {0} until someone enables it again.', place),
  }),
};
