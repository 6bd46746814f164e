import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { TILE_CLASSES, writeTiles, writeTileSlide } from '../support/tiles.ts';

/** From patches to a classified slide in QuPath's format, by clicking alone; every step goes on where the last one ended. */
describe.skipIf(!chromium)('the way from labelled patches to a classified slide', () => {
  let opened: ServedPage;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    opened = await openServedPage('journey', 15_000);
    ({ page, folder } = opened);
    await writeTiles(`${folder}/tiles`, 40);
    await writeTileSlide(`${folder}/mosaic.tif`);
  });
  afterAll(() => opened?.close());

  /** Chooses a path in the folder browser that a browser has in place of the native dialogs. */
  async function choose(dialog: string, inFolder: string, entry: string): Promise<void> {
    const chooser = page.getByRole('dialog', { name: dialog });
    await chooser.getByLabel('Folder', { exact: true }).fill(inFolder);
    await chooser.getByLabel('Folder', { exact: true }).press('Enter');
    await chooser.getByRole('button', { name: entry }).click();
    await chooser.getByRole('button', { name: /^(Choose|Open)$/ }).click();
  }

  it('imports the patches', async () => {
    await opened.rail('Datasets').click();
    await page.getByRole('button', { name: 'Import a dataset' }).click();
    await page.getByRole('button', { name: 'Folder …' }).click();
    await choose('Folder of patches, slides or images', folder, 'tiles');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('120 patches').waitFor();
  });

  it('trains, shows the curves as they grow, and ends with a test result and the baseline beside it', async () => {
    await page.getByRole('link', { name: 'Train …' }).click();
    await page.getByLabel('Labels per class', { exact: true }).fill('16');
    await page.getByLabel('Epochs', { exact: true }).fill('12');
    await page.getByText('All settings').click();
    await page.getByLabel('Image size', { exact: true }).fill('32');
    await page.getByLabel('Width', { exact: true }).fill('8');
    await page.getByLabel('Rotation up to', { exact: true }).fill('0'); // turned, across is down
    await page.getByLabel('Held out for the test', { exact: true }).fill('25');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.waitForURL(/\/runs\/\d+/);
    await page.getByRole('region', { name: 'Curves' }).locator('canvas').first().waitFor();
    await page.getByText('done', { exact: true }).waitFor({ timeout: 180_000 });
    const result = await page.locator('main').innerText();
    expect(result).toMatch(/Test accuracy\s+\d+\.\d % \(n = 30\)/);
    expect(result).toMatch(/Stain alone\s+\d+\.\d % \(n = 30\)/);
    const accuracy = Number(/Test accuracy\s+(\d+\.\d) %/.exec(result)?.[1]);
    expect(accuracy).toBeGreaterThan(60); // chance is 33
  });

  it('opens the patches behind a cell of the confusion matrix', async () => {
    const cell = page.getByRole('button', { name: /predicted as/, disabled: false }).first();
    const [, labelled, count] =
      /^(\w+) predicted .*: (\d+) of/.exec((await cell.getAttribute('aria-label')) ?? '') ?? [];
    await cell.click();
    const grid = page.getByRole('listbox', { name: /most confident mistakes first/ });
    await expect.poll(() => grid.getByRole('option').count()).toBe(Number(count));
    await page.getByRole('heading', { name: new RegExp(`^Labelled ${labelled}`) }).waitFor();
  });

  it('classifies the tissue of a slide, and nothing of its glass', async () => {
    await opened.rail('Slides').click();
    await page.getByRole('button', { name: 'Open slide …' }).first().click();
    await choose('Open a slide', folder, 'mosaic.tif');
    await page.getByRole('button', { name: 'Classify tissue' }).click();
    await page.getByText('Highest score', { exact: true }).waitFor({ timeout: 120_000 });
    const panel = page.getByRole('complementary', { name: 'Slide and classification' });
    // the facts of a finished classification; one that runs tells its progress instead
    const finished = /is tissue · ([\d,]+) patches · /;
    await expect.poll(() => panel.innerText(), { timeout: 120_000 }).toMatch(finished);
    // three quadrants of 12 x 12 patches, and at most a ring of one patch around them
    const patches = Number(finished.exec(await panel.innerText())?.[1]);
    expect(patches).toBeGreaterThanOrEqual(3 * 12 ** 2);
    expect(patches).toBeLessThanOrEqual(26 ** 2 - 12 ** 2);
  });

  it('tells the scores of a clicked patch', async () => {
    const stage = page.getByRole('region', { name: 'Slide', exact: true });
    const box = (await stage.boundingBox())!;
    const side = Math.min(box.width, box.height);
    // the middle of the first quadrant
    await page.mouse.click(box.x + box.width / 2 - side * 0.18, box.y + box.height / 2 - side * 0.18);
    const scores = page.getByRole('table', { name: 'Model scores of this patch' });
    await scores.waitFor();
    const values = (await scores.locator('td.number').allInnerTexts()).map(Number);
    expect(values).toHaveLength(TILE_CLASSES.length);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 2);
    await page.keyboard.press('Escape');
    await scores.waitFor({ state: 'hidden' });
  });

  it('says that glass has no score, however slowly it was pressed', async () => {
    const box = (await page.getByRole('region', { name: 'Slide', exact: true }).boundingBox())!;
    const side = Math.min(box.width, box.height);
    // the middle of the fourth quadrant
    await page.mouse.move(box.x + box.width / 2 + side * 0.18, box.y + box.height / 2 + side * 0.18);
    await page.mouse.down();
    await page.waitForTimeout(600);
    await page.mouse.up();
    await page.getByText('This place has no score: no tissue was found.').waitFor();
    await page.keyboard.press('Escape');
  });

  it('exports what QuPath reads', async () => {
    await page.getByRole('button', { name: 'More for this classification' }).click();
    await page.getByRole('menuitem', { name: 'Export …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export the classification' });
    await dialog.getByLabel('Folder', { exact: true }).fill(`${folder}/out`);
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog.getByText('These files were written:').waitFor();
    const files = await dialog.locator('.path').allInnerTexts();
    expect(files.map((file) => file.split('.').at(-1)).sort()).toEqual(['csv', 'geojson', 'png']);
    const geojson = JSON.parse(
      await readFile(
        files.find((file) => file.endsWith('geojson'))!,
        'utf8',
      ),
    ) as {
      features: { properties: { objectType: string; classification: { name: string } } }[];
    };
    expect(geojson.features.length).toBeGreaterThan(400);
    expect(new Set(geojson.features.map(({ properties }) => properties.objectType))).toEqual(
      new Set(['tile']),
    );
    for (const { properties } of geojson.features)
      expect(TILE_CLASSES).toContain(properties.classification.name);
  });

  it('had no error in the page on the way', () =>
    expect([...opened.chrome.pageErrors, ...opened.chrome.consoleErrors]).toEqual([]));
});
