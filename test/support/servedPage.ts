import type { Locator, Page } from 'playwright-core';
import { serve, temporaryFolder } from './app.ts';
import { openPage, type BrowserPage } from './browserPage.ts';
import { testedHome } from './testedHome.ts';

/** A page of `tessera serve`, as it is once its user has read the research-use notice and opened a new workspace. */
export interface ServedPage {
  /** For what the test works on; removed with everything in it. */
  readonly folder: string;
  readonly chrome: BrowserPage;
  readonly page: Page;
  /** The link to a screen. */
  rail(screen: string): Locator;
  close(): Promise<void>;
}

/**
 * Starts Tessera and opens it in a browser; tests that call it skip where `chromium` is null.
 * @param timeout of whatever the page is asked for, in milliseconds
 */
export async function openServedPage(name: string, timeout: number): Promise<ServedPage> {
  await using started = new AsyncDisposableStack(); // ends what was started, where the rest fails
  const folder = started.adopt(await temporaryFolder(name), (it) => it.remove());
  const args = ['--workspace', `${folder.path}/workspace`];
  const served = started.adopt(await serve(await testedHome(folder.path), args), (it) => it.stop());
  const chrome = started.adopt(await openPage(timeout), (it) => it.browser.close());
  const { page } = chrome;
  await page.goto(served.url);
  await page.getByRole('button', { name: 'I understand' }).click();
  const screens = page.getByRole('navigation', { name: 'Screens' });
  const open = started.move();
  return {
    folder: folder.path,
    chrome,
    page,
    rail: (screen) => screens.getByRole('link', { name: screen, exact: true }),
    close: () => open.disposeAsync(),
  };
}
