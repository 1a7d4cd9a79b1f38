import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VsCodeChoice } from '../host/codeServer';
import { type HostWindow, openWindow, type WindowOptions } from '../host/window';
import { makeSampleWorkspace } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator';
import { Album } from './album';
import { makeExtensionFolder } from './extensionFolder';
import { stepByStep } from './stepByStep';
import { watchStubborn } from './until';
import { WorkbenchPage } from './workbenchPage';

/** What is there before the window opens. */
export interface Forge {
  readonly simulator: Simulator;
  readonly control: SimulatorControl;
  /** A folder of the module's own. */
  readonly folder: string;
  /** The folder or .code-workspace file that the window opens. */
  readonly workspace: string;
}

export interface InWindowOptions extends Omit<WindowOptions, 'which' | 'workspace'> {
  /** The number of the first picture: the albums of several windows stand one after the other. */
  readonly pictures: number;
  /** Default: the newest. */
  readonly which?: VsCodeChoice;
  /** On top of one organization, ten times the speed and a limit that nobody meets. */
  readonly forge?: SimulatorOptions;
  /** The name of the file in which what is exchanged with Forge is kept for the contract suite; not kept without one. */
  readonly recorded?: string;
  /** The token in the environment. Default: the simulator's; an empty one signs nobody in. */
  readonly token?: (forge: Forge) => string | Promise<string>;
  /** What the window opens, below the module's folder. Default: the sample workspace. */
  readonly workspace?: (folder: string) => string;
  /** What else is done before the window opens; gives options that only then are known. */
  readonly prepare?: (forge: Forge) => Promise<Partial<WindowOptions> | undefined>;
}

/** A module's window, and the Forge behind it. All of it can be named before it is there, and used by the tests. */
export interface InWindow {
  readonly simulator: Simulator;
  readonly control: SimulatorControl;
  readonly window: HostWindow;
  readonly workbench: WorkbenchPage;
  readonly album: Album;
  /** The folder or .code-workspace file in the window. */
  readonly workspace: () => string;
  /** A folder of the module's own, which goes with it. */
  readonly folder: () => string;
}

/**
 * Gives a suite a Forge, a folder and a window of its own, which go with it. To be called inside `describe`. Its tests are the steps of one
 * path. The extension looks at Forge more often than for a person, unless another one is given.
 */
export function inWindow(options: InWindowOptions): InWindow {
  const {
    pictures,
    which = 'newest',
    forge: simulated,
    recorded,
    token,
    workspace: made,
    prepare,
    ...others
  } = options;
  let forge: Forge | undefined;
  let window: HostWindow | undefined;
  let workbench: WorkbenchPage | undefined;
  let album: Album | undefined;
  let folder = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'forge-e2e-'));
    const { FORGE_EXCHANGES: exchanges } = process.env;
    const simulator = await startSimulator({
      ...{ orgs: 1, speed: 10, latency: 20, limit: 6_000 },
      ...(exchanges && recorded && { record: join(exchanges, `${recorded}.jsonl`) }),
      ...simulated,
    });
    const control = new SimulatorControl(simulator.origin);
    const workspace = made?.(folder) ?? makeSampleWorkspace({ below: folder });
    forge = { simulator, control, folder, workspace };
    const prepared = await prepare?.(forge);
    const { settings, env, extension, ...more } = { ...others, ...prepared };
    window = await openWindow({
      workspace,
      which,
      extension: extension ?? makeExtensionFolder(join(folder, 'extension'), 'hastened.js'),
      ...more,
      settings: { 'forge.apiUrl': simulator.url, 'forge.requestsPerMinute': simulated?.limit ?? 6_000, ...settings },
      env: { FORGE_API_TOKEN: (await token?.(forge)) ?? simulator.token, ...env },
    });
    await window.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    workbench = new WorkbenchPage(window.page);
    album = new Album(window, pictures);
  });

  const requests = async () => (await forge?.control.requests()) ?? [];
  watchStubborn(async (what) => {
    await album?.keep(`stubborn-${what}`, await requests());
  });
  stepByStep(() => album, requests);

  after(async () => {
    await window?.close();
    await forge?.simulator.close();
    folder && rmSync(folder, { recursive: true, force: true });
  });

  return {
    simulator: later(() => forge?.simulator),
    control: later(() => forge?.control),
    window: later(() => window),
    workbench: later(() => workbench),
    album: later(() => album),
    workspace: () => forge?.workspace ?? '',
    folder: () => folder,
  };
}

/** Stands for an object that is made later. */
function later<T extends object>(made: () => T | undefined): T {
  return new Proxy({} as T, {
    get: (_, name) => {
      const object = made();
      if (object === undefined) {
        throw new Error(`${String(name)} is not there before the window is.`);
      }
      const value: unknown = Reflect.get(object, name, object);
      return typeof value === 'function' ? value.bind(object) : value;
    },
  });
}
