import type { Locator, Page } from 'playwright-core';

/** What a person does in the window, in their words. Each step waits until what it needs is on screen. */
export class WorkbenchPage {
  constructor(readonly page: Page) {}

  /** Clicks the Forge icon and waits for the view. */
  async openForge(): Promise<void> {
    await this.page.locator('.activitybar .action-item a[aria-label="Forge"]').click();
    await this.page
      .locator('.pane-header', { hasText: 'Servers and Sites' })
      .or(this.page.locator('.composite.title', { hasText: 'Forge' }))
      .first()
      .waitFor();
  }

  /** The row of the tree whose label begins so. */
  row(label: string): Locator {
    return this.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  }

  /** Opens a row of the tree, unless it is open. */
  async expand(label: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
    await this.page.locator(`.monaco-list-row[aria-label^="${label}"][aria-expanded="true"]`).first().waitFor();
  }

  /** The rows below a row that is open, as far as they are on screen, the first of them first. */
  async children(label: string): Promise<Locator> {
    const row = this.row(label);
    const level = Number(await row.getAttribute('aria-level')) + 1;
    const index = Number(await row.getAttribute('data-index')) + 1;
    const first = this.page.locator(`.pane-body .monaco-list-row[data-index="${index}"][aria-level="${level}"]`);
    await first.waitFor();
    return first;
  }

  /** Clicks the newest deployment of a site whose row is open, and waits for the log's text. */
  async openFirstLog(site: string): Promise<void> {
    await (await this.children(site)).click();
    await this.page.locator('.tab.active[data-resource-name*="deployment"]').waitFor();
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** Makes the side bar so many pixels wider. */
  async widenSideBar(pixels: number): Promise<void> {
    const bar = await this.page.locator('.part.sidebar').boundingBox();
    if (bar) {
      const [x, y] = [bar.x + bar.width, bar.y + bar.height / 2];
      await this.page.mouse.move(x, y);
      await this.page.mouse.down();
      await this.page.mouse.move(x + pixels, y, { steps: 5 });
      await this.page.mouse.up();
    }
  }

  /** The status bar item of the folder's site. */
  statusBar(): Locator {
    return this.page.locator('.statusbar-item[id*="forge.site"]');
  }

  /** Runs a command by its title in the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator(`.quick-input-widget .monaco-list-row[aria-label*="${title}"]`).first().click();
  }

  /** Clicks a button of the modal dialog. */
  async answerModal(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).first().click();
  }

  notification(text: string): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }
}
