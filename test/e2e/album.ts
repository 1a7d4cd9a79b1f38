import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostWindow } from '../host/window';
import { projectRoot } from '../paths';

const folder = join(projectRoot, 'out', 'screenshots');

/** Pictures of what a person saw, numbered in the order in which they saw it: out/screenshots/e2e-NN-name.png. */
export class Album {
  private readonly window: HostWindow;
  private number: number;

  /** @param first the number of the first picture, so that the albums of several windows stand one after the other */
  constructor(window: HostWindow, first: number) {
    this.window = window;
    this.number = first;
  }

  async take(name: string): Promise<void> {
    await this.window.screenshot(join(folder, `e2e-${String(this.number).padStart(2, '0')}-${name}.png`));
    this.number += 1;
  }

  /** After a test that failed: a picture of the window, and beside it what VS Code logged. */
  async keepFailure(test: Mocha.Test | undefined): Promise<void> {
    if (test?.state !== 'failed') {
      return;
    }
    const name = `e2e-failed-${test.title.replace(/[^\w]+/g, '-').slice(0, 60)}`;
    await this.window.screenshot(join(folder, `${name}.png`));
    await writeFile(join(folder, `${name}.log`), await this.window.server.logs());
    console.log(`      ${join(folder, `${name}.png`)}`);
  }
}
