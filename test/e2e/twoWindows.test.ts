import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { writeTiles } from '../support/tiles.ts';

describe.skipIf(!chromium)('two windows of one server', () => {
  let opened: ServedPage;
  beforeAll(async () => {
    opened = await openServedPage('two-windows', 20_000);
    for (const name of ['kept', 'deleted']) await writeTiles(`${opened.folder}/${name}`, 40);
  });
  afterAll(() => opened?.close());

  it('offer no training on a dataset that was deleted in the other, and keep what was entered', async () => {
    const { page, folder } = opened;
    for (const name of ['kept', 'deleted']) {
      await opened.rail('Datasets').click();
      await page.getByRole('button', { name: /^Import/ }).click();
      await page.getByLabel('Folder or file').fill(`${folder}/${name}`);
      await page.getByLabel('Folder or file').press('Tab');
      await page.getByText(/^A folder per class/).waitFor();
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('120 patches', { exact: true }).waitFor();
    }
    const opening = page.waitForEvent('popup');
    await page.evaluate('void window.open(location.href)');
    const other = await opening;
    await other.getByText('120 patches', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Train …' }).click();
    await page.getByLabel('Name', { exact: true }).fill('entered before');
    await page.getByText(/^Trains ResNet-18/).waitFor();
    const train = page.getByRole('button', { name: 'Train', exact: true });
    expect(await train.isEnabled()).toBe(true);

    await other.getByRole('button', { name: 'More', exact: true }).click();
    await other.getByRole('menuitem', { name: 'Delete …' }).click();
    await other.getByRole('button', { name: 'Delete dataset' }).click();
    await expect.poll(() => train.isDisabled(), { timeout: 5000 }).toBe(true);
    expect(await page.getByText(/^Trains ResNet-18/).count()).toBe(0);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('entered before');
  });
});
