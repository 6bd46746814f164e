import { mkdir, writeFile } from 'node:fs/promises';
import type { Request, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { qupathGeoJson } from '../support/geojson.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { writeTileSlide } from '../support/tiles.ts';

let opened: ServedPage;
beforeAll(async () => {
  if (chromium) opened = await openServedPage('cutting-left', 20_000);
});
afterAll(() => opened?.close());

it.skipIf(!chromium)(
  'the look at annotated slides ends when settings change or the dialog closes, and is taken up again',
  async () => {
    const { page, folder } = opened;
    await mkdir(`${folder}/cases`);
    await writeTileSlide(`${folder}/cases/case.tif`);
    const areas = qupathGeoJson([
      ['Tumour', ...[0, 0], ...[500, 0], ...[500, 1000], ...[0, 1000]],
      ['Stroma', ...[500, 0], ...[1000, 0], ...[1000, 1000], ...[500, 1000]],
    ]);
    await writeFile(`${folder}/cases/case.geojson`, areas);
    const address = '**/api/datasets.previewCutting';
    const asked: Request[] = [];
    const ended: Request[] = [];
    const hold = (route: Route) => void asked.push(route.request()); // and no answer
    page.on('requestfailed', (request) => void (asked.includes(request) && ended.push(request)));
    await page.route(address, hold);

    await opened.rail('Datasets').click();
    const open = page.getByRole('button', { name: 'Import a dataset' });
    await open.click();
    const dialog = page.getByRole('dialog', { name: 'Import a dataset' });
    const source = dialog.getByLabel('Folder or file');
    await source.fill(`${folder}/cases`);
    await source.press('Enter');
    await expect.poll(() => asked.length).toBe(1);
    const size = dialog.getByLabel('Patch size');
    await size.fill('100');
    await size.press('Enter');
    await expect.poll(() => asked.length).toBe(2);
    expect(ended).toEqual(asked.slice(0, 1));
    await page.keyboard.press('Escape');
    await expect.poll(() => ended).toEqual(asked);

    await page.unroute(address, hold);
    await open.click();
    await dialog.getByText('a patch is 100 px wide on it').waitFor();
  },
  60_000,
);
