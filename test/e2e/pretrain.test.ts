import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { writeTiles } from '../support/tiles.ts';
import { smallVoc, writeFiles } from '../support/voc.ts';

/** From natural images over a pre-training to a classifier; every step goes on where the last one ended. */
describe.skipIf(!chromium)('a pre-training on the screen', () => {
  let opened: ServedPage;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    opened = await openServedPage('pretrain-screen', 30_000);
    ({ page, folder } = opened);
    await writeFiles(`${folder}/VOCdevkit/VOC2012`, await smallVoc());
    await writeTiles(`${folder}/tiles`, 20);
  });
  afterAll(() => opened?.close());

  const value = (label: string) => page.getByLabel(label, { exact: true });
  const scrubber = () => page.getByRole('slider', { name: 'Validation' });
  const place = () => scrubber().getAttribute('aria-valuetext');

  async function importData(path: string, name: string): Promise<void> {
    await page.getByLabel('Folder or file').fill(path);
    await page.getByLabel('Folder or file').press('Tab');
    await page.getByText(/(file|image)s? in\s+\d/).waitFor();
    await value('Name').fill(name);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name }).waitFor();
  }

  it('needs natural images, and leads to their import', async () => {
    await opened.rail('Pre-train').click();
    await page.getByText('Natural images first').waitFor();
    await page.getByRole('link', { name: 'Import a dataset' }).click();
    await importData(`${folder}/tiles`, 'Stripes');
    await opened.rail('Pre-train').click();
    await page.getByText('Natural images first').waitFor(); // patches are none
    await page.getByRole('link', { name: 'Import a dataset' }).click();
    await importData(`${folder}/VOCdevkit`, 'Small VOC');
    await page.getByText('4 images', { exact: true }).waitFor();
  });

  it('begins with the paper’s recipe, each value with its source', async () => {
    await page.getByRole('link', { name: 'Pre-train on this' }).click();
    expect(await page.getByRole('radio', { name: 'The paper’s recipe' }).isChecked()).toBe(true);
    expect(await value('Iterations').inputValue()).toBe('40000');
    await page.getByText('All settings').click();
    const batch = page.locator('.field', { has: value('Batch size') });
    expect(await batch.innerText()).toMatch(/public trainers\s+10: the paper does not state it/);
    await page.getByRole('radio', { name: 'Multi-label classification' }).check();
    await expect.poll(() => value('Learning rate of the head').inputValue()).toBe('1');
    await page.getByRole('radio', { name: 'Semantic segmentation' }).check();
    await expect.poll(() => value('Learning rate of the head').inputValue()).toBe('10');
  });

  it('says why it cannot start, and starts where it can', async () => {
    await page.getByText('An iteration of 10 images is more than the 3 training images').waitFor();
    expect(await page.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('radio', { name: 'A quick look' }).check();
    for (const [label, text] of Object.entries({
      ...{ Iterations: '6', Crop: '33', Width: '4', 'Batch size': '2', 'Validate every': '2' },
      ...{ Name: 'Tiny segmentation' },
    }))
      await value(label).fill(text);
    await page.getByText('Trains DeepLabV2 with ResNet-18 (width 4) for 6 iterations on 3 images').waitFor();
    expect(await page.getByRole('radio', { name: 'A quick look' }).isChecked()).toBe(false);
    await page.getByText('5 values differ from “A quick look”.').waitFor();
  });

  it('unfolds the settings over a value that cannot be, rather than doing nothing', async () => {
    const width = await value('Width').inputValue();
    await value('Width').fill('wide');
    await page.getByText('All settings').click();
    await expect.poll(() => value('Width').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect.poll(() => page.locator('input:focus').inputValue()).toBe('wide');
    expect(new URL(page.url()).searchParams.has('new')).toBe(true);
    await value('Width').fill(width);
  });

  it('measures how long it would take, as a job with progress that can be cancelled', async () => {
    const measure = page.getByRole('button', { name: 'Measure the time' });
    await value('Crop').fill('321'); // takes long enough to be cancelled
    await value('Width').fill('64');
    await page.getByText(/How long that takes is known once/).waitFor();
    await measure.click();
    await page.getByRole('progressbar', { name: 'Measure a pre-training' }).first().waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText(/How long that takes is known once/).waitFor(); // nothing was measured

    await value('Crop').fill('33');
    await value('Width').fill('4');
    await page.getByText(/ResNet-18 \(width 4\).*How long that takes is known once/).waitFor();
    await measure.click();
    await page.getByText(/on this computer \(measured on real steps of this network\)/).waitFor();
    expect(await measure.count()).toBe(0);
  });

  it('starts', async () => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL(/\/pretrain\/\d+$/);
  });

  it('shows its curves and, at every validation, what the network sees', async () => {
    await page.getByText('done', { exact: true }).waitFor({ timeout: 180_000 });
    expect(await page.getByRole('region', { name: 'Curves' }).locator('canvas').count()).toBe(2);
    await expect.poll(place).toMatch(/^after iteration 6, 3 of 3, mIoU \d+\.\d % \(n = 1\)$/);
    await page.getByText(/^best weights, iteration \d · area that prediction and truth share/).waitFor();
    await page
      .getByText(/over the area that either covers; 100 % is perfect\. The mean is the mIoU/)
      .waitFor();
    const picture = page.getByRole('button', { name: 'Enlarge JPEGImages/2007_000004.jpg' });
    const mask = () => picture.locator('img.mask').getAttribute('src');
    const width = () =>
      picture
        .locator('img.mask')
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    expect(await mask()).toContain('/images/pretrainings/1/6/');
    await expect.poll(width).toBe(40);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(place).toMatch(/^after iteration 4, 2 of 3/);
    await expect.poll(mask).toContain('/images/pretrainings/1/4/');
    await page.keyboard.press('t');
    await expect.poll(mask).toContain('/images/dataset-images/');
    await page.keyboard.press('i');
    await expect.poll(() => picture.locator('img.mask').count()).toBe(0);
    await scrubber().focus();
    await page.keyboard.press('Home');
    await expect.poll(place).toMatch(/^after iteration 2, 1 of 3/);
  });

  it('names the classes of an enlarged picture, and each class’s score', async () => {
    await page.keyboard.press('p');
    await page.getByRole('button', { name: /^Enlarge/ }).click();
    const dialog = page.getByRole('dialog', { name: 'JPEGImages/2007_000004.jpg' });
    // the mask's right half without its last, ignored row
    await expect.poll(() => dialog.innerText()).toMatch(/Truth\s+background\s+51\.7 %\s+aeroplane\s+48\.3 %/);
    await page.keyboard.press('Escape');
    const row = page.getByRole('row', { name: /^aeroplane/ });
    expect(await row.innerText()).toMatch(/\d+\.\d %/);
    expect(await page.getByRole('row', { name: /^cat/ }).innerText()).toContain('not shown');
  });

  it('is the start of a classifier', async () => {
    await page.getByRole('link', { name: 'Use for fine-tuning' }).click();
    const start = page.getByLabel('Start from');
    await expect.poll(() => start.innerText()).toBe('Tiny segmentation');
    await page.getByText('All settings').click();
    expect(await value('Width').inputValue()).toBe('4');
    for (const [label, text] of Object.entries({
      ...{ 'Labels per class': '8', Epochs: '2', 'Image size': '32', 'Batch size': '8' },
      ...{ 'Validation labels per class': '2', 'Held out for the test': '25' },
    }))
      await value(label).fill(text);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.waitForURL(/\/runs\/\d+/);
    await page.getByText('done', { exact: true }).waitFor({ timeout: 180_000 });
    await page.getByText(/^Start: \d+ tensors carried over, 2 new, 8 left behind/).waitFor();
  });

  it('stands in the lineage of the classifier, step by step', async () => {
    await page.getByRole('link', { name: 'Model', exact: true }).click();
    const lineage = page.getByRole('list', { name: 'Lineage', exact: true });
    const steps = (await lineage.getByRole('listitem').allInnerTexts()).map((text) => text.split('\n')[0]);
    expect(steps).toEqual([
      'Classifier',
      'Fine-tuning',
      'Segmentation',
      'Segmentation pre-training',
      'Start',
    ]);
    await lineage.getByRole('link', { name: 'Small VOC' }).click();
    await page.getByRole('heading', { name: 'Small VOC' }).waitFor();
  });

  it('leaves a model that is not deleted while the classifier depends on it', async () => {
    await opened.rail('Models').click();
    await page.getByRole('link', { name: 'Tiny segmentation' }).click();
    await page.getByRole('button', { name: 'More for this model' }).click();
    await page.getByRole('menuitem', { name: 'Delete …' }).click();
    await page.getByRole('button', { name: 'Delete model' }).click();
    await page.getByText(/“Tiny segmentation” cannot be deleted, because the run “Stripes/).waitFor();
    await page.keyboard.press('Escape');
    for (const box of await page.getByRole('checkbox', { name: /^Compare/ }).all()) await box.check();
    await page.getByRole('link', { name: 'Compare 2 models' }).click();
    expect(
      await page
        .getByRole('row', { name: /^Network/ })
        .first()
        .innerText(),
    ).toContain('ResNet-18, width 4');
    await page
      .getByRole('row', { name: /Kind \(differs\) (Classifier Segmentation|Segmentation Classifier)/ })
      .waitFor();
    const score = page.getByRole('row', { name: /^≠? ?mIoU/ });
    expect(await score.innerText()).toContain('area that prediction and truth share');
  });

  it('had no error in the page on the way, but the refusal', () =>
    expect([...opened.chrome.pageErrors, ...opened.chrome.consoleErrors]).toEqual([
      expect.stringContaining('409 (Conflict)'),
    ]));
});
