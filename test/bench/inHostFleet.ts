import { appendFileSync, existsSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { accountsOf } from '../../src/account/session';
import type { Fleet } from '../../src/fleet/fleet';
import { commands, views } from '../../src/manifest';
import { eventually } from '../integration/eventually';
import { extensionId, url } from '../integration/extensionUnderTest';
import { SimulatorControl } from '../simulator/control';
import { Random } from '../simulator/random';
import type { FirstRows, Probe } from './fleetProbe';

/** What the first window says: it finds no snapshot. Times in milliseconds. */
export interface ColdWindow {
  /** To Forge, until all is read. */
  readonly requests: number;
  /** From opening the view until VS Code is given the first rows. */
  readonly firstRowColdMs: number;
  /** From opening the view until all is read. */
  readonly completeMs: number;
  /** What the heap of the extension host holds more than before the view was opened, in MB of 1,000,000 bytes. */
  readonly heapMb: number;
  /** How long each keystroke in Go to Site keeps the extension host. */
  readonly keystrokesMs: readonly number[];
  /** The snapshot's size in kB of 1,000 bytes. */
  readonly snapshotKb: number;
}

/** What each later window says. Times in milliseconds since VS Code began to load the extension. */
export interface WarmWindow {
  /** To Forge. */
  readonly requests: number;
  readonly availableMs: number;
  readonly givenMs: number;
}

/** How many letters are typed. */
const keystrokes = 200;

/** Called by the extension host of each window. The first one reads the fleet; the others find its snapshot. */
export async function run(): Promise<void> {
  const file = process.env.FORGE_BENCH_RESULT ?? '';
  const control = new SimulatorControl(url);
  const extension = vscode.extensions.getExtension<Probe>(extensionId);
  if (!extension) {
    throw new Error('The extension is not there.');
  }
  let result: ColdWindow | WarmWindow;
  if (existsSync(file)) {
    await control.clearRequests();
    await openView();
    const { available, given } = (await extension.activate()).firstRows;
    result = { availableMs: await available, givenMs: await given, requests: (await control.requests()).length };
  } else {
    result = await coldWindow(await extension.activate(), control);
  }
  appendFileSync(file, `${JSON.stringify(result)}\n`);
}

async function coldWindow(probe: Probe, control: SimulatorControl): Promise<ColdWindow> {
  const { accounts, fleet, snapshots } = probe.services;
  await accounts.ready;
  const [account] = accountsOf(accounts.session);
  if (!account) {
    throw new Error('The bench is about a signed-in window, and nobody is signed in.');
  }
  const before = await heapBytes();
  const started = performance.now();
  const firstRow = sinceOf(probe.firstRows.given, started);
  await openView();
  const firstRowColdMs = await firstRow;
  await eventually('the whole fleet', () => fleet.refreshedAt !== undefined, [fleet.onDidChange], 120_000);
  const completeMs = performance.now() - started;
  await eventually('the snapshot', () => !fleet.isRefreshing, [fleet.onDidChange]);
  const requests = (await control.requests()).length;
  const after = await heapBytes();
  return {
    requests,
    firstRowColdMs,
    completeMs,
    heapMb: (after - before) / 1e6,
    keystrokesMs: await typing(probe, fleet),
    snapshotKb: (statSync(snapshots.file(account.key)).size + statSync(snapshots.sitesFile(account.key)).size) / 1e3,
  };
}

async function sinceOf(event: FirstRows[keyof FirstRows], started: number): Promise<number> {
  await event;
  return performance.now() - started;
}

async function openView(): Promise<void> {
  await vscode.commands.executeCommand(`${views.fleet}.focus`);
}

/** Bytes of the heap that are in use, without garbage, once the window has come to rest. */
async function heapBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await pause(2_000);
  collect();
  await pause(200);
  collect();
  return process.memoryUsage().heapUsed;
}

/** Types parts of names, tags, branches and addresses into Go to Site, 1 to 12 letters each. @returns milliseconds each */
async function typing(probe: Probe, fleet: Fleet): Promise<number[]> {
  const random = new Random('keystrokes');
  const texts = fleet
    .allSites()
    .flatMap(({ site, server }) => [site.name, ...site.tags, site.repository?.branch, server?.ipAddress])
    .filter((text) => typeof text === 'string');
  const opened = probe.nextPicker();
  void vscode.commands.executeCommand(commands.goToSite);
  const picker = await opened;
  const times: number[] = [];
  for (let keystroke = 0; keystroke < keystrokes; keystroke += 1) {
    const text = texts[random.integer(0, texts.length - 1)] ?? '';
    const from = random.integer(0, text.length - 1);
    const typed = text.slice(from, from + random.integer(1, 12));
    times.push(picker.type(typed));
    if (picker.rows === 0) {
      throw new Error(`Go to Site does not find "${typed}".`);
    }
    // So that the rows go to the window, as they would between two keystrokes of a person.
    await pause(10);
  }
  picker.hide();
  return times;
}
