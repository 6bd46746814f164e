import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { TILE_CLASSES, writeTiles } from '../support/tiles.ts';

let opened: ServedPage;
beforeAll(async () => {
  if (!chromium) return;
  opened = await openServedPage('changed-files', 20_000);
  await writeTiles(`${opened.folder}/tiles`, 20);
});
afterAll(() => opened?.close());

it.skipIf(!chromium)(
  'a run that failed because files had changed leads on to the look for changes',
  async () => {
    const { page, folder } = opened;
    await opened.rail('Datasets').click();
    await page.getByRole('button', { name: 'Import a dataset' }).click();
    await page.getByLabel('Folder or file').fill(`${folder}/tiles`);
    await page.getByLabel('Folder or file').press('Tab');
    await page.getByText(/^A folder per class/).waitFor();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('60 patches', { exact: true }).waitFor();
    await writeTiles(`${folder}/tiles`, 20, undefined, 99);

    await page.getByRole('link', { name: 'Train …' }).click();
    await page.getByText('All settings').click();
    for (const [label, text] of Object.entries({
      ...{ 'Labels per class': '8', Epochs: '2', 'Image size': '32', 'Batch size': '8', Width: '4' },
      ...{ 'Validation labels per class': '2' },
    }))
      await page.getByLabel(label, { exact: true }).fill(text);
    await page.getByText('for 2 epochs on 24 patches').waitFor();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page
      .getByRole('main')
      .getByText(/is no longer what was read of it/)
      .waitFor();

    await page.getByRole('link', { name: 'look for changes in “tiles”' }).click();
    await page.getByRole('button', { name: 'Look for changes' }).click();
    const report = page.getByRole('region', { name: 'What changed' });
    const changed = `Changed\n${TILE_CLASSES.length * 20}`;
    await expect.poll(() => report.locator('dl').innerText(), { timeout: 20_000 }).toContain(changed);
  },
  90_000,
);
