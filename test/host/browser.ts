import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type BrowserContext, chromium } from 'playwright-core';
import { atExit } from './atExit';
import { cacheFolder } from './cacheFolder';
import { findChromium } from './chromium';
import { installCodeServer, type VsCodeChoice } from './codeServer';
import { startServer } from './server';

/**
 * Where every server is for the browser: it keeps what it has compiled by address, and a server's port is another each time. A name of
 * this machine, so that the page counts as secure.
 */
export const serverAddress = 'localhost:8123';

/** What a browser keeps of the pages that it has loaded, below a profile: the files as they came, and the code compiled from them. */
const kept = ['Cache', 'Code Cache'].map((name) => join('Default', name));

/** Compiled code takes more than this as soon as the workbench's is among it, in bytes. */
const compiledBytes = 5_000_000;

/** How long the browser may take to write it, in milliseconds. */
const compiledMs = 30_000;

/** How long a window goes on after its workbench is up, in milliseconds, on a usual machine. */
const restMs = 4_000;

/**
 * Features of Chromium that are off, beside those for which Playwright has switches of their own. Without the first one it compiles a large
 * module while it arrives, and never looks whether it has compiled it before. The others are those that Playwright turns off and a
 * page on this machine has to do with: Chromium hears the last list only.
 */
const disabledFeatures = [
  'ScriptStreaming',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'MediaRouter',
  'OptimizationHints',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
];

/**
 * A window closes before it has run any code so often that it pays to optimize it: a tenth of all that its processors did was that. For the
 * same reason it keeps code that was not run for a while, and looks for garbage among what is old only from 1,024 MB on. What one browser
 * has compiled, no browser with other flags takes.
 */
const scriptFlags = '--no-maglev --no-turbofan --no-flush-bytecode --initial-heap-size=1024';

export interface BrowserOptions {
  readonly which: VsCodeChoice;
  /** The port of VS Code's server, which is at `serverAddress` in this browser. */
  readonly port: number;
  /** CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
}

export interface Browser {
  readonly context: BrowserContext;
  /** The folder that it keeps everything in. */
  readonly profile: string;
  /** Ends it and removes its profile. */
  close(): Promise<void>;
}

/**
 * Starts a headless browser with a profile of its own, which goes with close(). What it needs of VS Code's page is there and compiled, if
 * `warmBrowser` was called on this machine. Rejects if there is no Chromium.
 */
export async function launchBrowser({ which, port, size }: BrowserOptions): Promise<Browser> {
  const { profile, remove } = await newProfile();
  try {
    await cp(await warmFolder(which), profile, { recursive: true }).catch(() => undefined);
    const context = await launch(profile, port, size);
    return {
      context,
      profile,
      close: async () => {
        await context.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Opens VS Code's page until a browser has compiled it, and keeps that for all others on this machine. Once for each pair of the two. */
export async function warmBrowser(which: VsCodeChoice): Promise<void> {
  const warm = await warmFolder(which);
  if ((await sizeOf(warm)) > 0) {
    return;
  }
  const { profile, remove } = await newProfile();
  try {
    await compilePage(which, profile);
    const unfinished = `${warm}.unfinished-${process.pid}`;
    await mkdir(join(unfinished, 'Default'), { recursive: true });
    for (const part of kept) {
      await cp(join(profile, part), join(unfinished, part), { recursive: true });
    }
    await rename(unfinished, warm).catch(() => rm(unfinished, { recursive: true, force: true }));
  } finally {
    await remove();
  }
}

/** Opens VS Code's page in a browser with that profile until it is compiled there, or that takes too long. */
async function compilePage(which: VsCodeChoice, profile: string): Promise<void> {
  const server = await startServer({ which });
  try {
    const context = await launch(profile, server.port, { width: 1280, height: 800 });
    try {
      const compiled = join(profile, 'Default', 'Code Cache');
      const giveUpAt = Date.now() + compiledMs;
      const [page = await context.newPage()] = context.pages();
      const rest = async () => {
        await page.waitForSelector('.monaco-workbench .statusbar-item');
        await pause(restMs);
      };
      await page.goto(server.url({ address: serverAddress }));
      await rest();
      // The first time it is only noted that the page was here. A page that is reloaded still has all that was compiled for it, also what was
      // compiled only when it was called; of a new page, no more is kept than what the browser compiles at once.
      for (
        let visit = 0;
        visit < 2 || ((await sizeOf(compiled)) < compiledBytes && Date.now() < giveUpAt);
        visit += 1
      ) {
        await page.reload();
        await rest();
      }
    } finally {
      await context.close();
    }
  } finally {
    await server.close();
  }
}

/** A folder for a browser, which goes with this process at the latest. */
async function newProfile(): Promise<{ readonly profile: string; remove(): Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'forge-browser-'));
  const keep = atExit(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  return {
    profile,
    remove: async () => {
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      keep();
    },
  };
}

/** What one Chromium has compiled of one VS Code, with these flags. */
async function warmFolder(which: VsCodeChoice): Promise<string> {
  const [{ version }, { mtimeMs }] = await Promise.all([
    installCodeServer(which),
    findChromium().then((file) => stat(file)),
  ]);
  const flags = createHash('sha256').update(scriptFlags).digest('hex').slice(0, 8);
  return join(cacheFolder(), `compiled-${version}-${Math.floor(mtimeMs / 1000)}-${flags}`);
}

async function launch(profile: string, port: number, size: BrowserOptions['size']): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: await findChromium(),
    args: [
      `--disable-features=${disabledFeatures.join()}`,
      `--js-flags=${scriptFlags}`,
      `--host-resolver-rules=MAP ${serverAddress} 127.0.0.1:${port}`,
    ],
    viewport: size,
    // What slides is missed by a click.
    reducedMotion: 'reduce',
    // Signals end this process through atExit, which takes the browser along too.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** The bytes of all files below a folder; 0 if there is none. */
async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = files.map(({ parentPath, name }) =>
    stat(join(parentPath, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
