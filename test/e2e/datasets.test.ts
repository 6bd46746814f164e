import { copyFile, cp, mkdir, rename, rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { TILE_CLASSES, writeTiles } from '../support/tiles.ts';

const PER_CLASS = 12;
const SIDE = 32;

/** A dataset whose files change and move, and its health; every step goes on where the last one ended. */
describe.skipIf(!chromium)('a dataset that changes on disk', () => {
  let served: ServedPage;
  let page: Page;
  /** Where the patches are first, and what happens to them there. */
  let tiles: string;

  beforeAll(async () => {
    served = await openServedPage('datasets', 20_000);
    page = served.page;
    tiles = `${served.folder}/tiles`;
    await writeTiles(tiles, PER_CLASS, SIDE);
  });
  afterAll(() => served?.close());

  const tab = (name: string) =>
    page.getByRole('navigation', { name: 'Views of the dataset' }).getByRole('link', { name });
  const fact = (label: string) =>
    page.locator('dl > div', { has: page.getByText(label, { exact: true }) }).locator('dd');
  const lookForChanges = () => page.getByRole('button', { name: 'Look for changes' });
  const whatChanged = () => page.getByRole('region', { name: 'What changed' });
  const allShown = () =>
    page
      .getByRole('listbox', { name: 'Patches' })
      .getByRole('img')
      .evaluateAll((images) => images.every((image) => (image as { naturalWidth?: number }).naturalWidth));
  const pick = async (folder: string) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Folder', { exact: true }).fill(folder);
    await dialog.getByLabel('Folder', { exact: true }).press('Enter');
    await dialog.getByText(folder, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Choose' }).click();
  };

  /** The dataset is whole, at this place. */
  const isAt = async (folder: string) => {
    await page.getByRole('main').getByText(folder, { exact: true }).waitFor();
    await page.getByText(/^Nothing has changed since/).waitFor();
    await page.getByRole('link', { name: 'Train …' }).waitFor();
    expect(await page.getByText('Its files are no longer at').count()).toBe(0);
  };
  /** At the sizes of a laptop and of a desktop nothing reaches out at the side. */
  const fits = async () => {
    for (const [width, height] of [
      [1920, 1080],
      [1280, 800],
    ] as const) {
      await page.setViewportSize({ width, height });
      const main = page.getByRole('main');
      expect(await main.evaluate((it) => it.scrollWidth <= it.clientWidth)).toBe(true);
    }
  };

  it('is imported, and asks whether anything changed since', async () => {
    await served.rail('Datasets').click();
    // by the keyboard alone: the dialog begins in its first field
    await page.getByRole('button', { name: 'Import a dataset' }).press('Enter');
    await page.locator('[role=dialog] input:focus').waitFor();
    await page.keyboard.type(tiles);
    await page.keyboard.press('Tab');
    await page.getByText(/^A folder per class: 36 files/).waitFor();
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await page.getByText('36 patches', { exact: true }).waitFor();
    await expect.poll(allShown).toBe(true); // of files that are about to go
    await tab('Changes').click();
    await page.getByText('Did anything change in the folder?').waitFor();
  });

  it('tells what was added, removed, changed and moved, and shows what is there now', async () => {
    const [across, down, spots] = TILE_CLASSES.map((name) => `${tiles}/${name}/${name}`);
    await writeTiles(`${served.folder}/others`, 2, SIDE, 99);
    await rename(`${served.folder}/others/across/across-000.png`, `${tiles}/across/new.png`);
    await rename(`${served.folder}/others/down/down-000.png`, `${down}-004.png`);
    await rm(`${spots}-005.png`);
    await rm(`${spots}-006.png`);
    await rename(`${across}-003.png`, `${tiles}/down/relabelled.png`);

    await lookForChanges().click();
    await whatChanged().waitFor();
    expect((await whatChanged().locator('dl').innerText()).split(/\n+/)).toEqual([
      ...['Added', '+1', 'Removed', '−2', 'Changed', '1', 'Moved', '1'],
      ...['As before', '32'],
    ]);
    await whatChanged().getByText('Moved', { exact: true }).last().click();
    const moved = whatChanged().getByText('down/relabelled.png');
    expect(await moved.innerText()).toBe('down/relabelled.png was across/across-003.png');
    await whatChanged().getByText('Runs that were made before keep the patches').waitFor();
    expect(await fact('Revision').innerText()).toBe('2');
    await fits();

    await tab('Gallery').click();
    await page.getByText('35 patches', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^down/ }).click();
    await page.getByText('13 patches', { exact: true }).waitFor();
  });

  it('says so where nothing has changed', async () => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Look for changes' }).click();
    await page.getByText(/^Nothing has changed since \d+ \w+ \d{4}/).waitFor();
    expect(await fact('Revision').innerText()).toBe('2');
  });

  it('warns when its folder is gone, here and in the list, and offers no training', async () => {
    await rename(tiles, `${served.folder}/moved`);
    await page.evaluate("window.dispatchEvent(new Event('focus'))"); // as one who comes back from the file manager
    await page.getByText('Its files are no longer at').waitFor();
    expect(await page.getByRole('button', { name: 'Train …' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Look there again' }).click();
    await page.getByText('Still not there.').waitFor();
    await served.rail('Datasets').click();
    await page.getByText('files missing').waitFor();
    await page.getByRole('link', { name: 'tiles' }).click();
  });

  it('leaves everything as it was where the new place holds nothing of it, says why, and tries there again', async () => {
    await mkdir(`${served.folder}/place`);
    await page.getByRole('button', { name: 'Point to its new place …' }).click();
    await pick(`${served.folder}/place`);
    const failure = page.getByRole('main').getByRole('alert');
    await failure.getByText('There are no images here.').waitFor();
    await page.getByText('The dataset is as it was before.').waitFor();
    expect(await fact('Patches').innerText()).toBe('35');

    await rm(`${served.folder}/place`, { recursive: true });
    await rename(`${served.folder}/moved`, `${served.folder}/place`);
    await failure.getByRole('button', { name: 'Try again' }).click();
    await isAt(`${served.folder}/place`);
  });

  it('is found where it was copied to', async () => {
    await cp(`${served.folder}/place`, `${served.folder}/tiles`, { recursive: true });
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Point to another folder …' }).click();
    await pick(`${served.folder}/tiles`);
    await isAt(`${served.folder}/tiles`);
    await tab('Gallery').click();
    await expect.poll(allShown).toBe(true);
  });

  it('takes the microns per pixel by hand', async () => {
    await page.getByRole('button', { name: 'Change: Microns per pixel' }).click();
    await page.getByRole('dialog').getByLabel('Microns per pixel').fill('0.5');
    await page.getByRole('dialog').getByRole('button', { name: 'Set', exact: true }).click();
    await fact('Microns per pixel').getByText('0.5', { exact: true }).waitFor();
  });

  it('has a health that is checked on request and tells of duplicates, which can be looked at', async () => {
    await copyFile(`${tiles}/across/across-000.png`, `${tiles}/spots/twice.png`);
    await tab('Changes').click();
    await lookForChanges().click();
    await whatChanged()
      .getByText(/^revision 3,/)
      .waitFor();
    await lookForChanges().waitFor(); // the job is done
    await tab('Health').click();
    await page.getByRole('button', { name: 'Check 36 patches' }).click();
    await page.getByText(/36 patches looked at/).waitFor();
    const hints = page.getByRole('region', { name: 'What stands out' });
    await hints
      .getByText(/has different classes: at least one label/)
      .first()
      .waitFor();
    await fits();
    const pair = page.getByRole('figure').filter({ hasText: 'spots/twice.png' });
    await pair.getByText('different classes').waitFor();
    await pair.getByRole('button').click();
    const dialog = page.getByRole('dialog', { name: 'The same picture twice' });
    await dialog.getByText('across/across-000.png').waitFor();
    await dialog.getByText('spots/twice.png').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
  });

  it('met no error in the page', () => {
    expect([...served.chrome.pageErrors, ...served.chrome.consoleErrors]).toEqual([]);
  });
});
