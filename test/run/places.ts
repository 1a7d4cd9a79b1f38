import { join } from 'node:path';
import { projectRoot } from '../paths';

const out = join(projectRoot, 'out');

/** Where each job leaves what came of it. */
export const results = join(out, 'results');

/** Where the jobs leave every exchange with the simulator, for the contract suite to read. */
export const exchanges = join(out, 'exchanges');

/** Where the pictures of windows are. */
export const screenshots = join(out, 'screenshots');

/** The packaged extension that is tested. */
export const testedPackage = join(out, 'vscode-laravel-forge.vsix');

/** The same, made once more. */
export const secondPackage = join(out, 'vscode-laravel-forge-again.vsix');

/** What the last run came to. */
export const summaryFile = join(out, 'results', 'summary.json');
