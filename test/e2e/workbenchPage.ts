import type { Locator, Page } from 'playwright-core';
import { until } from './until';

/** What a person does in the window, in their words. Each step waits until what it needs is on screen. */
export class WorkbenchPage {
  constructor(readonly page: Page) {}

  /** Clicks the Forge icon, which would close the view were it open, and waits for the view. */
  async openForge(): Promise<void> {
    await this.page.locator('.activitybar .action-item:not(.checked) a[aria-label="Forge"]').click();
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
    await this.openedLog();
  }

  /** Waits for a deployment's log in front, with its text: another one than that of a tab which was there before. */
  async openedLog(tabBefore?: string): Promise<void> {
    await until('the tab of the log', async () => {
      const tab = await this.activeTab();
      return tab !== tabBefore && tab?.includes(' deployment ');
    });
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** The name on the tab that is in front; undefined without one. */
  async activeTab(): Promise<string | undefined> {
    const [tab] = await this.page.locator('.tab.active').all();
    return (await tab?.getAttribute('data-resource-name')) ?? undefined;
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

  /** What the status bar says about the folder's site. */
  async statusBarText(): Promise<string> {
    return read(this.statusBar());
  }

  /** The button of the view's welcome content. */
  welcomeButton(label: string): Locator {
    return this.page.locator('.welcome-view .monaco-button', { hasText: label });
  }

  /** Points at a row until its tooltip opens, and reads it. */
  async tooltipOf(label: string): Promise<string> {
    const tooltip = this.tooltip().filter({ hasText: label });
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const box = await this.row(label).locator('.label-name').boundingBox();
      if (box) {
        await this.page.mouse.move(box.x + 4, box.y + 4);
        await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
      }
      // A tree that is drawn anew meanwhile opens no tooltip: then one moves away and points again.
      const opened = await tooltip.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
      if (opened) {
        return read(tooltip);
      }
      await this.pointElsewhere();
    }
    throw new Error(`No tooltip opens for ${label}.`);
  }

  /** Moves the pointer where it does nothing, so that no tooltip or row button is shown. */
  async pointElsewhere(): Promise<void> {
    const { width, height } = this.page.viewportSize() ?? { width: 1280, height: 800 };
    await this.page.mouse.move(width * 0.7, height * 0.4, { steps: 3 });
    await this.tooltip().waitFor({ state: 'detached' });
  }

  /** A button at the right of a row, which shows when the pointer is there. */
  async rowButton(row: string, label: string): Promise<Locator> {
    await this.row(row).hover();
    return this.row(row).locator(`.action-label[aria-label^="${label}"]`);
  }

  /** Opens the context menu of a row and reads its entries. */
  async contextMenuOf(row: string): Promise<string[]> {
    await this.row(row).click({ button: 'right' });
    await this.menuEntry('').first().waitFor();
    return (await this.menuEntry('').allInnerTexts()).map(plain).filter((text) => text !== '');
  }

  /** An entry of the menu that is open. */
  menuEntry(label: string): Locator {
    return this.page.locator('.monaco-menu .action-menu-item', { hasText: label });
  }

  /** Chooses from the context menu of a row. */
  async chooseFromRow(row: string, entry: string): Promise<void> {
    await this.contextMenuOf(row);
    await this.chooseFromMenu(entry);
  }

  /** Chooses from the menu that is open. */
  async chooseFromMenu(entry: string): Promise<void> {
    const chosen = this.menuEntry(entry);
    // A menu takes no click in the first moment after it has opened.
    await until(`${entry} to be chosen`, async () => {
      await chosen.click({ timeout: 2_000 }).catch(() => undefined);
      return (await chosen.count()) === 0;
    });
  }

  /** Opens the Accounts menu at the bottom of the activity bar and reads its entries. */
  async accountsMenu(): Promise<string[]> {
    await this.page.locator('.activitybar .action-item a[aria-label^="Accounts"]').click();
    await this.menuEntry('').first().waitFor();
    return (await this.menuEntry('').allInnerTexts()).map(plain);
  }

  private tooltip(): Locator {
    return this.page.locator('.monaco-hover.workbench-hover');
  }

  /** The box or list at the top of the window. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Where one types in that box. */
  quickInputField(): Locator {
    return this.quickInput().locator('.quick-input-box input');
  }

  /** What that box says below the input: a prompt or what is wrong. */
  async quickInputMessage(): Promise<string> {
    return read(this.quickInput().locator('.quick-input-message'));
  }

  /** Types into the box, replacing what is there, and presses Enter. */
  async enter(text: string): Promise<void> {
    await this.quickInputField().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits for the list with this title at the top of the window, and reads its rows as a screen reader says them. */
  async choices(title: string): Promise<string[]> {
    await this.quickInput().locator('.quick-input-title', { hasText: title }).waitFor();
    const rows = this.quickInput().locator('.monaco-list-row');
    await rows.first().waitFor();
    return rows.evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''));
  }

  /** Chooses a row of that list with the mouse. */
  async choose(label: string): Promise<void> {
    await this.quickInput().locator(`.monaco-list-row[aria-label*="${label}"]`).first().click();
  }

  /** Runs a command by its title in the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator(`.quick-input-widget .monaco-list-row[aria-label*="${title}"]`).first().click();
  }

  /** Chooses a colour theme by its name. */
  async chooseTheme(name: string): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput().locator('.monaco-list-row').first().waitFor();
    await this.enter(name);
    await this.quickInput().waitFor({ state: 'hidden' });
  }

  /** The modal dialog. */
  modal(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Waits for the modal dialog and reads it. */
  async modalText(): Promise<string> {
    await this.modal().waitFor();
    return read(this.modal().locator('.dialog-message-container'));
  }

  modalButton(label: string): Locator {
    return this.modal().locator('.monaco-button', { hasText: label });
  }

  /** Clicks so many times where a button is, as fast as it goes, whatever comes in between. */
  async hammer(button: Locator, times: number): Promise<void> {
    const box = await button.boundingBox();
    for (let click = 0; box && click < times; click += 1) {
      await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    }
  }

  /** Clicks a button of the modal dialog. */
  async answerModal(button: string): Promise<void> {
    await this.modalButton(button).first().click();
    await this.modal().waitFor({ state: 'hidden' });
  }

  /**
   * Waits for a notification, in the list behind the bell: VS Code shows no toasts while it is driven by a program
   * (`--enable-smoke-test-driver`).
   */
  async notification(text: string): Promise<Locator> {
    const list = this.page.locator('.notifications-center.visible');
    const found = list.locator('.notification-list-item', { hasText: text });
    const bell = this.page.locator('.statusbar-item[id="status.notifications"]');
    // The list cannot be opened while it is empty, and goes away at a click beside it.
    await until(`the notification “${text}”`, async () => {
      if (!(await list.isVisible())) {
        await bell.click();
      }
      return found.first().isVisible();
    });
    return found.first();
  }

  /** Clicks a button of a notification, which then goes away. */
  async answerNotification(text: string, button: string): Promise<void> {
    const notification = await this.notification(text);
    await notification.locator('.monaco-button', { hasText: button }).click();
    await notification.waitFor({ state: 'detached' });
  }

  /** Waits for a notification and closes it, so that the next one of these words is another. */
  async dismissNotification(text: string): Promise<void> {
    const notification = await this.notification(text);
    await notification.hover();
    await notification.locator('.codicon-notifications-clear').click();
    await notification.waitFor({ state: 'detached' });
  }

  /** The lines of the editor that are on screen, top down, by their numbers. */
  async visibleLines(): Promise<Map<number, string>> {
    const editor = this.page.locator('.editor-group-container.active .monaco-editor').first();
    const place = (elements: readonly { getBoundingClientRect(): { top: number }; textContent: string | null }[]) =>
      elements.map((element) => ({
        top: Math.round(element.getBoundingClientRect().top),
        text: element.textContent ?? '',
      }));
    const numbers = await editor.locator('.margin-view-overlays .line-numbers').evaluateAll(place);
    const lines = await editor.locator('.view-lines .view-line').evaluateAll(place);
    return new Map(
      numbers
        .map(({ top, text }) => [Number(text), plain(lines.find((line) => line.top === top)?.text ?? '')] as const)
        .sort(([a], [b]) => a - b),
    );
  }

  /** Waits until the lines on screen say so, and reads them. */
  async reads(sentence: RegExp): Promise<string> {
    return until(`${sentence} in the editor`, async () => {
      const text = [...(await this.visibleLines()).values()].join('\n');
      return sentence.test(text) && text;
    });
  }

  /** The number of the last line of the editor that is on screen. */
  async lastVisibleLine(): Promise<number> {
    return Math.max(0, ...(await this.visibleLines()).keys());
  }
}

/** What a person reads there, line by line; nothing where there is nothing. */
async function read(locator: Locator): Promise<string> {
  return plain((await locator.allInnerTexts()).join('\n'));
}

/** A text as it reads: the spaces that editors and labels are drawn with are spaces. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}
