import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostWindow } from '../host/window';
import { projectRoot } from '../paths';

const folder = join(projectRoot, 'out', 'screenshots');

/** How many of the last requests are kept of a failure. */
const mostRequests = 200;

/**
 * Pictures of what a person saw, numbered in the order in which they saw it: out/screenshots/e2e-NN-name.png. Where a window is painted for
 * pictures alone they cost time, so that they are made only where FORGE_PICTURES wants them; of a failure one is made anyway.
 */
export class Album {
  private readonly window: HostWindow;
  private number: number;

  /** @param first the number of the first picture, so that the albums of several windows stand one after the other */
  constructor(window: HostWindow, first: number) {
    this.window = window;
    this.number = first;
  }

  async take(name: string): Promise<void> {
    if (!process.env.FORGE_PICTURES) {
      return;
    }
    await this.window.screenshot(join(folder, `e2e-${String(this.number).padStart(2, '0')}-${name}.png`));
    this.number += 1;
  }

  /** Keeps what `keep` does after a test that failed. */
  async keepFailure(test: Mocha.Test | undefined, requests: readonly object[] = []): Promise<void> {
    if (test?.state !== 'failed') {
      return;
    }
    console.log(`      ${await this.keep(`failed-${test.title}`, requests)}`);
  }

  /** A picture of the window, and beside it what VS Code logged and what Forge was asked. @returns the picture's file */
  async keep(title: string, requests: readonly object[]): Promise<string> {
    const name = `e2e-${title.replace(/[^\w]+/g, '-').slice(0, 60)}`;
    const picture = join(folder, `${name}.png`);
    await this.window.screenshot(picture);
    const asked = ['# Forge', ...requests.slice(-mostRequests).map((request) => JSON.stringify(request))].join('\n');
    await writeFile(join(folder, `${name}.log`), `${await this.window.server.logs()}\n${asked}\n`);
    return picture;
  }
}
