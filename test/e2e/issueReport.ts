import type { Page } from 'playwright-core';
import { until } from './until';

/** VS Code's issue reporter, in a window of its own. */
export interface IssueReport {
  readonly page: Page;
  /** All that it would send or shows. */
  text(): Promise<string>;
}

/**
 * Waits for the issue reporter that `open` opens, with its description. Details it takes only of an installed extension, which one under
 * development isn't: test/integration/reportIssue.test.ts has them.
 */
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
  await until('the description in the issue reporter', async () => (await text()).includes('## What happened'));
  return { page, text };
}
