import { appendFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Services } from '../../src/extension';

/** Called by the extension host: how long `activate` took in this window. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<Services>('laravel-forge-community.vscode-laravel-forge');
  const services = await extension?.activate();
  await services?.accounts.ready;
  if (services?.accounts.session.state !== 'signedIn') {
    throw new Error('The bench is about a signed-in window, and nobody is signed in.');
  }
  appendFileSync(process.env.FORGE_BENCH_RESULT ?? '', `${JSON.stringify({ ownMs: services.activationMs })}\n`);
}
