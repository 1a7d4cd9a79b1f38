import { appendFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { extensionId } from '../integration/extensionUnderTest';
import type { ActivationProbe } from './activationProbe';
import { atRest } from './atRest';

/** Called by the extension host: how long `activate` takes in this window. */
export async function run(): Promise<void> {
  await atRest();
  const probe = await vscode.extensions.getExtension<ActivationProbe>(extensionId)?.activate();
  await probe?.services.accounts.ready;
  if (probe?.services.accounts.session.state !== 'signedIn') {
    throw new Error('The bench is about a signed-in window, and nobody is signed in.');
  }
  const { ownMs, ownCpuMs } = probe;
  appendFileSync(process.env.FORGE_BENCH_RESULT ?? '', `${JSON.stringify({ ownMs, ownCpuMs })}\n`);
}
