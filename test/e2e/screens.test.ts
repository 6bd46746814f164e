import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium, serve, type Served, temporaryFolder } from '../support/app.ts';
import { openPage, type BrowserPage } from '../support/browserPage.ts';
import { writeTiles } from '../support/tiles.ts';

/** The screens before a training, as a person meets them in a browser; every step goes on where the last one ended. */
describe.skipIf(!chromium)('the screens', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let served: Served;
  let chrome: BrowserPage;
  let page: Page;

  beforeAll(async () => {
    folder = await temporaryFolder('screens');
    await writeTiles(`${folder.path}/tiles`, 70);
    served = await serve(`${folder.path}/home`);
    chrome = await openPage(20_000);
    page = chrome.page;
  });
  afterAll(async () => {
    await chrome?.browser.close();
    await served?.stop();
    await folder?.remove();
  });

  const path = () => new URL(page.url()).pathname + new URL(page.url()).search;

  it('begin with the research-use notice, which Escape does not close', async () => {
    await page.goto(served.url);
    const notice = page.getByRole('dialog', { name: 'For research use only' });
    await notice.waitFor();
    await page.keyboard.press('Escape');
    expect(await notice.isVisible()).toBe(true);
    await notice.getByRole('button', { name: 'I understand' }).click();
    await notice.waitFor({ state: 'hidden' });
    expect(path()).toBe('/start');
    await page.reload();
    await page.getByRole('heading', { name: 'Start' }).waitFor();
    expect(await notice.isVisible()).toBe(false);
  });

  it('show no screen that needs a workspace until one is open', async () => {
    const rail = page.getByRole('navigation', { name: 'Screens' });
    expect(await rail.getByRole('link').allInnerTexts()).toEqual(['Tessera', 'Hardware']);
    await page.getByLabel('Folder', { exact: true }).fill(`${folder.path}/workspace`);
    await page.getByLabel('Folder', { exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
    expect(await rail.getByRole('link').allInnerTexts()).toContain('Runs');
  });

  it('import a dataset that was found in the folder browser', async () => {
    await page.getByRole('button', { name: 'Import a dataset' }).click();
    await page.getByRole('button', { name: 'Folder …' }).click();
    const chooser = page.getByRole('dialog', { name: 'Folder of patches, slides or images' });
    await chooser.getByLabel('Folder', { exact: true }).fill(folder.path);
    await chooser.getByLabel('Folder', { exact: true }).press('Enter');
    await chooser.getByRole('button', { name: 'tiles' }).click();
    await chooser.getByRole('button', { name: 'Choose' }).click();
    await page.getByText('210 files in 3 classes').waitFor();
    await page.getByLabel('Name').fill('Stripes');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('210 patches').waitFor();
  });

  it('move through the gallery by keyboard, and show only what fits', async () => {
    const gallery = page.getByRole('listbox', { name: 'Patches' });
    await gallery.focus();
    await page.keyboard.press('End');
    const last = gallery.getByRole('option', { selected: true });
    await expect.poll(() => last.getAttribute('aria-posinset')).toBe('210');
    await expect.poll(() => last.locator('img').getAttribute('alt')).toContain('spots');
    expect(await gallery.getByRole('option').count()).toBeLessThan(150);
    await page.getByRole('button', { name: /^down/ }).click();
    await page.getByText('70 patches', { exact: true }).waitFor();
  });

  it('say why a training cannot start', async () => {
    await page.getByRole('link', { name: 'Train …' }).click();
    await page.getByLabel('Labels per class', { exact: true }).fill('5000');
    await page.getByText(/patches outside the test set/).waitFor();
    expect(await page.getByRole('button', { name: 'Train', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Labels per class', { exact: true }).fill('20');
    await page.getByText(/Trains ResNet-18 for 60 epochs on 60 patches/).waitFor();
  });

  it('keep the field that has the focus above the bar that starts, in enlarged text too', async () => {
    await page.setViewportSize({ width: 640, height: 400 }); // 1280 x 800 at 200 %
    await page.getByLabel('Name', { exact: true }).focus();
    for (const label of ['Network', 'Start from', 'Labels per class', 'Epochs', 'Seed']) {
      await page.keyboard.press('Tab');
      expect(
        await page
          .locator(':focus')
          .and(page.getByLabel(label, { exact: true }))
          .count(),
        label,
      ).toBe(1);
      const seen = await page.evaluate(
        `document.activeElement.getBoundingClientRect().bottom <= document.querySelector('.estimate').getBoundingClientRect().top`,
      );
      expect(seen, label).toBe(true);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('are found by name, and back and reload show what was shown', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('stripes');
    await page.keyboard.press('Enter');
    await expect.poll(path).toBe('/datasets/1');
    await page.goBack();
    await expect.poll(path).toBe('/train?dataset=1');
    await page.goForward();
    await page.reload();
    await page.getByRole('heading', { name: 'Stripes' }).waitFor();
    await page.goto(served.url); // as a window that is opened again
    await expect.poll(path).toBe('/datasets/1');
  });

  it('keep the chosen theme', async () => {
    const theme = () => page.locator('html').getAttribute('data-theme');
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    expect(await theme()).toBe('dark');
    await page.reload();
    expect(await theme()).toBe('dark');
  });

  it('tell when the connection is lost', async () => {
    expect([...chrome.pageErrors, ...chrome.consoleErrors]).toEqual([]);
    await served.stop();
    await page.getByText('Connection to Tessera’s background process lost').waitFor();
  });

  it('ask for the new address where Tessera was started anew', async () => {
    served = await serve(`${folder.path}/home`, ['--port', new URL(served.url).port]);
    await page.getByText('This address needs its token').waitFor();
    await page.goto(served.url);
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  });
});
