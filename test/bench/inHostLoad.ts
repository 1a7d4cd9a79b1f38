import { appendFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { atRest } from './atRest';

/** Called by the extension host: what `loader/measure.js` measured there, with nothing of the bundle loaded before. */
export async function run(): Promise<void> {
  await atRest();
  const measured: unknown = await vscode.extensions.getExtension('tests.load-bench')?.activate();
  appendFileSync(process.env.FORGE_BENCH_RESULT ?? '', `${JSON.stringify(measured)}\n`);
}
