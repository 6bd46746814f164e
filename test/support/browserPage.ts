import { type Browser, chromium as launcher, type Page } from 'playwright-core';
import { chromium, chromiumArgs } from './app.ts';

/** A page in a browser of its own, and what went wrong in it so far. */
export interface BrowserPage {
  readonly browser: Browser;
  readonly page: Page;
  /** Errors that no one caught. */
  readonly pageErrors: string[];
  /** Errors on the console: refused resources, breaches of the content security policy. */
  readonly consoleErrors: string[];
}

/** Opens an empty page of 1280 x 800 in headless Chromium; tests that call it skip where `chromium` is null. */
export async function openPage(timeout: number): Promise<BrowserPage> {
  const browser = await launcher.launch({ executablePath: chromium!, args: chromiumArgs });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const [pageErrors, consoleErrors]: [string[], string[]] = [[], []];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && consoleErrors.push(message.text()));
  page.setDefaultTimeout(timeout);
  return { browser, page, pageErrors, consoleErrors };
}
