import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Written, withPart } from './markedPart';
import { projectRoot } from './paths';

interface Setting {
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
}

/** The settings with what VS Code says of them. */
function settingsTable(): string {
  const read = (file: string) => JSON.parse(readFileSync(join(projectRoot, file), 'utf8')) as unknown;
  const { contributes } = read('package.json') as {
    contributes: { configuration: { properties: Readonly<Record<string, Setting>> } };
  };
  const texts = read('package.nls.json') as Readonly<Record<string, string>>;
  // A setting that links to another is written as `#name#`.
  const say = (key = '') => (texts[key.slice(1, -1)] ?? key).replace(/`#(.+?)#`/g, '`$1`');
  const rows = Object.entries(contributes.configuration.properties).map(([name, setting]) => {
    const { enum: values = [], enumDescriptions, markdownEnumDescriptions = enumDescriptions } = setting;
    const choices = values.map((value, at) => `\`${value}\`: ${say(markdownEnumDescriptions?.[at])}`);
    return `| \`${name}\` | ${defaultOf(setting)} | ${[say(setting.markdownDescription), ...choices].join(' ')} |`;
  });
  return ['| Setting | Default | Description |', '| --- | --- | --- |', ...rows].join('\n');
}

function defaultOf({ default: value }: Setting): string {
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return isEmpty ? '' : `\`${String(value)}\``;
}

/** The README with the table as it should be. */
export function readmeWithSettings(): Written {
  return withPart('README.md', 'settings', settingsTable());
}
