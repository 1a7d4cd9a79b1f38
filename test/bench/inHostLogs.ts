import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Services } from '../../src/extension';
import { exceptionGroups, logEntries } from '../../src/logs/laravelLog';
import { logAddress } from '../../src/logs/logAddress';
import { logUri } from '../../src/logs/logSources';
import { atOnce } from '../../src/ui/slices';
import { eventually } from '../integration/eventually';
import { extensionId, url } from '../integration/extensionUnderTest';
import { SimulatorControl } from '../simulator/control';
import { busyMs } from './busyMs';

/** What the window says. Milliseconds in which the extension host was busy, each time. */
export interface LogsWindow {
  readonly open5MbMs: readonly number[];
  readonly followTickMs: readonly number[];
  /** The same until folds, outline and links are there too. */
  readonly followTickSettledMs: readonly number[];
  readonly parse100kLinesMs: readonly number[];
}

const runs = 30;

/** How long after a change VS Code has asked for folds, outline and links, in milliseconds. */
const settledMs = 1_500;

/** Called by the extension host. */
export async function run(): Promise<void> {
  const services = await vscode.extensions.getExtension<Services>(extensionId)?.activate();
  if (!services) {
    throw new Error('The extension is not there.');
  }
  const { fleet } = services;
  await eventually('the fleet', () => fleet.state === 'ready' && !fleet.isRefreshing, [fleet.onDidChange], 60_000);
  const control = new SimulatorControl(url);
  const result: LogsWindow = {
    // First: what VS Code keeps of the logs that are opened would be collected in the middle of a tick.
    ...(await following(services, control)),
    open5MbMs: await opening(services, control),
    parse100kLinesMs: parsing(),
  };
  appendFileSync(process.env.FORGE_BENCH_RESULT ?? '', `${JSON.stringify(result)}\n`);
}

/** Opens deployment logs of 5 MB in colour, each for the first time: from the request until the document is there. */
async function opening({ fleet, logs }: Services, control: SimulatorControl): Promise<number[]> {
  const line =
    '  - Installing \u001b[32mlaravel/framework\u001b[39m (\u001b[33mv12.19.3\u001b[39m): Extracting archive\n';
  await control.fault({ path: '/log$', patch: { output: line.repeat(Math.ceil(5e6 / line.length)) }, times: 0 });
  const times: number[] = [];
  for (const site of fleet.allSites()) {
    const deployments = site.api.isPlaced ? await site.api.first('listDeployments') : [];
    for (const deployment of deployments.slice(0, runs - times.length)) {
      const before = busyMs();
      await (await logs.get()).documents.show(logAddress('deployment', site, deployment.id));
      times.push(busyMs() - before);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      // The folds, outline and links of this one are not what the next takes.
      await pause(settledMs);
    }
    if (times.length >= runs) {
      break;
    }
  }
  await control.clearFaults();
  return times;
}

/** Follows a log of Laravel that has grown to 5 MB, by an entry each time. */
async function following(
  { fleet, logs }: Services,
  control: SimulatorControl,
): Promise<Pick<LogsWindow, 'followTickMs' | 'followTickSettledMs'>> {
  const site = fleet.allSites().find((candidate) => candidate.site.name === 'shop.example.com');
  if (!site) {
    throw new Error('The site is not there.');
  }
  const log = 'site/shop.example.com/application';
  let number = 0;
  const entries = (count: number) => {
    let text = '';
    for (let entry = 0; entry < count; entry += 1) {
      number += 1;
      text += `[2026-11-24 10:00:00] production.ERROR: Order ${number} {"exception":"[object] (Error(code: 0): no at /home/forge/shop.example.com/releases/104/app/Models/Order.php:42)\n[stacktrace]\n#0 /home/forge/shop.example.com/releases/104/vendor/laravel/framework/src/Illuminate/Routing/Controller.php(54): x()\n#1 {main}\n"} \n`;
    }
    return text;
  };
  const editor = await (await logs.get()).documents.show(
    vscode.Uri.from({ scheme: 'forge-log', ...logUri('siteLog', site, 'application') }),
  );
  const open = (await logs.get()).documents.get(editor.document.uri);
  if (!open) {
    throw new Error('The log is not open.');
  }
  const tick = async (count: number) => {
    await control.changeLog({ log, append: entries(count) });
    const last = `Order ${number} `;
    const before = busyMs();
    const shown = new Promise<void>((resolve) => {
      const listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === editor.document && contentChanges.some(({ text }) => text.includes(last))) {
          listener.dispose();
          resolve();
        }
      });
    });
    await open.read();
    await shown;
    return before;
  };
  while (open.text.length < 5e6) {
    await tick(95);
  }
  const times: number[] = [];
  const settled: number[] = [];
  for (let times_ = 0; times_ < runs; times_ += 1) {
    const before = await tick(1);
    times.push(busyMs() - before);
    await pause(settledMs);
    settled.push(busyMs() - before);
  }
  return { followTickMs: times, followTickSettledMs: settled };
}

/** Reads a log of Laravel of 100,000 lines, mostly stack traces. */
function parsing(): number[] {
  const entry = [
    '[2026-11-24 10:00:01] production.ERROR: Call to a member function total() on null {"userId":7,"exception":"[object] (Error(code: 0): Call to a member function total() on null at /home/forge/shop.example.com/releases/104/app/X.php:7)',
    '[stacktrace]',
    ...Array.from(
      { length: 36 },
      (_, index) =>
        `#${index} /home/forge/shop.example.com/releases/104/vendor/laravel/framework/src/Illuminate/Routing/Controller.php(54): App\\\\Http\\\\Controllers\\\\X->store()`,
    ),
    '#36 {main}',
    '"} ',
  ].join('\n');
  const text = Array.from({ length: 2_500 }, () => entry).join('\n');
  return Array.from({ length: runs }, () => {
    const started = performance.now();
    const lines = text.split('\n');
    atOnce(exceptionGroups(lines, atOnce(logEntries(lines))));
    return performance.now() - started;
  });
}
