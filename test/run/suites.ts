import { availableParallelism } from 'node:os';
import type { VsCodeChoice } from '../host/codeServer';
import { inOldest } from './inOldest';

/** One suite: what it runs, where, and in which parts. */
export interface Suite {
  /** The folder below test/ with its modules; without one, it is a check of the project. */
  readonly folder?: string;
  /** The modules that it has, and the whole titles of their tests; all without it. */
  readonly titles?: Readonly<Record<string, readonly string[]>>;
  /** The folder of modules that the suite `check` runs already, unless they are asked for. */
  readonly inCheck?: string;
  /** The VS Code in whose extension host its modules run; plain Node without one. */
  readonly host?: VsCodeChoice;
  /** Whether it needs the packaged extension, which is also what runs in its host. */
  readonly packaged?: boolean;
  /** Why it cannot run on Windows, as a sentence. */
  readonly notOnWindows?: string;
  /** Which VS Codes its modules open by themselves. */
  readonly opens?: readonly VsCodeChoice[];
  /** The time limit of a test, in milliseconds. */
  readonly timeoutMs: number;
  /** In how many processes at once mocha runs its modules. */
  readonly processes?: number;
  /** What becomes one job: all of it, each module, or as many modules as make a good window. */
  readonly split: 'whole' | 'modules' | 'windows';
  /**
   * What needs no window begins first, while VS Code is installed; what it leaves room for, and then all others, run side by side with it. What
   * comes afterwards begins when all of them have ended.
   */
  readonly stage: 'first' | 'windows' | 'afterwards';
}

const integration = { folder: 'integration', timeoutMs: 60_000, split: 'windows', stage: 'windows' } as const;

/** Every suite by its name. The contract suite reads the exchanges that all others have left. */
export const suites: Readonly<Record<string, Suite>> = {
  check: { timeoutMs: 0, split: 'whole', stage: 'first' },
  unit: {
    folder: 'unit',
    timeoutMs: 30_000,
    inCheck: 'project/',
    processes: availableParallelism(),
    split: 'whole',
    stage: 'first',
  },
  // What talks to a simulated Forge needs no window either, but many requests.
  simulated: { folder: 'simulated', timeoutMs: 30_000, split: 'whole', stage: 'first' },
  // What needs megabytes, or hundreds of requests.
  sizes: { folder: 'sizes', timeoutMs: 120_000, split: 'whole', stage: 'first' },
  'integration-newest': { ...integration, host: 'newest' },
  'integration-oldest': { ...integration, host: 'oldest', titles: inOldest },
  e2e: {
    folder: 'e2e',
    timeoutMs: 600_000,
    opens: ['newest', 'oldest'],
    packaged: true,
    split: 'modules',
    stage: 'windows',
    notOnWindows: 'code-server, which serves VS Code to a browser, does not run there.',
  },
  installed: {
    folder: 'installed',
    timeoutMs: 60_000,
    host: 'newest',
    packaged: true,
    split: 'whole',
    stage: 'windows',
  },
  contract: {
    folder: 'contract',
    timeoutMs: 60_000,
    split: 'whole',
    stage: 'afterwards',
    notOnWindows: 'It reads what all other suites have exchanged with the simulator, and not all of them run there.',
  },
};

/** Why a suite is skipped on a system; undefined if it isn't. */
export function skippedOn(name: string, platform: NodeJS.Platform): string | undefined {
  return platform === 'win32' ? suites[name]?.notOnWindows : undefined;
}
