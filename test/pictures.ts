// npm run pictures: makes the pictures of README.md, and writes beside them which words they show.
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Shown, showPictures, themes } from './e2e/readmePictures';
import { projectRoot } from './paths';
import { makeSampleWorkspace } from './sampleWorkspace';
import { startSimulator } from './simulator/simulator';

const folder = join(projectRoot, 'media', 'readme');

async function main(): Promise<void> {
  let shown: Shown | undefined;
  for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
    const simulator = await startSimulator({ orgs: 1, limit: 6_000 });
    const workspace = makeSampleWorkspace();
    try {
      shown = await showPictures(theme, simulator, workspace, async (name, window) => {
        const file = join(folder, `${name}-${theme}.png`);
        await window.screenshot(file);
        console.log(file);
      });
    } finally {
      await simulator.close();
      rmSync(dirname(workspace), { recursive: true, force: true });
    }
  }
  writeFileSync(join(folder, 'shown.json'), `${JSON.stringify(shown, null, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
