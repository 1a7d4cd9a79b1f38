import { aptInstall, canAptInstall } from './aptInstall';
import { findOnPath, isExecutable } from './findOnPath';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/**
 * The executable of a Chromium: CHROMIUM_PATH, else one that is installed, else (root on Debian) a freshly installed one.
 * Rejects with a sentence that says what to do.
 */
export async function findChromium(): Promise<string> {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (!isExecutable(given)) {
      throw new Error(`CHROMIUM_PATH names ${given}, which is not an executable file.`);
    }
    return given;
  }
  const installed = findOnPath(...commands) ?? usualPlaces().find(isExecutable);
  if (installed !== undefined) {
    return installed;
  }
  if (canAptInstall()) {
    await aptInstall('chromium', 'fonts-dejavu');
    const fresh = findOnPath(...commands);
    if (fresh !== undefined) {
      return fresh;
    }
  }
  throw new Error('No Chromium was found. Install Chromium or Chrome, or set CHROMIUM_PATH to its executable.');
}

function usualPlaces(): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case 'win32':
      return [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA].flatMap((folder) =>
        folder
          ? [
              `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
              `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`,
            ]
          : [],
      );
    default:
      return [];
  }
}
