import { join } from 'node:path';
import { type ExtensionContext, ExtensionMode } from 'vscode';
import type { Services } from '../../src/extension';
import { HastenedTime } from '../hastenedTime';

interface Extension {
  readonly activate: (context: ExtensionContext) => Services;
}

/** In place of the extension: loads it, and lets it look at Forge ten times as often as for a person. What a click waits for is as ever. */
export function activate(context: ExtensionContext): Services {
  const extension = require(join(__dirname, 'dist', 'extension.js')) as Extension;
  // It gives its services to tests alone.
  const services = extension.activate(Object.create(context, { extensionMode: { value: ExtensionMode.Test } }));
  services.clock.goBy(new HastenedTime({ factor: 10, shortestMs: 2_000, longestMs: 60_000 }));
  return services;
}
