import type { Locator, Page } from 'playwright-core';
import { insist, patienceMs, until } from './until';

/** As much of the DOM as is asked for in the page. */
interface DrawnElement {
  getBoundingClientRect(): { readonly right: number; readonly top: number; readonly bottom: number };
  readonly ownerDocument: { elementFromPoint(x: number, y: number): unknown };
}

interface DrawnLine {
  querySelectorAll(name: string): Iterable<{
    getBoundingClientRect(): Record<'left' | 'right' | 'top' | 'bottom', number>;
  }>;
  readonly ownerDocument: {
    readonly defaultView: { getComputedStyle(part: unknown, pseudo: string): { readonly content: string } };
  };
}

/** A place in the window, in CSS pixels. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/** How long one click or text may take before it is tried again. */
const attempt = { timeout: 5_000 } as const;

/** How long what was clicked may take to go away, in milliseconds: a second click might meet what comes after it. */
const leaveMs = 10_000;

/** What a person does in the window, in their words. Each step ends when its effect is on screen. */
export class WorkbenchPage {
  constructor(readonly page: Page) {
    page.setDefaultTimeout(patienceMs);
  }

  /** Opens the Forge view with its icon, which would close the view were it open. */
  async openForge(title = 'Laravel Forge'): Promise<void> {
    const icon = this.page.locator(`.activitybar .action-item:not(.checked) a[aria-label="${title}"]`);
    const isOpen = () => this.page.locator('.composite.title', { hasText: title }).first().isVisible();
    await insist('to open the Forge view', async () => (await isOpen()) || icon.click(attempt), isOpen);
  }

  /** Opens the view of resources, which is small at first, and selects a server or site until its resources have that row. */
  async openResources(of: string, row: string, title = 'Resources'): Promise<void> {
    const header = this.page.locator('.pane-header', { hasText: title });
    const isOpen = async () => (await header.getAttribute('aria-expanded')) === 'true';
    await insist('to open the resources', async () => (await isOpen()) || header.click(attempt), isOpen);
    await insist(
      `to see the ${row} of ${of}`,
      async () => {
        // The tooltip of another row may lie over it.
        await this.pointElsewhere();
        await this.row(of).locator('.label-name').click(attempt);
      },
      () => this.row(row).isVisible(),
    );
  }

  /** Leaves the window and comes back. A page without a screen has the focus always, so that it is told of both. */
  async leaveAndComeBack(): Promise<void> {
    for (const event of ['blur', 'focus']) {
      await this.page.evaluate(`
        document.hasFocus = () => ${event === 'focus'};
        window.dispatchEvent(new Event('${event}'));
        // VS Code hears of it after a turn of its own.
        new Promise((resolve) => setTimeout(resolve));
      `);
    }
  }

  /** The row of the tree whose label begins so. */
  row(label: string): Locator {
    return this.page.locator(`.pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  }

  /** The row of the tree that is selected, if its label begins so. */
  selectedRow(label: string): Locator {
    return this.page.locator(`.pane-body .monaco-list-row.selected[aria-label^="${label}"]`).first();
  }

  /** How many rows stand above the one that is selected and whose label begins so, on screen or not. */
  async rowsAbove(label: string): Promise<number> {
    const [index] = await attributes(this.selectedRow(label), 'data-index');
    return Number(index);
  }

  /** Waits until the tree is in front with that row selected: what is opened before would lose the focus to it, and close. */
  async arrivedAt(label: string): Promise<void> {
    await this.page
      .locator(`.pane-body .monaco-list:focus .monaco-list-row.selected[aria-label^="${label}"]`)
      .waitFor();
  }

  /** The rows of the tree in their places, without those that VS Code keeps at the top when they are scrolled away. */
  private treeRows(): Locator {
    return this.page.locator('.pane-body .monaco-list-rows > .monaco-list-row');
  }

  /** The rows of the tree that are on screen, top down, as a screen reader says them. */
  async rows(): Promise<string[]> {
    const rows = await this.treeRows().evaluateAll(
      (elements: readonly { getAttribute(name: string): string | null }[]) =>
        elements.map(
          (element) => [Number(element.getAttribute('data-index')), element.getAttribute('aria-label')] as const,
        ),
    );
    return rows.sort(([a], [b]) => a - b).map(([, label]) => plain(label ?? ''));
  }

  /** Goes to the first row of the tree with the keyboard, which selects nothing. */
  async goToTop(): Promise<void> {
    const rows = this.treeRows();
    await insist(
      'to go to the top',
      async () => {
        await this.page.locator('.pane-body .monaco-list:visible').first().focus(attempt);
        await this.page.keyboard.press('Home');
      },
      async () => (await attributes(rows, 'data-index')).includes('0'),
    );
    await this.pointElsewhere();
  }

  /**
   * Opens a row of the tree, unless it is open, and waits for the rows below it. VS Code closes it again, and a person clicks once more, where
   * it was clicked while the rows above it were read (`asTreeElement` of its AsyncDataTree).
   * @param options.areRead whether the rows below it come at all. Default: true.
   */
  async expand(label: string, { areRead = true } = {}): Promise<void> {
    const row = this.row(label);
    const isOpen = async () => (await attributes(row, 'aria-expanded')).includes('true');
    await row.waitFor();
    await insist(
      `to open ${label}`,
      async () => {
        if (!(await isOpen())) {
          await row.locator('.monaco-tl-twistie').click(attempt);
        }
      },
      async () => (await isOpen()) && (!areRead || (await this.rowBelow(row)) !== undefined),
    );
  }

  /** The first of the rows below a row that is open. */
  async firstChild(label: string): Promise<Locator> {
    return until(`a row below ${label}`, () => this.rowBelow(this.row(label)));
  }

  /** The row right below another one, if that has it among its own and it is on screen. */
  private async rowBelow(row: Locator): Promise<Locator | undefined> {
    const [index] = await attributes(row, 'data-index');
    const [level] = await attributes(row, 'aria-level');
    const place = `[data-index="${Number(index) + 1}"][aria-level="${Number(level) + 1}"]`;
    const below = row.locator('xpath=..').locator(`.monaco-list-row${place}`);
    return (await below.isVisible()) ? below : undefined;
  }

  /** Opens the log of a deployment with its row. */
  async openLog(deployment: string): Promise<void> {
    await this.openLogWith(() => this.row(deployment).click(attempt));
  }

  /** Opens the log of the newest deployment of a site whose row is open. */
  async openFirstLog(site: string): Promise<void> {
    await this.openLogWith(async () => (await this.firstChild(site)).click(attempt));
  }

  private async openLogWith(click: () => Promise<void>): Promise<void> {
    const before = await this.activeTab();
    await insist('to open the log', click, async () => {
      const tab = await this.activeTab();
      return tab !== before && isLog(tab);
    });
    await this.openedLog();
  }

  /** Waits for a deployment's log in front, with its text. */
  async openedLog(): Promise<void> {
    await until('the tab of the log', async () => isLog(await this.activeTab()));
    await this.editor().locator('.view-line').first().waitFor();
  }

  /** The name on the tab that is in front; undefined without one. */
  async activeTab(): Promise<string | undefined> {
    const [tab] = await attributes(this.page.locator('.tab.active'), 'data-resource-name');
    return tab;
  }

  /** All that the tab in front says, as a screen reader does; undefined without one. */
  async tabTitle(): Promise<string | undefined> {
    const [title] = await attributes(this.page.locator('.tab.active'), 'aria-label');
    return title;
  }

  /** Opens a file of the workspace by its name, which no other file has. */
  async openFile(name: string): Promise<void> {
    await insist(
      `to open ${name}`,
      async () => {
        await this.giveUp();
        await this.page.keyboard.press('ControlOrMeta+p');
        await this.type(name);
        await this.choice(name).first().click(attempt);
      },
      async () => (await this.activeTab()) === name,
    );
  }

  /** Drags the border of the side bar until it is so many pixels wide. */
  async widenSideBar(wanted: number): Promise<void> {
    const bar = this.page.locator('.part.sidebar');
    const width = async () => (await bar.boundingBox())?.width ?? 0;
    await insist(
      'to widen the side bar',
      async () => {
        const box = await bar.boundingBox();
        if (box && Math.abs(box.width - wanted) >= 50) {
          const [x, y] = [box.x + box.width, box.y + box.height / 2];
          await this.page.mouse.move(x, y);
          await this.page.mouse.down();
          await this.page.mouse.move(box.x + wanted, y, { steps: 5 });
          await this.page.mouse.up();
        }
      },
      async () => Math.abs((await width()) - wanted) < 50,
    );
    await this.pointElsewhere();
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
    let text = '';
    await insist(
      `to read the tooltip of ${label}`,
      async () => {
        // A row that is drawn anew meanwhile opens no tooltip: then one moves away and points again.
        await this.pointElsewhere();
        await this.row(label).locator('.label-name').hover(attempt);
      },
      async () => {
        text = await read(tooltip);
        return text !== '';
      },
    );
    return text;
  }

  /** Moves the pointer where it does nothing, so that no tooltip or row button is shown. */
  async pointElsewhere(): Promise<void> {
    const { width, height } = this.page.viewportSize() ?? { width: 1280, height: 800 };
    await insist(
      'to point elsewhere',
      async () => {
        // One that came after the pointer had left stays, until the pointer leaves it.
        const [box] = await Promise.all((await this.tooltip().all()).map((tooltip) => boxOf(tooltip)));
        box && (await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2));
        // Far from the rows: what is told of one stays while the pointer is on it.
        await this.page.mouse.move(width * 0.9, height * 0.5);
        await this.page.mouse.move(width * 0.95, height * 0.4, { steps: 3 });
      },
      async () => (await this.tooltip().count()) === 0,
    );
  }

  /** A button at the right of a row, which is there while the pointer is. */
  async rowButton(row: string, label: string): Promise<Locator> {
    const button = this.row(row).locator(`.action-label[aria-label^="${label}"]`);
    await insist(
      `to point at ${row}`,
      () => this.row(row).hover(attempt),
      () => button.isVisible(),
    );
    return button;
  }

  /** Clicks the rocket of a site's row, and waits for the question whether to deploy. */
  async clickRocket(site: string): Promise<void> {
    await insist(
      `to be asked about ${site}`,
      async () => {
        // In the moment in which a row is drawn anew VS Code does not know it, and the command asks for a site.
        await this.giveUp();
        await (await this.rowButton(site, 'Deploy Site')).click(attempt);
        await this.modal().waitFor(attempt);
      },
      () => this.modal().isVisible(),
    );
  }

  /** Opens the context menu of a row and reads its entries. */
  async contextMenuOf(row: string): Promise<string[]> {
    return this.openMenu(`the menu of ${row}`, () => this.row(row).click({ ...attempt, button: 'right' }));
  }

  /** Opens the Accounts menu at the bottom of the activity bar and reads its entries. */
  async accountsMenu(): Promise<string[]> {
    const icon = this.page.locator('.activitybar .action-item a[aria-label^="Accounts"]');
    return this.openMenu('the Accounts menu', () => icon.click(attempt));
  }

  private async openMenu(what: string, open: () => Promise<void>): Promise<string[]> {
    const isOpen = () => this.menuEntry('').first().isVisible();
    await insist(`to open ${what}`, async () => !(await isOpen()) && open(), isOpen);
    return (await this.menuEntry('').allInnerTexts()).map(plain).filter((text) => text !== '');
  }

  /** An entry of the menu that is open. */
  private menuEntry(label: string): Locator {
    return this.page.locator('.monaco-menu .action-menu-item', { hasText: label });
  }

  /** Chooses from the context menu of a row. @param path the submenus in which the entry is, and the entry */
  async chooseFromRow(row: string, ...path: readonly [string, ...string[]]): Promise<void> {
    await this.contextMenuOf(row);
    for (const [index, label] of path.slice(1).entries()) {
      await insist(
        `to open ${path[index]}`,
        () =>
          this.menuEntry(path[index] ?? '')
            .first()
            .hover(attempt),
        () => this.menuEntry(label).first().isVisible(),
      );
    }
    await this.chooseFromMenu(path.at(-1) ?? '');
  }

  /** Chooses a row of a list that stays, and waits until the list calls it current. */
  async tick(label: string): Promise<void> {
    const row = this.choice(label);
    const current = this.quickInput().locator(`.monaco-list-row[aria-label*="${label}"][aria-label*="current"]`);
    await insist(
      `to tick ${label}`,
      () => row.first().click(attempt),
      async () => (await current.count()) > 0,
    );
  }

  /** Checks rows of a list in which several can be selected. */
  async checkRows(...labels: readonly string[]): Promise<void> {
    for (const label of labels) {
      const row = this.choice(label).first();
      await insist(
        `to check ${label}`,
        () => row.click(attempt),
        async () => (await attributes(row, 'aria-checked')).includes('true'),
      );
    }
  }

  /** Chooses from the menu that is open. */
  async chooseFromMenu(entry: string): Promise<void> {
    // VS Code's menus listen to a mouse button that is let go only from 100 ms after they were drawn.
    await this.clickAway(this.menuEntry(entry), { delay: 150 });
  }

  /** Clicks what goes away with the click: an entry of a menu, a row of a list that is to be chosen from. The next list may have it, too. */
  private async clickAway(target: Locator, options: { readonly delay?: number } = {}): Promise<void> {
    let asked: string | undefined;
    await insist(
      `to choose ${target}`,
      async () => {
        const question = await this.question();
        await target.first().click({ ...attempt, ...options });
        asked = question;
      },
      async () => asked !== undefined && ((await target.count()) === 0 || (await this.question()) !== asked),
      leaveMs,
    );
  }

  /** What the box or list at the top of the window asks for, by which one is known from the next; empty without one. */
  private async question(): Promise<string> {
    const field = await attributes(this.quickInputField(), 'placeholder');
    return [await read(this.quickInput().locator('.quick-input-title')), ...field].join('\n');
  }

  /** Closes the menu or the list that is open, without a choice. */
  async giveUp(): Promise<void> {
    await insist(
      'to close what is open',
      async () => {
        // The list of notifications takes the key first.
        const keys = (await this.notificationList().isVisible()) ? 2 : 1;
        for (let key = 0; key < keys; key += 1) {
          await this.page.keyboard.press('Escape');
        }
      },
      async () => (await this.menuEntry('').count()) + (await this.quickInput().count()) === 0,
    );
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

  /** A button in the title of that box. */
  quickInputButton(label: string): Locator {
    return this.quickInput().locator(`.action-label[aria-label="${label}"]`);
  }

  /** How far down that box reaches, in CSS pixels. */
  async quickInputPlace(): Promise<{ bottom: number }> {
    const { y, height } = await until('the box', async () => (await this.quickInput().boundingBox()) ?? undefined);
    return { bottom: y + height };
  }

  /** What that box says below the input: a prompt or what is wrong. */
  async quickInputMessage(): Promise<string> {
    return read(this.quickInput().locator('.quick-input-message'));
  }

  /** Types into the box, replacing what is there, and presses Enter. */
  async enter(text: string): Promise<void> {
    await this.type(text);
    await this.quickInputField().press('Enter');
  }

  /** Types into the box, replacing what is there. */
  async type(text: string): Promise<void> {
    await insist(
      'to type',
      () => this.quickInputField().fill(text, attempt),
      async () => (await this.typed()) === text,
    );
  }

  /** What stands in the box; undefined while there is none. */
  async typed(): Promise<string | undefined> {
    const [text] = await this.quickInputField().evaluateAll((fields: readonly { value: string }[]) =>
      fields.map(({ value }) => value),
    );
    return text;
  }

  /** Waits for the list with this title at the top of the window, and reads its rows as a screen reader says them. */
  async choices(title: string): Promise<string[]> {
    await this.listTitle(title).waitFor();
    return until(`the rows of ${title}`, async () => {
      const rows = await attributes(this.quickInput().locator('.monaco-list-row'), 'aria-label');
      return rows.length > 0 && rows;
    });
  }

  private listTitle(title: string): Locator {
    return this.quickInput().locator('.quick-input-title', { hasText: title });
  }

  /** Whether the list with this title is there. */
  isAsking(title: string): Promise<boolean> {
    return this.listTitle(title).isVisible();
  }

  /** Types into the list with this title, once. Rejects if it doesn't come soon. */
  async typeInto(title: string, text: string): Promise<void> {
    await this.listTitle(title).waitFor(attempt);
    await this.quickInputField().fill(text, attempt);
  }

  /** Whether that list has a row with these words on screen. */
  offers(label: string): Promise<boolean> {
    return this.choice(label).first().isVisible();
  }

  /** The rows of that list that begin with these words, but for an icon. */
  private choice(label: string): Locator {
    return this.quickInput().locator(
      `.monaco-list-row[aria-label^="${label}"], .monaco-list-row[aria-label*=" ${label}"]`,
    );
  }

  /** Chooses a row of that list with the mouse. */
  async choose(label: string): Promise<void> {
    await this.clickAway(this.choice(label));
  }

  /** Types until the list has a row with these words, and chooses it. */
  async find(label: string): Promise<void> {
    await insist(
      `to find ${label}`,
      () => this.type(label),
      () => this.offers(label),
    );
    await this.choose(label);
  }

  /** Presses a key, written as for a keybinding: `ctrl+alt+a`. */
  async press(key: string): Promise<void> {
    const names = { ctrl: 'Control', alt: 'Alt', shift: 'Shift' };
    await this.page.keyboard.press(key.replace(/ctrl|alt|shift/g, (name) => names[name as keyof typeof names]));
  }

  /** Runs a command by its title in the palette. */
  async runCommand(title: string): Promise<void> {
    const isTyped = async () => (await this.typed()) === `>${title}`;
    // A keybinding may follow the title.
    const row = this.choice(title)
      .and(this.page.locator(`[aria-label="${title}"], [aria-label^="${title},"]`))
      .first();
    let clicked = false;
    await insist(
      `to run ${title}`,
      async () => {
        if (!(await isTyped())) {
          await this.page.keyboard.press('F1');
          await this.quickInputField().fill(`>${title}`, attempt);
        }
        try {
          await row.click(attempt);
        } catch (error) {
          // The palette lists what there was when it was opened.
          await this.giveUp();
          throw error;
        }
        clicked = true;
      },
      async () => clicked && !(await isTyped()),
    );
  }

  /**
   * Chooses a colour theme.
   * @param kind the class of the window in such a theme.
   */
  async chooseTheme(name: string, kind: 'vs' | 'vs-dark' | 'hc-black' | 'hc-light'): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    // The box holds the command until the list of themes is there.
    await until('the list of themes', async () => (await this.typed()) === '');
    await this.find(name);
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /** The tab or row of a terminal of that name. */
  terminal(name: string): Locator {
    return this.page.locator('.part.panel').locator(`[aria-label*="${name}"]`).first();
  }

  /** The modal dialog. */
  modal(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Waits for the modal dialog and reads it. */
  async modalText(): Promise<string> {
    return until(
      'a modal dialog',
      async () => (await read(this.modal().locator('.dialog-message-container'))) || undefined,
    );
  }

  modalButton(label: string): Locator {
    return this.modal().getByRole('button', { name: label, exact: true });
  }

  /** Clicks so many times where a button is, as fast as it goes, whatever comes in between. */
  async hammer(button: Locator, times: number): Promise<void> {
    const box = await until('the button', async () => (await button.boundingBox()) ?? undefined);
    for (let click = 0; click < times; click += 1) {
      await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    }
  }

  /**
   * Clicks a button of the modal dialog, and waits until that one is gone: the next may come at once. Clicks once: an answer given twice
   * might be given to the next question.
   */
  async answerModal(button: string): Promise<void> {
    await this.modalButton(button).first().waitFor();
    const asking = await this.modal().first().elementHandle();
    await this.modalButton(button).first().click();
    await asking?.waitForElementState('hidden');
  }

  /**
   * Waits for a notification, in the list behind the bell: VS Code shows no toasts while it is driven by a program
   * (`--enable-smoke-test-driver`).
   */
  async notification(text: string): Promise<Locator> {
    await until(`the notification “${text}”`, () => this.isNotified(text));
    return this.listedNotification(text);
  }

  /** Whether there is such a notification now. */
  async isNotified(text: string): Promise<boolean> {
    const list = this.notificationList();
    // The list cannot be opened while it is empty, and goes away at a click beside it.
    if (!(await list.isVisible())) {
      const bell = this.page.locator('.statusbar-item[id="status.notifications"]');
      await bell.click(attempt).catch(() => undefined);
      await list.waitFor({ timeout: 500 }).catch(() => undefined);
    }
    await this.goToNewestNotification();
    return this.listedNotification(text).isVisible();
  }

  /** Goes to the top of the list of notifications, if it is open: one that comes meanwhile stands above what is seen of it. */
  private async goToNewestNotification(): Promise<void> {
    const rows = this.notificationList().locator('.monaco-list');
    if (await rows.isVisible()) {
      await rows
        .focus(attempt)
        .then(() => this.page.keyboard.press('Home'))
        .catch(() => undefined);
    }
  }

  private notificationList(): Locator {
    return this.page.locator('.notifications-center.visible');
  }

  private listedNotification(text: string): Locator {
    return this.notificationList().locator('.notification-list-item', { hasText: text }).first();
  }

  /** Clicks a button of a notification, which then goes away. */
  async answerNotification(text: string, button: string): Promise<void> {
    await this.clickInNotification(text, (notification) => notification.locator('.monaco-button', { hasText: button }));
  }

  /** Waits for a notification and closes it, so that the next one of these words is another. */
  async dismissNotification(text: string): Promise<void> {
    await this.clickInNotification(text, (notification) => notification.locator('.codicon-notifications-clear'));
  }

  private async clickInNotification(text: string, button: (notification: Locator) => Locator): Promise<void> {
    const notification = await this.notification(text);
    await insist(
      `to answer “${text}”`,
      async () => {
        await this.goToNewestNotification();
        // Its buttons are there while the pointer is.
        await notification.hover(attempt);
        await button(notification).click(attempt);
      },
      async () => (await notification.count()) === 0,
    );
  }

  /** The lines of the editor in front that are on screen, top down, by their numbers. */
  async visibleLines(): Promise<Map<number, string>> {
    // Read in one go: a text that grows would not fit to its numbers otherwise.
    const places = await this.editor()
      .locator('.margin-view-overlays .line-numbers, .view-lines .view-line')
      .evaluateAll(
        (
          elements: readonly {
            getBoundingClientRect(): { top: number };
            classList: { contains(name: string): boolean };
            textContent: string | null;
          }[],
        ) =>
          elements.map((element) => ({
            top: Math.round(element.getBoundingClientRect().top),
            isNumber: element.classList.contains('line-numbers'),
            text: element.textContent ?? '',
          })),
      );
    const textAt = new Map(places.filter(({ isNumber }) => !isNumber).map(({ top, text }) => [top, plain(text)]));
    return new Map(
      places
        .filter(({ isNumber }) => isNumber)
        .map(({ top, text }) => [Number(text), textAt.get(top) ?? ''] as const)
        .sort(([a], [b]) => a - b),
    );
  }

  private editor(): Locator {
    return this.page.locator('.editor-group-container.active .monaco-editor').first();
  }

  /** The words in the editors that can be seen: none of what is hidden. */
  async seenText(): Promise<string> {
    return read(this.page.locator('.editor-group-container.active .view-lines'));
  }

  /** The middle of the dots for the hidden value of a key, wherever they are on screen. */
  async dotsOf(key: string, within = this.page.locator('.editor-group-container')): Promise<Point[]> {
    return within.locator('.view-lines .view-line', { hasText: `${key}=` }).evaluateAll((lines: readonly DrawnLine[]) =>
      lines.flatMap((line) =>
        [...line.querySelectorAll('span')].flatMap((part) => {
          const { left, right, top, bottom } = part.getBoundingClientRect();
          return line.ownerDocument.defaultView.getComputedStyle(part, '::before').content.includes('•')
            ? [{ x: (left + right) / 2, y: (top + bottom) / 2 }]
            : [];
        }),
      ),
    );
  }

  /** The top of each line about a key, on both sides of a difference. */
  async topsOf(key: string): Promise<number[]> {
    const lines = this.page.locator('.editor-group-container.active .view-lines .view-line', {
      hasText: new RegExp(`^${key}[= \u00a0]`),
    });
    const boxes = await Promise.all((await lines.all()).map((line) => line.boundingBox()));
    return boxes.flatMap((box) => (box ? [Math.round(box.y)] : []));
  }

  /** Waits for the dots of a key in the editor in front. */
  async dots(key: string): Promise<Point> {
    return until(`the dots of ${key}`, async () => (await this.dotsOf(key, this.editor()))[0]);
  }

  /** What is told where the pointer rests. */
  async hoverText(): Promise<string> {
    return read(this.page.locator('.monaco-hover:not(.hidden)'));
  }

  /** Puts the cursor into the editor in front, at the end of its text. */
  async goToEnd(): Promise<void> {
    await this.editor()
      .locator('.view-lines')
      .click({ ...attempt, position: { x: 5, y: 5 } });
    await this.page.keyboard.press('Control+End');
  }

  /** Puts the cursor into the editor in front, at the end of its text, and types. */
  async typeAtEnd(text: string): Promise<void> {
    await this.goToEnd();
    await this.page.keyboard.type(text);
  }

  /** Presses the key that saves. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+s');
  }

  /** Opens the search of the editor in front, and types what is looked for. */
  async search(text: string): Promise<void> {
    const field = this.editor().locator('.find-widget.visible .find-part textarea').first();
    await this.runCommand('View: Focus Active Editor Group');
    await insist(
      'to open the search',
      () => this.page.keyboard.press('ControlOrMeta+f'),
      () => field.isVisible(),
    );
    await field.fill(text);
  }

  /** What the search says that it has found. */
  async found(): Promise<string> {
    return read(this.editor().locator('.find-widget.visible .matchesCount'));
  }

  /** Closes the search. */
  async endSearch(): Promise<void> {
    const widget = this.editor().locator('.find-widget.visible');
    await insist(
      'to close the search',
      () => this.page.keyboard.press('Escape'),
      async () => (await widget.count()) === 0,
    );
  }

  /** Whether the tab in front has unsaved changes. */
  async isDirty(): Promise<boolean> {
    return (await this.page.locator('.tab.active.dirty').count()) > 0;
  }

  /** Waits until the lines on screen say so, and reads them. */
  async reads(sentence: RegExp): Promise<string> {
    return until(`${sentence} in the editor`, async () => {
      const text = [...(await this.visibleLines()).values()].join('\n');
      return sentence.test(text) && text;
    });
  }

  /** How many pieces of the editor's text have a look that an extension gave them. */
  colouredPieces(): Promise<number> {
    return this.editor().locator('.view-lines [class*="ced-"]').count();
  }

  /** Opens a link of the editor's text, with the key that turns a click into that. Long ones are drawn in pieces: a few words of it do. */
  async followLink(text: string): Promise<void> {
    const before = await this.activeTab();
    await insist(
      `to follow ${text}`,
      async () => {
        // What is told of what was pointed at lies over the text.
        await this.pointElsewhere();
        const place = await this.placeOfLink(text);
        if (place === undefined) {
          // It is scrolled away. What is found is shown.
          await this.search(text);
          await until(`${text} in the editor`, async () => /^\d+ of \d+$/.test(await this.found()));
          await this.endSearch();
          return;
        }
        // By place: under the pointer the line is drawn anew.
        await this.page.mouse.move(place.x, place.y);
        await this.page.keyboard.down('ControlOrMeta');
        await this.page.mouse.click(place.x, place.y);
        await this.page.keyboard.up('ControlOrMeta');
      },
      async () => (await this.activeTab()) !== before,
    );
  }

  /** A point at the end of a link with that text that nothing lies over: the first may be scrolled aside or below the line that sticks. */
  private async placeOfLink(text: string): Promise<{ x: number; y: number } | undefined> {
    return this.editor()
      .locator('.view-lines :is(.detected-link, .detected-link-active)', { hasText: text })
      .evaluateAll((links: readonly DrawnElement[]) => {
        for (const link of links) {
          const { right, top, bottom } = link.getBoundingClientRect();
          const [x, y] = [right - 3, (top + bottom) / 2];
          if (link.ownerDocument.elementFromPoint(x, y) === link) {
            return { x, y };
          }
        }
        return undefined;
      });
  }

  /** A button in the title of the editor in front. */
  editorButton(label: string): Locator {
    return this.page
      .locator(`.editor-group-container.active .editor-actions .action-label[aria-label^="${label}"]`)
      .first();
  }

  /** Clicks a button in the title of the editor in front. Twice does no harm: it goes away, or opens what is open. */
  async editorAction(label: string): Promise<void> {
    const button = this.editorButton(label);
    await button.waitFor();
    await button.click(attempt);
  }

  /** Where the cursor is, and how much is selected, as the status bar has it. */
  async cursorPlace(): Promise<string> {
    return read(this.page.locator('.statusbar-item[id="status.editor.selection"]'));
  }

  /** The number of the line in which the cursor is. */
  async cursorLine(): Promise<number> {
    return Number(/Ln (\d+)/.exec(await this.cursorPlace())?.[1]);
  }

  /** An entry of the outline. */
  outlineEntry(label: string): Locator {
    return this.page.locator(`.outline-pane .monaco-list-row[aria-label^="${label}"]`).first();
  }

  /** An entry in Problems whose message has these words. */
  problem(words: string): Locator {
    return this.page.locator('.markers-panel .monaco-list-row', { hasText: words }).first();
  }

  /** The lines of the output panel that are on screen. */
  async outputText(): Promise<string> {
    return read(this.page.locator('.part.panel .output-view .view-lines'));
  }

  /** All the words in the window, also those for screen readers alone. */
  async allText(): Promise<string> {
    const labels = await attributes(this.page.locator('[aria-label]'), 'aria-label');
    return [await read(this.page.locator('body')), ...labels].map(plain).join('\n');
  }

  /** The number of the last line of the editor that is on screen. */
  async lastVisibleLine(): Promise<number> {
    return Math.max(0, ...(await this.visibleLines()).keys());
  }
}

/** The values of an attribute of the elements that are there now. */
async function attributes(locator: Locator, name: string): Promise<string[]> {
  const values = await locator.evaluateAll(
    (elements: readonly { getAttribute(name: string): string | null }[], attribute) =>
      elements.map((element) => element.getAttribute(attribute)),
    name,
  );
  return values.filter((value) => value !== null);
}

/** Where an element is that may be gone by now. */
function boxOf(element: Locator): ReturnType<Locator['boundingBox']> {
  return element.boundingBox({ timeout: 500 }).catch(() => null);
}

/** Whether a tab of this name holds the log of a deployment. */
function isLog(tab: string | undefined): boolean {
  return tab?.includes(' deployment ') ?? false;
}

/** What a person reads there, line by line; nothing where there is nothing. */
async function read(locator: Locator): Promise<string> {
  return plain((await locator.allInnerTexts()).join('\n'));
}

/** A text as it reads: the spaces that editors and labels are drawn with are spaces. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}
