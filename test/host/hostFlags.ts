import type { VsCodeChoice } from './codeServer';

export interface HostFlags {
  /** A folder or a .code-workspace file. */
  folder: string | undefined;
  extensionDevelopmentPath: string | undefined;
  extensionTestsPath: string | undefined;
  userDataDir: string | undefined;
  extensionsDir: string | undefined;
  trusted: boolean;
}

/** Reads those of VS Code's own command-line flags that the stand-in knows, `--name=value`, and ignores all others. */
export function parseHostFlags(args: readonly string[]): HostFlags {
  const value = (name: string) => args.findLast((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  return {
    folder: args.find((arg) => !arg.startsWith('-')),
    extensionDevelopmentPath: value('extensionDevelopmentPath'),
    extensionTestsPath: value('extensionTestsPath'),
    userDataDir: value('user-data-dir'),
    extensionsDir: value('extensions-dir'),
    trusted: args.includes('--disable-workspace-trust'),
  };
}

/** The VS Code that a text asks for: the newest without one. Throws on anything but oldest and newest. */
export function vsCodeChoice(text: string | undefined): VsCodeChoice {
  switch (text) {
    case undefined:
    case '':
    case 'newest':
      return 'newest';
    case 'oldest':
      return 'oldest';
    default:
      throw new Error(`"${text}" is not a VS Code to test with: it is "oldest" or "newest".`);
  }
}

/** The limit of a test run in milliseconds, from a text in seconds: fifteen minutes without one. Throws on anything else. */
export function runTimeout(text: string | undefined): number {
  const seconds = Number(text || 900);
  if (!(seconds > 0)) {
    throw new Error(`"${text}" is not a time limit in seconds.`);
  }
  return seconds * 1000;
}

/** The variables of `KEY=VALUE` texts. Throws on a text without a name or an equals sign. */
export function parseVariables(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) {
        throw new Error(`"${text}" is not of the form KEY=VALUE.`);
      }
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
