import { join } from 'node:path';
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { cacheFolder } from './cacheFolder';
import type { VsCodeChoice } from './codeServer';
import { findOnPath, isExecutable } from './findOnPath';

/**
 * A desktop VS Code that can show a window here: an installed one, else a download. Undefined where there is no display
 * or no network. The answer takes VS Code's command-line flags.
 */
export async function findDesktop(): Promise<string | undefined> {
  if (!hasDisplay()) {
    return undefined;
  }
  // In a terminal of a remote window, `code` is a script that only talks to that window.
  const onPath = process.platform === 'win32' ? undefined : findOnPath('code', 'code-insiders', 'codium');
  const installed = onPath?.includes('remote-cli') ? undefined : onPath;
  return installed ?? usualPlaces().find(isExecutable) ?? (await downloadDesktop('newest').catch(() => undefined));
}

/** Downloads a desktop VS Code into the user's cache, once. Rejects within seconds if the update service is out of reach. */
export function downloadDesktop(which: VsCodeChoice): Promise<string> {
  return downloadAndUnzipVSCode({
    version: which === 'oldest' ? '1.100.0' : 'stable',
    cachePath: join(cacheFolder(), 'desktop'),
    reporter: new SilentReporter(),
    timeout: 5_000,
  });
}

/** Whether a desktop application can open a window. */
export function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function usualPlaces(): string[] {
  switch (process.platform) {
    case 'darwin':
      return [
        '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code',
        '/Applications/Visual Studio Code - Insiders.app/Contents/Resources/app/bin/code',
        '/Applications/VSCodium.app/Contents/Resources/app/bin/codium',
      ];
    case 'win32':
      return [join(process.env.LOCALAPPDATA ?? '', 'Programs'), process.env.ProgramFiles ?? ''].flatMap((folder) => [
        join(folder, 'Microsoft VS Code', 'Code.exe'),
        join(folder, 'Microsoft VS Code Insiders', 'Code - Insiders.exe'),
        join(folder, 'VSCodium', 'VSCodium.exe'),
      ]);
    default:
      return ['/usr/share/code/bin/code', '/snap/bin/code', '/usr/share/codium/bin/codium'];
  }
}
