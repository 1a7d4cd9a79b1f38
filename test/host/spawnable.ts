/** A command as `spawn` starts it, the same way on every system. */
export interface Spawnable {
  readonly command: string;
  readonly args: readonly string[];
  readonly shell: boolean;
}

/**
 * How to start a command. On Windows npm, code and what is in node_modules/.bin are batch files, which only a shell starts; there each
 * argument is quoted, since the shell splits at spaces. Programs are started without a shell everywhere.
 */
export function spawnable(command: string, args: readonly string[], platform = process.platform): Spawnable {
  if (platform !== 'win32' || /\.exe$/i.test(command)) {
    return { command, args, shell: false };
  }
  return { command: quoted(command), args: args.map(quoted), shell: true };
}

/** For cmd.exe, and for the program behind it: backslashes before a quotation mark are doubled. */
function quoted(text: string): string {
  return /^[\w@./:=+,\\-]+$/.test(text)
    ? text
    : `"${text.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end && '\\"'))}"`;
}
