// The entry of the copy of the extension that the activation bench loads: the packaged bundle, with what measures around it.
import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { activate as activateExtension, Services } from '../../src/extension';
import { busyMs } from './busyMs';

export interface ActivationProbe {
  readonly services: Services;
  /** How long `activate` took, in milliseconds. */
  readonly ownMs: number;
  /** For how many of them the extension host had a processor. */
  readonly ownCpuMs: number;
}

export function activate(context: vscode.ExtensionContext): ActivationProbe {
  const extension = require(join(__dirname, 'dist', 'extension.js')) as { readonly activate: typeof activateExtension };
  const before = busyMs();
  const started = performance.now();
  const services = extension.activate(context);
  const ownMs = performance.now() - started;
  const ownCpuMs = busyMs() - before;
  if (!services) {
    throw new Error('The bench needs the services of the extension.');
  }
  return { services, ownMs, ownCpuMs };
}
