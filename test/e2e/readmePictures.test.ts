import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../paths';
import { makeSampleWorkspace } from '../sampleWorkspace';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { pictureNames, type Shown, showPictures } from './readmePictures';

describe('The pictures of the README', () => {
  let simulator: Simulator;
  let workspace: string;

  before(async () => {
    simulator = await startSimulator({ orgs: 1, limit: 6_000 });
    workspace = makeSampleWorkspace();
  });

  after(async () => {
    await simulator?.close();
    workspace && rmSync(dirname(workspace), { recursive: true, force: true });
  });

  it('show what a person sees today: npm run pictures makes them anew', async () => {
    const recorded = JSON.parse(readFileSync(join(projectRoot, 'media', 'readme', 'shown.json'), 'utf8')) as Shown;
    const shown = await showPictures('dark', simulator, workspace, async () => {});
    for (const name of pictureNames) {
      assert.deepEqual(shown[name], recorded[name], name);
    }
  });
});
