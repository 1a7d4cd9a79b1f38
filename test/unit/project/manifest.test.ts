import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  authenticationId,
  commands,
  contextKeys,
  contextValues,
  extensionId,
  fileScheme,
  logScheme,
  settings,
  tools,
  views,
} from '../../../src/manifest';
import { contributingWithDependencies, writtenReleases } from '../../dependenciesTable';
import { pictureNames, themes } from '../../e2e/readmePictures';
import { projectRoot } from '../../paths';
import { readmeWithResources } from '../../resourcesTable';
import { readmeWithScopes } from '../../scopesTable';
import { readmeWithSettings } from '../../settingsTable';
import { noticesWritten } from '../../thirdPartyNotices';

interface MenuEntry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}

interface WalkthroughStep {
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly pricing: string;
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly galleryBanner: Record<string, string>;
  readonly engines: { readonly vscode: string };
  readonly activationEvents: readonly string[];
  readonly icon: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly capabilities: Record<string, { readonly supported: boolean }>;
  readonly contributes: {
    readonly authentication: readonly { readonly id: string }[];
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly views: Record<string, readonly { readonly id: string; readonly icon: string }[]>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly menus: Record<string, readonly MenuEntry[]>;
    readonly submenus: readonly { readonly id: string }[];
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly toolReferenceName: string;
      readonly modelDescription: string;
      readonly inputSchema: { readonly properties: Record<string, unknown> };
    }[];
    readonly chatSkills: readonly { readonly path: string }[];
    readonly colors: readonly { readonly id: string; readonly defaults: Record<string, string> }[];
    readonly walkthroughs: readonly { readonly steps: readonly WalkthroughStep[] }[];
    readonly keybindings?: unknown;
    readonly configuration: {
      readonly properties: Record<string, { readonly scope?: string; readonly ignoreSync?: boolean }>;
    };
  };
}

const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const sorted = (values: readonly string[]) => [...values].sort();

describe('package.json and src/manifest.ts', () => {
  it('name the same commands, views, settings, authentication provider and log scheme', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(Object.values(commands)));
    assert.deepEqual(
      Object.values(contributes.views).flatMap((list) => list.map(({ id }) => id)),
      Object.values(views),
    );
    assert.deepEqual(sorted(Object.keys(contributes.configuration.properties)), sorted(Object.values(settings)));
    assert.deepEqual(
      contributes.authentication.map(({ id }) => id),
      [authenticationId],
    );
    assert.ok(manifest.activationEvents.includes(`onFileSystem:${logScheme}`));
    assert.ok(manifest.activationEvents.includes(`onFileSystem:${fileScheme}`));
  });

  it('name the same tools for language models, in words short enough for a model to have all of them', () => {
    const { languageModelTools } = contributes;
    assert.deepEqual(
      languageModelTools.map(({ name }) => name),
      Object.values(tools),
    );
    const resolved = JSON.stringify(languageModelTools).replace(/%([\w.]+)%/g, (_, name: string) => texts[name] ?? '');
    assert.ok(resolved.length <= 12_000, String(resolved.length));
  });

  it('take no secret as an input of a tool, since VS Code logs inputs', () => {
    for (const { name, inputSchema } of contributes.languageModelTools) {
      const inputs = Object.keys(inputSchema.properties).join(' ');
      assert.doesNotMatch(inputs, /value|secret|password|token|content|(?<!otherSite )key/i, name);
    }
  });

  it('say of each tool that changes something that the person is asked', () => {
    const changing: readonly string[] = [tools.deploySite, tools.restartService, tools.runCommand];
    assert.deepEqual(
      contributes.languageModelTools
        .filter(({ modelDescription }) => /The person is always asked first/.test(modelDescription))
        .map(({ name }) => name),
      changing,
    );
  });

  it('have skills in the open format, which name only tools and commands that exist', () => {
    const commandTitles = contributes.commands.map(({ title }) => `Forge: ${texts[title.replaceAll('%', '')]}`);
    const names: readonly string[] = Object.values(tools);
    assert.equal(contributes.chatSkills.length, 3);
    assert.match(read('.vscodeignore'), /^!media\/skills\/\*\/SKILL\.md$/m);
    const sentences = readdirSync(join(projectRoot, 'src', 'assistant')).map((file) => read(`src/assistant/${file}`));
    for (const { path } of contributes.chatSkills) {
      const text = read(path);
      const [, name = '', description = ''] =
        /^---\nname: ([a-z0-9-]{1,64})\ndescription: (.{1,1024})\n---\n/.exec(text) ?? [];
      assert.equal(path, `./media/skills/${name}/SKILL.md`);
      assert.match(description, /\bUse it when\b/);
      assert.deepEqual(
        (text.match(/\bforge_\w+/g) ?? []).filter((tool) => !names.includes(tool)),
        [],
      );
      sentences.push(text);
    }
    const named = sentences.flatMap((text) =>
      [...text.replace(/\n\s*/g, ' ').matchAll(/Forge: [A-Z][\w .,-]*\w…?/g)].map(([title]) => title),
    );
    assert.ok(named.length > 5);
    assert.deepEqual(
      named.filter((title) => !commandTitles.includes(title)),
      [],
    );
  });

  it('use in menus only commands, context keys and context values that exist', () => {
    const known: readonly string[] = Object.values(commands);
    const entries = Object.values(contributes.menus).flat();
    assert.deepEqual(
      entries.filter(({ command, submenu }) => submenu === undefined && !known.includes(command ?? '')),
      [],
    );
    const submenus = sorted(contributes.submenus.map(({ id }) => id));
    assert.deepEqual(sorted(entries.flatMap(({ submenu }) => submenu ?? [])), submenus);
    assert.ok(submenus.every((id) => (contributes.menus[id] ?? []).length > 0));
    const awaited = steps
      .flatMap(({ completionEvents }) => completionEvents)
      .filter((event) => /^onContext:/.test(event));
    const conditions = [...[...entries, ...contributes.viewsWelcome].map(({ when }) => when ?? ''), ...awaited].join(
      ' ',
    );
    const keys = new Set(conditions.match(/\bforge\.\w+/g));
    assert.deepEqual(sorted([...keys]), sorted([...Object.values(contextKeys), ...Object.values(views)]));
    const values = new Set(
      [...conditions.matchAll(/viewItem (?:==|=~) (\S+)/g)].flatMap(([, words = '']) =>
        words.replaceAll('\\b', ' ').match(/[a-zA-Z]+/g),
      ),
    );
    assert.deepEqual(sorted([...values] as string[]), sorted(Object.values(contextValues)));
  });

  it('give the row of a site a short menu, and put what is rarer below', () => {
    const isOfSite = ({ when = '', group = '' }: MenuEntry) => /\bsite\\?\b/.test(when) && !group.startsWith('inline');
    const entries = (contributes.menus['view/item/context'] ?? []).filter(isOfSite);
    assert.ok(entries.length <= 12, String(entries.length));
    const [first] = entries;
    assert.equal(first?.command, commands.deploySite);
    const inAll = [...entries, ...contributes.submenus.flatMap(({ id }) => contributes.menus[id] ?? [])];
    for (const command of [
      commands.openEnvironment,
      commands.copyDeployHook,
      commands.copySiteName,
      commands.viewLog,
    ]) {
      assert.equal(inAll.filter((entry) => entry.command === command).length, 1, command);
    }
  });

  it('show in the palette of who is signed out what can be done then, and nothing else', () => {
    const whens = new Map(contributes.menus.commandPalette?.map(({ command, when }) => [command, when]));
    const always = Object.values(commands).filter((command) => !whens.has(command));
    assert.deepEqual(
      sorted(always),
      sorted([
        commands.signIn,
        commands.manageAccounts,
        commands.copyScopes,
        commands.showLog,
        commands.reportIssue,
        commands.getStarted,
      ]),
    );
    // The others need a log, a file or problems in front, which only who is signed in has.
    for (const [command, when = ''] of whens) {
      assert.match(
        when,
        /^(forge\.state != signedOut|false|.*(forge\.\w+Log\b|forge-(file|env)|forge\.hasProblems).*)$/,
        command,
      );
    }
  });

  it('have colors of their own with a contrast of 3:1 and more on the side bars of the themes of VS Code', () => {
    const light = (color: string) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
        const part = Number.parseInt(color.slice(from, from + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one: string, other: string) => {
      const [dark = 0, bright = 0] = [light(one), light(other)].sort((a, b) => a - b);
      return (bright + 0.05) / (dark + 0.05);
    };
    // Of the row as it is, and as it looks when it is selected and has the focus or not.
    const grounds: Record<string, readonly string[]> = {
      dark: ['#181818', '#252526', '#37373d', '#04395e'],
      light: ['#f8f8f8', '#f3f3f3', '#ffffff', '#e4e6f1', '#e8e8e8'],
      highContrast: ['#000000'],
      highContrastLight: ['#ffffff'],
    };
    for (const { id, defaults } of contributes.colors) {
      assert.deepEqual(sorted(Object.keys(defaults)), sorted(Object.keys(grounds)));
      for (const [theme, colors] of Object.entries(grounds)) {
        for (const ground of colors) {
          assert.ok(contrast(defaults[theme] ?? '', ground) >= 3, `${id} on ${ground}`);
        }
      }
    }
  });

  it('name the latest deployment in no menu of a deployment, which may be an older one', () => {
    const titles = Object.fromEntries(contributes.commands.map(({ command, title }) => [command, title]));
    const onDeployment = (contributes.menus['view/item/context'] ?? []).filter(({ when }) =>
      /\bdeployment\b/.test(when ?? ''),
    );
    assert.ok(onDeployment.length > 0);
    for (const { command } of onDeployment) {
      assert.doesNotMatch(texts[titles[command ?? '']?.replaceAll('%', '') ?? ''] ?? '', /^View Latest/);
    }
  });

  it('take no key: each command can have the one that a person gives it', () => {
    assert.equal(contributes.keybindings, undefined);
    assert.match(read('README.md'), /"command": "forge\.deploySite"/);
  });

  it('use each text of package.nls.json, and none that is missing', () => {
    const used = new Set([...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, name]) => name));
    assert.deepEqual(sorted([...used] as string[]), sorted(Object.keys(texts)));
  });

  it('link in the welcome content and the walkthrough only to commands that exist and to https', () => {
    const known: readonly string[] = Object.values(commands);
    const targets = Object.entries(texts)
      .filter(([name]) => /^(?:welcome|walkthrough)\./.test(name))
      .flatMap(([, text]) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target));
    assert.ok(targets.length > 0);
    for (const target of targets) {
      assert.ok(target.startsWith('https://') || known.includes(target.replace(/^command:/, '')), target);
    }
  });

  it('let no workspace decide where a token is sent, how often Forge is asked or whether a deployment is confirmed', () => {
    const ofWorkspace = Object.entries(contributes.configuration.properties).filter(
      ([, { scope }]) => scope !== 'application',
    );
    assert.deepEqual(
      ofWorkspace.map(([name]) => name),
      [settings.site],
    );
  });

  it('sync all settings: none is a secret, and none is about one computer', () => {
    const unsynced = Object.entries(contributes.configuration.properties).filter(
      ([, { scope = '', ignoreSync }]) => ignoreSync === true || scope.startsWith('machine'),
    );
    assert.deepEqual(unsynced, []);
  });

  it('answer the issue reporter of VS Code with the command that reports an issue', () => {
    assert.deepEqual(contributes.menus['issue/reporter'], [{ command: commands.reportIssue }]);
    assert.equal(extensionId, `${manifest.publisher}.${manifest.name}`);
  });

  it('have a walkthrough whose steps are done by doing them, with pictures in the colors of the theme', () => {
    assert.equal(steps.length, 5);
    for (const { media, completionEvents } of steps) {
      const picture = read(media.svg);
      assert.match(picture, /var\(--vscode-/);
      assert.doesNotMatch(picture, /#[0-9a-f]{3,8}\b|<script|<image/i);
      assert.ok(completionEvents.length > 0);
      for (const event of completionEvents) {
        const [, command] = /^onCommand:(.*)$/.exec(event) ?? [];
        assert.ok(command === undefined || Object.values<string>(commands).includes(command), event);
      }
    }
  });

  it('describe the VS Code API of the oldest version that is supported', () => {
    assert.equal(`^${manifest.devDependencies['@types/vscode']}`, manifest.engines.vscode);
  });

  it('run in Restricted Mode and in virtual workspaces', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces?.supported, true);
    assert.equal(manifest.capabilities.virtualWorkspaces?.supported, true);
  });
});

describe('What is published', () => {
  it('says what the Marketplace shows: what it costs, what it is found by, and its colors', () => {
    assert.equal(manifest.pricing, 'Free');
    assert.deepEqual(manifest.galleryBanner, { color: '#18181b', theme: 'dark' });
    assert.ok(manifest.categories.length > 0 && manifest.keywords.length > 5);
    // More are refused.
    assert.ok(manifest.keywords.length <= 30);
    assert.deepEqual(new Set(manifest.keywords).size, manifest.keywords.length);
  });

  it('has an icon of 256 pixels', () => {
    const png = readFileSync(join(projectRoot, manifest.icon));
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [256, 256]);
  });

  it('names pictures that are there', () => {
    for (const file of [
      manifest.icon,
      ...Object.values(contributes.views).flatMap((list) => list.map(({ icon }) => icon)),
    ]) {
      assert.ok(existsSync(join(projectRoot, file)), file);
    }
  });

  for (const [what, written] of Object.entries({
    'each scope and what it is for': readmeWithScopes,
    'each setting': readmeWithSettings,
    'what can be done with which resource': readmeWithResources,
  })) {
    it(`has in the README ${what}: npm run tables writes it`, () => {
      const { is, shouldBe } = written();
      assert.equal(is, shouldBe);
    });
  }

  it('shows in the README each picture that npm run pictures makes, light and dark', () => {
    const readme = read('README.md');
    const made = readdirSync(join(projectRoot, 'media', 'readme')).filter((file) => file.endsWith('.png'));
    const wanted = pictureNames.flatMap((name) => Object.keys(themes).map((theme) => `${name}-${theme}.png`));
    assert.deepEqual(sorted(made), sorted(wanted));
    for (const file of made) {
      assert.ok(readme.includes(`media/readme/${file}`), file);
    }
  });

  it('has its dependencies in CONTRIBUTING, with a reason, what they add and when they were last released: npm run tables writes it', async () => {
    const releases = writtenReleases();
    assert.deepEqual(sorted([...releases.keys()]), sorted(Object.keys(manifest.dependencies)));
    const { is, shouldBe } = await contributingWithDependencies(releases);
    assert.equal(is, shouldBe);
  });

  it('carries the licenses of all packages that may be bundled: npm run tables writes them', () => {
    const { file, is, shouldBe } = noticesWritten();
    assert.equal(is, shouldBe);
    assert.match(read('.vscodeignore'), new RegExp(`^!${file}$`, 'm'));
  });

  it('has an entry in the CHANGELOG for its version', () => {
    assert.match(read('CHANGELOG.md'), new RegExp(`^## \\[${manifest.version.replaceAll('.', '\\.')}\\]`, 'm'));
  });

  it('has in the lock file each optional package of each platform, or npm would refuse to install it', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { readonly optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in packages || `${place}/node_modules/${name}` in packages),
      ),
    );
    assert.deepEqual(missing, []);
  });

  it('holds no registry host in the lock file', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved"/);
  });

  it('translates every sentence that a person reads', () => {
    const folder = join(projectRoot, 'src');
    const untranslated = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) =>
        /show(?:Information|Warning|Error)Message\(\s*['"`]/.test(readFileSync(join(folder, file), 'utf8')),
      );
    assert.deepEqual(untranslated, []);
  });

  it('is US English', () => {
    assert.ok(wordings().length > 400, 'they are found');
    const british = /\b(?:favourit\w*|colour\w*|cancell(?:ed|ing)|licence|behaviour|grey)\b/i;
    assert.deepEqual(
      wordings().filter(([, text]) => british.test(text)),
      [],
    );
  });

  it('is worded as VS Code words it: contractions, nobody but “someone”, and nothing that “stands” or is done “anew”', () => {
    const stilted =
      /\b(?:cannot|could not|does not|did not|is not|are not|has not|have not|was not|were not|will not|any more|somebody|whomever|whoever|anew|meanwhile|once more|of its own|by hand|is told|stands?|has come|under way|at once|from now on|is asked|one of which|no address|let it)\b/i;
    assert.deepEqual(
      wordings().filter(([, text]) => stilted.test(text)),
      [],
    );
  });

  it('has a button with each error that names a step', () => {
    const naming =
      /\b(?:sign in|refresh|fetch, then|fetch to|pull first|try again|save again|see the log|check in Forge|check its status|forge:|link it|name it|folder first|save or revert|change file encoding|revoke it|unlock)\b/i;
    const errors = sourceFiles().flatMap((file) =>
      [...read(file).matchAll(/new PlainError\(/g)].map(
        ({ index }) => [file, inBrackets(read(file).slice(index))] as const,
      ),
    );
    assert.ok(errors.length > 30, 'they are found');
    const named = errors.filter(([, text]) => naming.test(text.replace(/\$\{.*?\}/g, '')));
    assert.ok(named.length > 15, 'some name a step');
    assert.deepEqual(
      named.filter(([, text]) => !/\bsteps\.\w/.test(text)),
      [],
    );
  });

  /** Up to the bracket that closes the first. */
  function inBrackets(text: string): string {
    let depth = 0;
    for (const { 0: bracket, index } of text.matchAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[()]/g)) {
      depth += bracket === '(' ? 1 : bracket === ')' ? -1 : 0;
      if (bracket === ')' && depth === 0) {
        return text.slice(0, index + 1);
      }
    }
    return text;
  }

  function sourceFiles(): readonly string[] {
    return readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
      .map((file) => `src/${file.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts'));
  }

  /** All that a person reads, with where it is: messages, what package.json says, and the two documents of whoever uses it. */
  function wordings(): readonly (readonly [file: string, text: string])[] {
    return [
      ...sourceFiles().flatMap((file) =>
        [...read(file).matchAll(/\bl10n\.t\(\s*(['"`])(.*?)\1/g)].map(([, , text = '']) => [file, text] as const),
      ),
      ...Object.entries(texts).map(([name, text]) => [`package.nls.json ${name}`, text] as const),
      ...['README.md', 'CHANGELOG.md'].flatMap((file) =>
        read(file)
          .split('\n')
          .map((line) => [file, line] as const),
      ),
    ];
  }
});
