import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { pictureOf } from '../host/window';
import { sampleSites } from '../sampleWorkspace';
import { inWindow } from './inWindow';
import { insist, until } from './until';

const site = sampleSites.main;

/** An icon of a row, in CSS pixels, and the row's words. */
interface Icon {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly row: string;
}

interface DrawnIcon {
  getBoundingClientRect(): { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  closest(selector: string): { getAttribute(name: string): string | null } | null;
}

describe('Who sees little, hears the window or has only a keyboard', () => {
  const { window, workbench, album } = inWindow({ pictures: 940, settings: { 'workbench.reduceMotion': 'on' } });
  let canvas: Page;

  before(async () => {
    canvas = await window.page.context().newPage();
    await window.page.bringToFront();
  });

  /** The greatest contrast of a pixel of each icon to the ground beside it, as a picture of the window has them. */
  async function contrasts(icons: readonly Icon[]): Promise<number[]> {
    const picture = (await pictureOf(window.page)).toString('base64');
    return canvas.evaluate(`(async () => {
      const image = new Image();
      image.src = 'data:image/png;base64,${picture}';
      await image.decode();
      const drawing = new OffscreenCanvas(image.width, image.height).getContext('2d');
      drawing.drawImage(image, 0, 0);
      const light = (data, at) => {
        const [red, green, blue] = [0, 1, 2].map((part) => {
          const value = data[at + part] / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      return ${JSON.stringify(icons)}.map(({ x, y, width, height }) => {
        const { data } = drawing.getImageData(x, y, width, height);
        const ground = light(data, 0);
        let most = 1;
        for (let at = 0; at < data.length; at += 4) {
          const one = light(data, at);
          most = Math.max(most, (Math.max(one, ground) + 0.05) / (Math.min(one, ground) + 0.05));
        }
        return most;
      });
    })()`);
  }

  /** The icons of the rows that are on screen. */
  function icons(): Promise<Icon[]> {
    return window.page
      .locator('.pane-body .monaco-list-rows > .monaco-list-row .custom-view-tree-node-item-icon')
      .evaluateAll((all: readonly DrawnIcon[]) =>
        all.map((icon) => {
          const { x, y, width, height } = icon.getBoundingClientRect();
          return { x, y, width, height, row: icon.closest('.monaco-list-row')?.getAttribute('aria-label') ?? '' };
        }),
      );
  }

  it('sees each icon with a contrast of 3:1 and more, in light and dark themes and those of high contrast', async () => {
    await workbench.openForge();
    await workbench.widenSideBar(440);
    await workbench.expand('acme-web-1');
    await workbench.openResources('acme-web-2', 'Databases');
    await workbench.goToTop();
    for (const [theme, kind] of [
      ['Light Modern', 'vs'],
      ['Light High Contrast', 'hc-light'],
      ['Dark High Contrast', 'hc-black'],
      ['Dark Modern', 'vs-dark'],
    ] as const) {
      await workbench.chooseTheme(theme, kind);
      await workbench.pointElsewhere();
      const all = await icons();
      assert.ok(all.length > 12, `${all.length} icons`);
      const measured = await contrasts(all);
      assert.deepEqual(
        all.flatMap(({ row }, at) =>
          (measured[at] ?? 0) >= 3 ? [] : [`${theme}: ${row} ${measured[at]?.toFixed(2)}`],
        ),
        [],
      );
      await album.take(`contrast-${theme.toLowerCase().replaceAll(' ', '-')}`);
    }
  });

  it('hears of each state a word, and of no icon its name', async () => {
    const rows = await workbench.rows();
    assert.ok(rows.length > 12);
    const status = (await workbench.statusBar().locator('a').first().getAttribute('aria-label')) ?? '';
    await workbench.runCommand('Forge: Go to Site…');
    const sites = await workbench.choices('Go to Site');
    await workbench.giveUp();
    await workbench.runCommand('Forge: View Logs…');
    await workbench.choose(site);
    const logs = await until('the logs', async () => {
      const found = await workbench.choices(`Logs of ${site}`).catch(() => undefined);
      return found;
    });
    await workbench.giveUp();
    assert.match(status, /shop\.example\.com/);
    for (const text of [...rows, status, ...sites, ...logs]) {
      assert.doesNotMatch(
        text,
        /\$\(|~spin|codicon|\b(?:circle-outline|circle-slash|server-process|symbol-key|server-environment|list-flat|pass)\b/,
      );
    }
    const row = (name: string) => rows.find((text) => text.startsWith(name)) ?? '';
    assert.match(row('acme-cache-1'), /being set up/);
    assert.match(row('acme-legacy-1'), /archived/);
    assert.match(row('acme-worker-1'), /not connected/);
    assert.match(row(site), /deployed/);
  });

  it('sees nothing turn where motion is to be reduced', async () => {
    await workbench.row('acme-cache-1').waitFor();
    const icon = workbench.row('acme-cache-1').locator('.custom-view-tree-node-item-icon');
    assert.match((await icon.getAttribute('class')) ?? '', /codicon-loading/);
    assert.equal(await window.page.locator('.pane-body .codicon-modifier-spin').count(), 0);
  });

  it('goes through both views, opens a menu and a log with the keyboard alone', async () => {
    const { keyboard } = window.page;
    const focused = () =>
      window.page
        .locator('.pane-body .monaco-list:focus .monaco-list-row.focused')
        .getAttribute('aria-label', { timeout: 2_000 })
        .catch(() => null);
    const goTo = (label: string) =>
      insist(
        `to go to ${label}`,
        async () => {
          await keyboard.press('Home');
          for (let steps = 0; steps < 30 && !(await focused())?.startsWith(label); steps += 1) {
            await keyboard.press('ArrowDown');
          }
        },
        async () => (await focused())?.startsWith(label) ?? false,
      );
    await workbench.runCommand('Laravel Forge: Focus on Sites View');
    await goTo(site);
    await keyboard.press('ArrowRight');
    await workbench.firstChild(site);
    await keyboard.press('Shift+F10');
    await window.page.locator('.monaco-menu .action-menu-item', { hasText: 'Deploy Site…' }).waitFor();
    await album.take('keyboard-menu');
    await keyboard.press('Escape');
    await until('the tree', async () => (await focused()) !== null);
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await workbench.openedLog();

    await workbench.runCommand('Laravel Forge: Focus on Resources View');
    await insist(
      'to go to the first resource',
      () => keyboard.press('Home'),
      async () => (await focused()) !== null,
    );
    await keyboard.press('ArrowRight');
    await until('an open group', async () =>
      window.page.locator('.pane-body .monaco-list:focus .monaco-list-row[aria-expanded="true"]').first().isVisible(),
    );
    await album.take('keyboard-resources');
  });
});
