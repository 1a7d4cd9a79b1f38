import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Written } from './markedPart';
import { projectRoot } from './paths';
import { type ShippedPackage, shippedPackages } from './shippedPackages';

/** The VSIX carries it. */
const file = 'ThirdPartyNotices.txt';

/** Licenses that let the extension be under MIT. */
const permissive = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '0BSD']);

/** The texts of the licenses under which packages come without one. */
const standardTexts: Readonly<Record<string, () => string>> = {
  MIT: () => {
    const own = readFileSync(join(projectRoot, 'LICENSE'), 'utf8');
    return own.slice(own.indexOf('Permission is hereby granted'));
  },
  ISC: () =>
    [
      'Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby',
      'granted, provided that the above copyright notice and this permission notice appear in all copies.',
      '',
      'THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL',
      'IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,',
      'INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN',
      'AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR',
      'PERFORMANCE OF THIS SOFTWARE.',
    ].join('\n'),
};

interface About {
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** The file of notices as it should be. */
export function noticesWritten(): Written {
  const path = join(projectRoot, file);
  return { file, is: existsSync(path) ? readFileSync(path, 'utf8') : '', shouldBe: thirdPartyNotices() };
}

/**
 * The license of each package that may be bundled, with its text.
 * @throws Error if one has none, or one that doesn't allow it
 */
function thirdPartyNotices(): string {
  const line = '-'.repeat(80);
  const notices = shippedPackages().map((shipped) => {
    const { name, version, folder } = shipped;
    const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as About;
    const { license = 'no license' } = about;
    if (!permissive.has(license)) {
      throw new Error(`${name} ${version} is under ${license}, which may not allow bundling it.`);
    }
    return `${line}\n${name} ${version}\n${line}\n\n${licenseText(shipped, license, about)}\n`;
  });
  return ['Laravel Forge for VS Code contains these packages.\n', ...notices].join('\n');
}

function licenseText({ name, version, folder }: ShippedPackage, license: string, { author }: About): string {
  const entries = readdirSync(folder);
  const own = entries.find((entry) => /^(license|licence|copying)(\.(md|txt))?$/i.test(entry));
  if (own !== undefined) {
    return tidy(readFileSync(join(folder, own), 'utf8'));
  }
  const readme = readFileSync(
    join(folder, entries.find((entry) => /^readme\.md$/i.test(entry)) ?? 'package.json'),
    'utf8',
  );
  const inReadme = /\(The MIT License\)[\s\S]*?OTHER DEALINGS IN THE SOFTWARE\./i.exec(readme)?.[0];
  if (inReadme !== undefined) {
    return tidy(inReadme);
  }
  const holder = typeof author === 'object' ? author.name : author;
  const text = standardTexts[license]?.();
  if (!text || !holder) {
    throw new Error(`${name} ${version} comes without the text of its license.`);
  }
  return tidy(`${license} License\n\nCopyright (c) ${holder}\n\n${text}`);
}

function tidy(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
