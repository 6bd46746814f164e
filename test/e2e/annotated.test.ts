import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { qupathGeoJson } from '../support/geojson.ts';
import { REAL_DATA } from '../support/realData.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { realSlide } from '../support/slides.ts';
import { writeTileSlide } from '../support/tiles.ts';

/** Squares of 112 px: 224 µm at 0.5 µm/px, and at the slide's 0.499 the same number of its pixels. */
const SIDE = 112;
/** What is asked of a process of its own takes a moment. */
const SOON = { timeout: 20_000 };

/** From annotations to a classifier; every step goes on where the last one ended. */
describe.skipIf(!chromium || !REAL_DATA)('patches from annotated slides on the screen', () => {
  let opened: ServedPage;
  let page: Page;
  let cases: string;
  let slideAddress: string;

  beforeAll(async () => {
    opened = await openServedPage('annotated', 20_000);
    ({ page } = opened);
    cases = `${opened.folder}/cases`;
    await mkdir(cases);
    await copyFile(realSlide('CMU-1-Small-Region.svs'), `${cases}/case1.svs`);
    const geojson = qupathGeoJson([
      ['Tumour', ...[0, 0], ...[10 * SIDE, 0], ...[10 * SIDE, 10 * SIDE], ...[0, 10 * SIDE]],
      // 28 squares lie within, 8 on the slope
      ['Stroma', ...[10 * SIDE, 0], ...[18 * SIDE, 0], ...[10 * SIDE, 8 * SIDE]],
      ['Fat', ...[0, 11 * SIDE], ...[10 * SIDE, 11 * SIDE], ...[10 * SIDE, 16 * SIDE], ...[0, 16 * SIDE]],
    ]);
    await writeFile(`${cases}/case1.geojson`, geojson);
    await writeTileSlide(`${cases}/case2.tif`);
    await writeFile(`${cases}/case2.geojson`, geojson.slice(0, 200));
  });
  afterAll(() => opened?.close());

  const dialog = () => page.getByRole('dialog', { name: 'Import a dataset' });
  const patchesOf = (name: string) =>
    dialog()
      .getByRole('group', { name: /^Classes/ })
      .locator('label', { hasText: name })
      .locator('.number');
  /** Chooses a folder, or a file in it, in the folder browser. */
  async function choose(title: string, folder: string, file?: string): Promise<void> {
    const chooser = page.getByRole('dialog', { name: title });
    const entry = chooser.getByLabel('Folder', { exact: true });
    await entry.fill(folder);
    await entry.press('Enter');
    if (file !== undefined) await chooser.getByRole('button', { name: file }).click();
    await chooser.getByRole('button', { name: 'Choose' }).click();
  }
  const status = () => dialog().locator('footer').getByRole('status').innerText();

  it('are recognised, and their slides and classes shown', async () => {
    await opened.rail('Datasets').click();
    await page.getByRole('button', { name: 'Import a dataset' }).click();
    await page.getByLabel('Folder or file').fill(cases);
    await page.getByLabel('Folder or file').press('Tab');
    await dialog()
      .getByRole('img', { name: /^case1\.svs: / })
      .waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('cases');
    expect(await dialog().getByRole('radio').count()).toBe(2);
    await dialog()
      .getByText(/case2\.geojson is cut off/)
      .first()
      .waitFor();
  });

  it('are counted anew as the settings change', async () => {
    await page.getByLabel('Patch size').fill(String(SIDE));
    await expect
      .poll(status, SOON)
      .toMatch(
        /^Cuts 178 patches of 112 px \(56 µm\) from 1 slide, 3 classes; takes \d.* in the workspace\.$/,
      );
    await dialog().getByRole('img', { name: 'case1.svs: 50 Fat, 28 Stroma, 100 Tumour' }).waitFor();
    expect(await patchesOf('Stroma').innerText()).toBe('28');
    await page.getByLabel('Covered by annotations of its class').fill('0.45');
    await expect.poll(() => patchesOf('Stroma').innerText(), SOON).toBe('36');
    await expect.poll(status, SOON).toMatch(/^Cuts 186 patches/);
  });

  it('are left out where they are glass, but not of classes that are glass themselves', async () => {
    await page.getByLabel('Least tissue').fill('0.5');
    await dialog()
      .getByRole('img', { name: 'case1.svs: 50 Fat, 16 Stroma, 100 Tumour; 20 squares of glass left out' })
      .waitFor(SOON);
    await expect.poll(status, SOON).toMatch(/^Cuts 166 patches/);
    await dialog().getByText('1 annotation · 20 glass').waitFor();
    await dialog()
      .getByText(/^Nothing is left out as glass of Fat, Tumour/)
      .waitFor();
    await page.getByLabel('Least tissue').fill('0');
    await expect.poll(status, SOON).toMatch(/^Cuts 186 patches/);
  });

  it('are not cut with a setting that is none', async () => {
    await page.getByLabel('Patch size').fill('5');
    await dialog().getByText('At least 16.').waitFor();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect.poll(() => page.getByLabel('Patch size').evaluate('document.activeElement.value')).toBe('5');
    await page.getByLabel('Patch size').fill(String(SIDE));
    expect(page.url()).toContain('import=1');
  });

  it('are left out with their class', async () => {
    await dialog().getByRole('checkbox', { name: /Fat/ }).uncheck();
    await expect.poll(status, SOON).toMatch(/^Cuts 136 patches .* 2 classes/);
    await dialog()
      .getByRole('checkbox', { name: /Stroma/ })
      .uncheck();
    await dialog()
      .getByText(/^Patches of one class only \(Tumour\)/)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
    for (const name of [/Fat/, /Stroma/]) await dialog().getByRole('checkbox', { name }).check();
    await expect.poll(status, SOON).toMatch(/^Cuts 186 patches/);
  });

  it('are pointed at in the picture by their class, and seen slide by slide', async () => {
    const box = (await dialog().locator('canvas').boundingBox())!;
    const scale = Math.min(box.width / 2220, box.height / 2967);
    const at = (x: number, y: number) =>
      page.mouse.move(
        box.x + (box.width - 2220 * scale) / 2 + x * scale,
        box.y + (box.height - 2967 * scale) / 2 + y * scale,
      );
    await at(5 * SIDE, 5 * SIDE);
    const name = dialog().locator('.picture .class');
    await expect.poll(() => name.innerText(), SOON).toBe('Tumour');
    await at(5 * SIDE, 13 * SIDE);
    await expect.poll(() => name.innerText(), SOON).toBe('Fat');
    await at(15 * SIDE, 15 * SIDE);
    await expect.poll(() => name.count(), SOON).toBe(0);
    await dialog().getByRole('radio', { name: /case1/ }).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => dialog().locator('figure').innerText(), SOON).toMatch(/is cut off/);
    await page.keyboard.press('ArrowUp');
    await dialog()
      .getByRole('img', { name: /^case1\.svs: / })
      .waitFor();
  });

  it('are cut, and become a dataset that knows where each is from', async () => {
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('186 patches', { exact: true }).waitFor();
    const patches = page.getByRole('listbox', { name: 'Patches' });
    await expect.poll(() => patches.getByRole('img').count(), SOON).toBeGreaterThan(20);
    await page.getByRole('button', { name: /^Stroma/ }).click();
    await page.getByText('36 patches', { exact: true }).waitFor();
    // the first of the upper row: right of the ten squares of tumour
    await page.getByText(`case1.svs at (1,120, 0), ${SIDE} px`).waitFor();
  });

  it('are shown on their slide', async () => {
    await page.getByRole('button', { name: 'Show on the slide' }).click();
    await page.waitForURL(/\/slides\/\d+\?x=1120&y=0&side=112$/);
    slideAddress = new URL(page.url()).pathname;
    const stage = page.getByRole('region', { name: 'Slide', exact: true });
    const box = (await stage.boundingBox())!;
    // The square is in the middle, of which the status line tells the position.
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 14);
    await stage.getByText(/x 1,1[67]\d, y [4-6]\d px/).waitFor();
    const action = page.getByRole('link', { name: 'Patches from annotations' });
    expect(await action.getAttribute('href')).toBe(
      `/datasets?import=1&path=${encodeURIComponent(`${cases}/case1.svs`)}`,
    );
    await action.click();
    await expect.poll(status, SOON).toMatch(/^Cuts /); // of this slide, with the annotations beside it
    expect(await dialog().getByRole('radio').count()).toBe(1);
    await page.keyboard.press('Escape');
  });

  it('are shown on the same slide once their folder has moved: the dataset takes the slides along', async () => {
    const moved = `${opened.folder}/archive`;
    await rename(cases, moved);
    await page.getByRole('link', { name: 'cases', exact: true }).click();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Point to another folder …' }).click();
    await choose('Where the folder of “cases” is now', moved);
    const report = page.getByRole('region', { name: 'What changed' });
    await report.getByText(/^1 · Pointed to their new place along with the dataset/).click();
    await report.getByText('case1.svs').waitFor();
    await page.getByRole('link', { name: 'Gallery' }).click();
    await page.getByRole('button', { name: /^Stroma/ }).click();
    await page.getByRole('button', { name: 'Show on the slide' }).click();
    await page.waitForURL(new RegExp(`${slideAddress}\\?x=1120&y=0&side=112$`));
    await page.getByRole('application', { name: /^case1\.svs/ }).waitFor(); // not missing
    expect(await page.getByRole('complementary', { name: 'Slides' }).getByRole('link').count()).toBe(1);
    cases = moved;
  });

  it('are shown on slides that are found together on the screen of the slides', async () => {
    await page.getByRole('button', { name: 'Open slide' }).click();
    await choose('Open a slide', cases, 'case2.tif');
    await page.getByRole('application', { name: /^case2\.tif/ }).waitFor();
    const moved = `${opened.folder}/vault`;
    await rename(cases, moved);
    await page.reload();
    await page.getByRole('button', { name: 'Point to its new place' }).click();
    await choose('Where “case2.tif” is now', moved, 'case2.tif');
    await page.getByText('1 other slide was found in the same folder and pointed to anew.').waitFor();
    await page.getByRole('link', { name: 'case1.svs' }).click();
    await page.getByRole('application', { name: /^case1\.svs/ }).waitFor();
    await opened.rail('Datasets').click();
  });

  it('teach a classifier', async () => {
    await page.getByRole('link', { name: 'cases', exact: true }).click();
    await page.getByRole('link', { name: 'Train …' }).click();
    await page.getByText('All settings').click();
    for (const [label, text] of Object.entries({
      ...{ 'Labels per class': '8', Epochs: '2', 'Image size': '32', 'Batch size': '8', Width: '4' },
      ...{ 'Validation labels per class': '2', 'Held out for the test': '25' },
    }))
      await page.getByLabel(label, { exact: true }).fill(text);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.waitForURL(/\/runs\/\d+/);
    await page.getByText('done', { exact: true }).waitFor({ timeout: 180_000 });
    expect(await page.locator('main').innerText()).toMatch(/Test accuracy\s+\d+\.\d % \(n = \d+\)/);
  });

  it('are shown on their slide where a classifier was measured on them, too', async () => {
    await page
      .getByRole('button', { name: /predicted as/, disabled: false })
      .first()
      .click();
    await page.getByText(/^case[12]\.\w+ at \([\d,]+, [\d,]+\), \d+ px$/).waitFor();
    await page.getByRole('button', { name: 'Show on the slide' }).click();
    await page.waitForURL(/\/slides\/\d+\?x=\d+&y=\d+&side=\d+$/);
  });

  it('had no error in the page on the way', () =>
    expect([...opened.chrome.pageErrors, ...opened.chrome.consoleErrors]).toEqual([]));
});
