import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { until } from '../e2e/until';
import { WorkbenchPage } from '../e2e/workbenchPage';
import { type HostWindow, openWindow } from '../host/window';
import { makeSampleWorkspace } from '../sampleWorkspace';
import { SimulatorControl } from '../simulator/control';
import { startSimulator } from '../simulator/simulator';

/** Sites of the fleet that is looked at; on five servers, so that all of it is six requests. */
const sites = 100;

/**
 * How long requests are counted, in milliseconds: the tree, read before, becomes due once within it, after the five minutes
 * of `forge.refreshInterval`, and is met by somebody who comes back.
 */
const periodMs = 330_000;

/** How long a person stays in a window before they turn to another, and how long they are away between the two. */
const stayMs = 40_000;
const awayMs = 1_000;

/** Windows of one user on one VS Code, signed in, with a Forge of their own. */
interface Desk {
  readonly control: SimulatorControl;
  readonly windows: readonly HostWindow[];
  close(): Promise<void>;
}

/** What somebody does with the windows while requests are counted. */
type Person = (windows: readonly HostWindow[], signal: AbortSignal) => Promise<void>;

/** Requests with the settings as they come, in real windows on a folder whose site is on Forge, once all has been read. */
export interface TrafficFigures {
  /** One window without the focus and without the tree on screen. */
  readonly idlePerMinute: number;
  /** One window with the tree on screen that keeps the focus. */
  readonly focusedPerMinute: number;
  /** The same, but left for `awayMs` after every `stayMs`, so that the tree is read when it is due. */
  readonly returningPerMinute: number;
  /** Four windows with the tree on screen, the focus going round just so, against that one. */
  readonly fourWindowsFactor: number;
}

/** Takes `periodMs` beside opening the windows, nearly all of it waiting: `TrafficFigures` tells what is counted. */
export async function measureTraffic(): Promise<TrafficFigures> {
  const desks: Desk[] = [];
  const open = async (windows: number, withTree: boolean): Promise<Desk> => {
    const desk = await openDesk(windows, withTree);
    desks.push(desk);
    return desk;
  };
  try {
    const idle = await open(1, false);
    const focused = await open(1, true);
    const returning = await open(1, true);
    const four = await open(4, true);
    return await countAll({ idle, focused, returning, four });
  } finally {
    await Promise.all(desks.map((desk) => desk.close()));
  }
}

async function countAll({
  idle,
  focused,
  returning,
  four,
}: Readonly<Record<'idle' | 'focused' | 'returning' | 'four', Desk>>): Promise<TrafficFigures> {
  await Promise.all(idle.windows.map(({ page }) => setFocus(page, false)));
  const [idles, stayed, returned, wentRound] = await Promise.all([
    count(idle),
    count(focused),
    count(returning, goRound),
    count(four, goRound),
  ]);
  const perMinute = (requests: number) => Math.round((requests / periodMs) * 6_000_000) / 100;
  return {
    idlePerMinute: perMinute(idles),
    focusedPerMinute: perMinute(stayed),
    returningPerMinute: perMinute(returned),
    fourWindowsFactor: Math.round((wentRound / returned) * 100) / 100,
  };
}

/** Opens the windows as a person would, one after the other; the last one keeps the focus. */
async function openDesk(count: number, withTree: boolean): Promise<Desk> {
  const simulator = await startSimulator({ orgs: 1, sites });
  const workspaces = Array.from({ length: count }, () => makeSampleWorkspace());
  const windows: HostWindow[] = [];
  const close = async () => {
    await windows[0]?.close();
    await simulator.close();
    for (const workspace of workspaces) {
      rmSync(dirname(workspace), { recursive: true, force: true });
    }
  };
  try {
    for (const workspace of workspaces) {
      const [first] = windows;
      const window = first
        ? await first.openAnother({ workspace })
        : await openWindow({
            which: 'newest',
            workspace,
            settings: { 'forge.apiUrl': simulator.url },
            env: { FORGE_API_TOKEN: simulator.token },
          });
      const workbench = new WorkbenchPage(window.page);
      if (withTree) {
        await workbench.openForge();
        await workbench.row('acme-web-1').waitFor({ timeout: 60_000 });
      }
      await workbench.statusBar().waitFor({ timeout: 60_000 });
      const before = windows.at(-1);
      if (before) {
        await setFocus(before.page, false);
      }
      await setFocus(window.page, true);
      windows.push(window);
    }
    const control = new SimulatorControl(simulator.url);
    await until('the reading to end', async () => {
      const requests = await control.requests();
      return requests.length > 0 && requests.every(({ time }) => time < Date.now() - 3_000);
    });
    return { control, windows, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Counts the requests while somebody is at it, or nobody touches anything. */
async function count({ control, windows }: Desk, person?: Person): Promise<number> {
  await control.clearRequests();
  const over = new AbortController();
  const busy = person?.(windows, over.signal);
  await pause(periodMs);
  const requests = await control.requests();
  over.abort();
  await busy;
  return requests.length;
}

/** Stays in each window for a while, and is nowhere in between, until the signal. */
async function goRound(windows: readonly HostWindow[], signal: AbortSignal): Promise<void> {
  const wait = (ms: number) => pause(ms, undefined, { signal }).catch(() => undefined);
  // The last one has the focus.
  for (let turn = windows.length - 1; !signal.aborted; turn += 1) {
    const page = windows[turn % windows.length]?.page;
    if (page) {
      await setFocus(page, true);
      await wait(stayMs - awayMs);
      await setFocus(page, false);
      await wait(awayMs);
    }
  }
}

/**
 * Tells the page that its window has the focus or has lost it: each page of a headless browser believes to have it. VS Code notices
 * only that a focus is lost of which it was told.
 */
async function setFocus(page: Page, focused: boolean): Promise<void> {
  const event = focused ? 'focus' : 'blur';
  await page.evaluate(`document.hasFocus = () => ${focused}; window.dispatchEvent(new Event('${event}'));`);
}
