import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Page } from 'playwright-core';
import { projectRoot } from '../paths';
import { type Browser, launchBrowser, serverAddress } from './browser';
import { vsCodeChoice } from './hostFlags';
import { type ServerOptions, startServer, type VsCodeServer } from './server';

export interface WindowOptions extends Omit<Partial<ServerOptions>, 'folder' | 'extensionsToInstall'> {
  /** A folder or a .code-workspace file; an empty window without it. */
  workspace?: string | undefined;
  /** The folder of the extension under development, a packaged one, or none at all. Default: this project. */
  extension?: string | { vsix: string } | false | undefined;
  /** CSS pixels. Default: 1280 × 800. */
  size?: { width: number; height: number } | undefined;
  /** The name of a colour theme, as in the setting workbench.colorTheme. */
  theme?: string | undefined;
  /** What extensions are told to be VS Code's display language; its own words stay English, for want of a language pack. */
  language?: string | undefined;
  /** Whether Playwright hears what the page asks the network for, as its routes need. Default: false. */
  hearsTraffic?: boolean | undefined;
  /** Runs tests in the extension host of the window: log gets what they print, exit their result (0: passed). */
  tests?: { file: string; log(level: string, args: unknown[]): void; exit(code: number): void } | undefined;
}

export interface HostWindow {
  readonly page: Page;
  readonly server: VsCodeServer;
  /** The folder in which its browser keeps everything. */
  readonly profile: string;
  /** Makes a PNG of the window. */
  screenshot(file: string): Promise<void>;
  /** Another window of the same browser on the same server: it shares secrets and user settings, not the extension host. */
  openAnother(options?: Pick<WindowOptions, 'workspace' | 'language'>): Promise<HostWindow>;
  /** Closes the window; the first one takes server and browser along. */
  close(): Promise<void>;
}

/** What a window may take to come up, in milliseconds: a machine that has just installed VS Code reads all of it from disk. */
const startMs = 180_000;

/**
 * Stops what turns and slides, in the page: without a graphics card one spinner takes a whole processor, and reduced motion does not
 * stop those of VS Code.
 */
const holdStill = `
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, *::before, *::after { animation: none !important; transition: none !important; }');
  document.adoptedStyleSheets.push(sheet);
`;

/**
 * Paints nothing of a window but for pictures: without a graphics card each frame is drawn by a processor. Where things are, what has the
 * focus and what a click meets is as ever.
 */
const unpainted = `
  if (window === window.top) {
    const clear = new CSSStyleSheet();
    clear.replaceSync('body { opacity: 0 !important; }');
    document.adoptedStyleSheets.push(clear);
  }
`;

/**
 * Hands over what comes on a socket as it is. VS Code takes each message as a blob and has it read, for which the browser asks another
 * process: a fifth of all that its processors do in a window full of tests.
 */
const unwrapped = `
  {
    const { WebSocket, FileReader } = globalThis;
    globalThis.WebSocket = class extends WebSocket {
      constructor(...args) {
        super(...args);
        this.binaryType = 'arraybuffer';
      }
    };
    const read = FileReader.prototype.readAsArrayBuffer;
    FileReader.prototype.readAsArrayBuffer = function (data) {
      if (data instanceof ArrayBuffer) {
        this.onload({ target: { result: data } });
      } else {
        read.call(this, data);
      }
    };
  }
`;

/** Outdoes the rule above while a picture is made. */
const painted = 'html > body { opacity: 1 !important; }';

/** The language that the workbench reads from a global of its file of messages. */
const speaking = (language: string) => `
  Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => ${JSON.stringify(language)}, set: () => {} });
`;

/**
 * Has the browser no longer report to Playwright what a page exchanges over the network: all that the workbench and its extension host say
 * to each other, megabytes that nobody reads. Playwright has no switch for it, so this reaches for its session; without one all is as ever.
 */
async function ignoreTraffic(page: Page): Promise<void> {
  type Session = { send(method: string): Promise<unknown> };
  type Implementation = { readonly delegate?: { readonly _mainFrameSession?: { readonly _client?: Session } } };
  const { _connection: connection } = page as unknown as {
    readonly _connection?: { toImpl?(page: Page): Implementation | undefined };
  };
  await connection?.toImpl?.(page)?.delegate?._mainFrameSession?._client?.send('Network.disable');
}

/** A PNG of a page in a window, which is painted for it; without what fades in, which would be half there. */
export function pictureOf(page: Page): Promise<Buffer> {
  return page.screenshot({ type: 'png', animations: 'disabled', style: painted });
}

/**
 * Opens VS Code in a headless browser and resolves when the workbench is up; extensions may still be starting. Rejects
 * if it is not up within three minutes, and leaves nothing running then.
 */
export async function openWindow(options: WindowOptions): Promise<HostWindow> {
  const { workspace, extension = projectRoot, size, theme, language, hearsTraffic, tests, ...serverOptions } = options;
  const folderOfExtension = typeof extension === 'string' ? extension : undefined;
  const which = options.which ?? vsCodeChoice(process.env.FORGE_HOST_VERSION);
  const server = await startServer({
    ...serverOptions,
    which,
    folder: workspace,
    settings: { ...(theme === undefined ? {} : { 'workbench.colorTheme': theme }), ...options.settings },
    extensionsToInstall: typeof extension === 'object' ? [extension.vsix] : [],
  });
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await server.close();
  };
  try {
    browser = await launchBrowser({ which, port: server.port, size: size ?? { width: 1280, height: 800 } });
    const { context, profile } = browser;
    await context.addInitScript(holdStill);
    await context.addInitScript(unpainted);
    await context.addInitScript(unwrapped);
    const open = async (
      folder: string | undefined,
      spoken: string | undefined,
      closeWindow: (page: Page) => Promise<void>,
    ): Promise<HostWindow> => {
      // A browser begins with a page of its own.
      const [first] = context.pages().filter((page) => page.url() === 'about:blank');
      const page = first ?? (await context.newPage());
      if (spoken !== undefined) {
        await page.addInitScript(speaking(spoken));
      }
      if (tests !== undefined) {
        await page.exposeFunction('codeAutomationLog', tests.log);
        await page.exposeFunction('codeAutomationExit', tests.exit);
      }
      const target = { address: serverAddress, folder, extension: folderOfExtension, tests: tests?.file };
      await page.goto(server.url(target), { timeout: startMs });
      await page.waitForSelector('.monaco-workbench .statusbar-item', { timeout: startMs });
      if (!hearsTraffic) {
        await ignoreTraffic(page);
      }
      return {
        page,
        server,
        profile,
        screenshot: async (file) => {
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, await pictureOf(page));
        },
        openAnother: (another = {}) =>
          open(another.workspace ?? folder, another.language ?? spoken, (anotherPage) => anotherPage.close()),
        close: () => closeWindow(page),
      };
    };
    return await open(workspace, language, close);
  } catch (error) {
    await close();
    throw error;
  }
}
