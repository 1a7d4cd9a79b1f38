import type { Page } from 'playwright-core';
import { until } from './until';

/** VS Code's issue reporter, in a window of its own. */
export interface IssueReport {
  readonly page: Page;
  /** All that it would send or shows. */
  text(): Promise<string>;
}

/** Waits for the issue reporter that `open` opens, until it has the details of the extension. */
export async function issueReport(window: Page, open: () => Promise<void>): Promise<IssueReport> {
  const opened = window.context().waitForEvent('page');
  await open();
  const page = await opened;
  await page.waitForLoadState();
  const text = async () => {
    const parts = await page.evaluate(
      '[document.body.innerText, ...[...document.querySelectorAll("textarea, input, pre")].map((part) => part.value ?? part.textContent)]',
    );
    return (parts as string[]).join('\n');
  };
  await until('the details in the issue reporter', async () => (await text()).includes('Latest log lines:'));
  return { page, text };
}
