import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptInstall, canAptInstall } from './aptInstall';
import { cacheFolder } from './cacheFolder';
import { findOnPath, isExecutable } from './findOnPath';

/** Debian's fonts for text, and for the emoji in logs, which are boxes without one. */
const emojiFont = { package: 'fonts-noto-color-emoji', file: '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf' };
const fontPackages = ['fonts-dejavu-core', emojiFont.package];

/** Debian's Chromium without a user interface of its own: it starts sooner, and is about half as large. */
const headlessShell = 'chromium-headless-shell';

const commands = [
  headlessShell,
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];

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
    await addFonts();
    return installed;
  }
  if (canAptInstall()) {
    await aptInstall(headlessShell, ...fontPackages).catch(() => aptInstall('chromium', ...fontPackages));
    const fresh = findOnPath(...commands);
    if (fresh !== undefined) {
      return fresh;
    }
  }
  throw new Error('No Chromium was found. Install Chromium or Chrome, or set CHROMIUM_PATH to its executable.');
}

/** Adds the fonts to a Chromium that came without. Pictures are better with them, but nothing depends on them. */
async function addFonts(): Promise<void> {
  // Tried once a machine: without a network, each attempt would take its time again.
  const tried = join(cacheFolder(), 'fonts-tried');
  if (!canAptInstall() || existsSync(emojiFont.file) || existsSync(tried)) {
    return;
  }
  try {
    await mkdir(cacheFolder(), { recursive: true });
    await writeFile(tried, '');
    await aptInstall(...fontPackages);
  } catch (error) {
    console.error('Emoji will be boxes in pictures:', error instanceof Error ? error.message : error);
  }
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
