// npm run host: a VS Code with this extension, for tests, for pictures and to try things out.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../paths';
import { findChromium } from './chromium';
import { installCodeServer } from './codeServer';
import { parseVariables, vsCodeChoice } from './hostFlags';
import { runInHost } from './runInHost';
import { startServer } from './server';
import { openWindow } from './window';

const usage = `Usage: npm run host -- [options]
  --tests FILE.js          run its run() in the extension host and end with the result;
                           without it: serve a window until stopped
  --workspace DIR          the folder to open
  --settings FILE.json     user settings
  --env KEY=VALUE          environment of the extension host (repeatable)
  --screenshot FILE.png    make a picture at the end; without --tests: of the opened window, then end
  --vscode oldest|newest
  --extension DIR|FILE.vsix  another extension than this project
  --install                install what all of this needs, and end`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      tests: { type: 'string' },
      workspace: { type: 'string' },
      settings: { type: 'string' },
      env: { type: 'string', multiple: true },
      screenshot: { type: 'string' },
      vscode: { type: 'string' },
      extension: { type: 'string' },
      install: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.install) {
    await findChromium();
    await installCodeServer('oldest');
    await installCodeServer('newest');
    return 0;
  }
  const which = vsCodeChoice(values.vscode ?? process.env.FORGE_HOST_VERSION);
  const workspace = values.workspace === undefined ? undefined : resolve(values.workspace);
  const extension = resolve(values.extension ?? projectRoot);
  const settings =
    values.settings === undefined
      ? undefined
      : (JSON.parse(await readFile(values.settings, 'utf8')) as Record<string, unknown>);
  const env = parseVariables(values.env ?? []);
  const { tests, screenshot } = values;

  if (tests !== undefined) {
    return runInHost({ tests, workspace, settings, env, screenshot, which, extension });
  }
  const isPackaged = extension.endsWith('.vsix');
  if (screenshot !== undefined) {
    const packagedOrFolder = isPackaged ? { vsix: extension } : extension;
    const window = await openWindow({ which, workspace, settings, env, extension: packagedOrFolder });
    await window.screenshot(resolve(screenshot));
    await window.close();
    return 0;
  }
  const extensionsToInstall = isPackaged ? [extension] : [];
  const server = await startServer({ which, folder: workspace, settings, env, extensionsToInstall });
  console.log(`VS Code ${server.version} with the extension: ${server.url(isPackaged ? {} : { extension })}`);
  console.log('Press Ctrl+C to stop it.');
  await server.ended;
  console.error(await server.logs());
  return 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
