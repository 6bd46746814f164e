import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { writePcam } from '../support/pcam.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';

/** PCam's HDF5 files on the Datasets screen; every step goes on where the last one ended. */
describe.skipIf(!chromium)('a dataset in PCam’s format on the screen', () => {
  let opened: ServedPage;
  let page: Page;

  beforeAll(async () => {
    opened = await openServedPage('pcam-screen', 20_000);
    ({ page } = opened);
    // chunked and compressed, as the official files are; eight slides a split
    await writePcam(
      `${opened.folder}/pcam`,
      { train: 96, valid: 48, test: 48 },
      { chunks: [16, 96, 96, 3], compression: 4 },
    );
  });
  afterAll(() => opened?.close());

  it('is recognised and imported', async () => {
    await opened.rail('Datasets').click();
    await page.getByRole('button', { name: 'Import a dataset' }).click();
    await page.getByLabel('Folder or file').fill(`${opened.folder}/pcam`);
    await page.getByLabel('Folder or file').press('Tab');
    await page.getByText(/^PCam: .* in\s+2 classes\. Splits in the files: train, val, test\./).waitFor();
    await page.getByText('Empty: PCam’s is 0.972').waitFor();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('192 patches', { exact: true }).waitFor();
  });

  it('shows its patches by class and split, with the slide of each', async () => {
    const patches = page.getByRole('listbox', { name: 'Patches' });
    await expect.poll(() => patches.getByRole('img').count()).toBeGreaterThan(20);
    const width = () =>
      patches
        .getByRole('img')
        .first()
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    await expect.poll(width, { timeout: 10_000 }).toBe(96);
    await page.getByRole('button', { name: /^tumou?r/i }).click();
    await page.getByText('96 patches', { exact: true }).waitFor(); // labels alternate in runs of three
    await page.getByText(/^From slide camelyon16_train_tumor_train0$/).waitFor();
    await page.getByText('Patches of 24 slides; no slide is in two splits.').waitFor();
  });

  it('trains with its slides kept apart', async () => {
    await page.getByRole('link', { name: 'Train …' }).click();
    await page.getByText('All settings').click();
    await page.getByRole('checkbox', { name: /^Keep slides apart/ }).check();
    await page.getByText('(24 slides known)').waitFor();
    for (const [label, text] of Object.entries({
      ...{ 'Labels per class': '12', Epochs: '2', 'Image size': '32', 'Batch size': '8', Width: '4' },
      ...{ 'Validation labels per class': '4' },
    }))
      await page.getByLabel(label, { exact: true }).fill(text);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.waitForURL(/\/runs\/\d+/);
    await page.getByText('done', { exact: true }).waitFor({ timeout: 180_000 });
    expect(await page.locator('main').innerText()).toMatch(/Test accuracy\s+\d+\.\d % \(n = 48\)/);
  });

  it('had no error in the page on the way', () =>
    expect([...opened.chrome.pageErrors, ...opened.chrome.consoleErrors]).toEqual([]));
});
