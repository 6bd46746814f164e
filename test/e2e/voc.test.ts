import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { smallVoc, writeFiles } from '../support/voc.ts';

/** Natural images on the Datasets screen; every step goes on where the last one ended. */
describe.skipIf(!chromium)('a VOC dataset on the screen', () => {
  let opened: ServedPage;
  let page: Page;

  beforeAll(async () => {
    opened = await openServedPage('voc-screen', 20_000);
    page = opened.page;
    await writeFiles(`${opened.folder}/VOCdevkit/VOC2012`, {
      ...(await smallVoc()),
      'SegmentationClass/2007_000003.png': 'torn',
    });
  });
  afterAll(() => opened?.close());

  const masks = () => page.getByRole('listbox', { name: 'Images' }).locator('img.mask');

  it('is recognised, imported and counted', async () => {
    await opened.rail('Datasets').click();
    await page.getByRole('button', { name: 'Import a dataset' }).click();
    await page.getByLabel('Folder or file').fill(opened.folder);
    await page.getByLabel('Folder or file').press('Tab');
    await page
      .getByText('Pascal VOC 2012: 4 images in 20 classes. Splits in the lists: train, val.')
      .waitFor();
    expect(await page.getByLabel('Microns per pixel').count()).toBe(0);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('3 images', { exact: true }).waitFor();
    await page.getByText('1 broken file, left out').click();
    await page.getByText('The mask is a text file, not a PNG.').waitFor();
    expect(await page.getByRole('link', { name: 'Train …' }).count()).toBe(0);
  });

  it('shows the masks over the images, hides them, and changes their opacity, by keys', async () => {
    await page.getByRole('listbox', { name: 'Images' }).focus();
    await expect.poll(() => masks().count()).toBe(3);
    const width = () =>
      masks()
        .first()
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    await expect.poll(width).toBe(40);
    const opacity = () => masks().first().getAttribute('style');
    expect(await opacity()).toMatch(/opacity: 0\.55/);
    await page.keyboard.press(']');
    await expect.poll(opacity).toMatch(/opacity: 0\.65/);
    await page.keyboard.press('c');
    await expect.poll(() => masks().count()).toBe(0);
    await page.getByLabel('Masks').check();
    await expect.poll(() => masks().count()).toBe(3);
  });

  it('shows the images of one class, and one image large', async () => {
    await page.getByRole('button', { name: /^aeroplane/ }).click();
    await page.getByText('2 images', { exact: true }).waitFor();
    await page.getByRole('listbox', { name: 'Images' }).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'JPEGImages/2007_000004.jpg' });
    await dialog.getByRole('img', { name: 'aeroplane' }).waitFor();
    expect(await dialog.locator('img.mask').count()).toBe(1);
    await page.keyboard.press('c');
    await expect.poll(() => dialog.locator('img.mask').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^bicycle/ }).click();
    await page.getByText('No image fits this choice.').waitFor();
  });

  it('is not offered for the training of a classifier', async () => {
    await page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('link', { name: 'Train', exact: true })
      .click();
    await page.getByText('Teach a network your classes').waitFor();
    expect([...opened.chrome.pageErrors, ...opened.chrome.consoleErrors]).toEqual([]);
  });
});
