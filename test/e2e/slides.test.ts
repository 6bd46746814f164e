import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultRunConfig } from '../../src-main/contract/defaults.ts';
import type { RequestName, RequestInput, RequestOutput } from '../../src-main/contract/requests.ts';
import { chromium, serve, temporaryFolder, type Served } from '../support/app.ts';
import { openPage, type BrowserPage } from '../support/browserPage.ts';
import { damageTiles, writeTiff } from '../support/slides.ts';
import { testedHome } from '../support/testedHome.ts';
import { writeTiles } from '../support/tiles.ts';

const [WIDTH, HEIGHT] = [1500, 1100]; // no level halves evenly, and the last tiles are cut on both sides
const TISSUE_ENDS = 800;
/** Tiles of 64 pixels near the middle, on tissue: under each lie four patches of 32. */
const DAMAGED = [
  [10, 8],
  [11, 8],
] as const;
const MARK = { x: 1400, y: 1000, size: 60 };

/** A loaded machine takes its time to decode and draw. */
const patiently = { timeout: 20_000 };

/** What the functions that run inside the page see of it. */
declare const document: { querySelector(selector: string): OverlayCanvas | null };
interface OverlayCanvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8Array } };
}

describe.skipIf(!chromium)('a slide in the browser', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let served: Served;
  let chrome: BrowserPage;
  let page: Page;

  /** Asks the backend as the command line does. */
  async function ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>> {
    const { origin, searchParams } = new URL(served.url);
    const answer = await fetch(`${origin}/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${searchParams.get('token')}` },
      body: JSON.stringify(input),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as RequestOutput<N>;
  }
  const allDone = () =>
    vi.waitUntil(async () => (await ask('jobs.list', {})).every(({ status }) => status === 'done'), {
      timeout: 60_000,
      interval: 200,
    });

  beforeAll(async () => {
    folder = await temporaryFolder('slides');
    await mkdir(path.join(folder.path, 'slides'));
    await writeTiff(path.join(folder.path, 'slides', 'drawn.tif'), drawnSlide());
    const damaged = path.join(folder.path, 'slides', 'damaged.tif');
    await writeTiff(damaged, drawnSlide(), { compression: 'deflate', pyramid: false });
    await damageTiles(damaged, 0, DAMAGED);
    await writeFile(path.join(folder.path, 'slides', 'letter.svs'), 'Dear colleague, '.repeat(40));
    await writeTiles(path.join(folder.path, 'tiles'), 12);

    served = await serve(await testedHome(folder.path));
    await ask('app.acceptResearchUse', {});
    await ask('workspace.open', { path: path.join(folder.path, 'workspace'), create: true });
    const { dataset } = await ask('datasets.import', {
      path: path.join(folder.path, 'tiles'),
      name: 'Stripes',
    });
    await allDone();
    const small = { width: 4, imageSize: 16, perClass: 8, validationPerClass: 0, epochs: 1, batchSize: 8 };
    const config = { ...defaultRunConfig(dataset.id), ...small, device: 'cpu' as const };
    await ask('runs.create', { config });
    await allDone();

    chrome = await openPage(20_000);
    page = chrome.page;
    await page.goto(served.url);
    await page.getByRole('link', { name: 'Slides', exact: true }).click();
  });
  afterAll(async () => {
    await chrome?.browser.close();
    await served?.stop();
    await folder?.remove();
  });

  /** Opens a file of the slides' folder through the folder browser. */
  async function open(name: string): Promise<void> {
    await page.getByRole('button', { name: 'Open slide' }).first().click();
    await choose('Open a slide', path.join(folder.path, 'slides'), name);
  }

  /** Chooses a file in the folder browser. */
  async function choose(title: string, at: string, name: string): Promise<void> {
    const chooser = page.getByRole('dialog', { name: title });
    const entry = chooser.getByLabel('Folder', { exact: true });
    await entry.fill(at);
    await entry.press('Enter');
    await chooser.getByRole('button', { name }).click();
    await chooser.getByRole('button', { name: 'Choose' }).click();
  }

  /** The share of the overlay that is painted. */
  const painted = () =>
    page.evaluate(() => {
      const canvas = document.querySelector('.slide-overlay');
      if (!canvas) return 0;
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let opaque = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]) opaque++;
      return opaque / (data.length / 4);
    });
  const stage = () => page.getByRole('region', { name: 'Slide', exact: true });

  /** The slide position that the status line names while the pointer is on a point of the stage. */
  async function positionAt(x: number, y: number): Promise<{ x: number; y: number }> {
    const box = await stage().boundingBox();
    await page.mouse.move((box?.x ?? 0) + x, (box?.y ?? 0) + y);
    const text = await stage()
      .getByText(/^x [\d,]+, y/)
      .innerText();
    const [, column = '', row = ''] = /x ([\d,]+), y ([\d,]+) px/.exec(text) ?? [];
    return { x: Number(column.replaceAll(',', '')), y: Number(row.replaceAll(',', '')) };
  }

  it('refuses a file that is no slide, in words', async () => {
    await open('letter.svs');
    await page
      .getByRole('alert')
      .getByText(/letter\.svs is a text file/)
      .waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
  });

  it('shows every tile where it belongs, with a scale', async () => {
    await open('drawn.tif');
    await page.getByRole('img', { name: /^Scale bar: \d+ µm$/ }).waitFor();
    // The red mark lies in the tiles that are cut at the right and lower edge.
    const found = async () => centreOfRed(await stage().screenshot());
    await expect.poll(async () => (await found()) !== null, patiently).toBe(true);
    const seen = await found();
    const position = await positionAt(seen?.x ?? 0, seen?.y ?? 0);
    expect(Math.abs(position.x - (MARK.x + MARK.size / 2))).toBeLessThan(8);
    expect(Math.abs(position.y - (MARK.y + MARK.size / 2))).toBeLessThan(8);
  });

  it('lets the resolution be set by hand, and says so', async () => {
    await page.getByRole('button', { name: 'Set …' }).click();
    await page.getByRole('dialog').getByLabel('Microns per pixel').fill('0.25');
    await page.getByRole('dialog').getByRole('button', { name: 'Set', exact: true }).click();
    await stage().getByText('0.25 µm/px (set by you)').waitFor();
  });

  it('lays the classified tissue over the slide, and C hides it', async () => {
    await page.getByRole('button', { name: 'Classify tissue' }).click();
    await page.getByRole('heading', { name: 'Heat map' }).waitFor();
    await allDone();
    await page.getByText(/of the slide is tissue · [\d,]+ patches/).waitFor();
    await expect.poll(painted, patiently).toBeGreaterThan(0.2);
    await page.keyboard.press('c');
    await expect.poll(painted, patiently).toBe(0);
    await page.keyboard.press('c');
    await expect.poll(painted, patiently).toBeGreaterThan(0.2);
    await page.getByLabel('Threshold').fill('1');
    await expect.poll(painted, patiently).toBeLessThan(0.05);
    await page.getByLabel('Threshold').fill('0');
  });

  it('shows the scores of the patch that is clicked, and Escape leaves it', async () => {
    const box = await stage().boundingBox();
    const [x, y] = [(box?.width ?? 0) * 0.3, (box?.height ?? 0) * 0.5];
    const position = await positionAt(x, y);
    expect(position.x).toBeLessThan(TISSUE_ENDS);
    await page.mouse.click((box?.x ?? 0) + x, (box?.y ?? 0) + y);
    const rows = page.getByRole('table', { name: 'Model scores of this patch' }).getByRole('row');
    await rows.first().waitFor();
    const scores = (await rows.allInnerTexts()).map((text) => Number(text.split(/\s+/).at(-1)));
    expect(scores).toHaveLength(3);
    expect(scores.reduce((sum, score) => sum + score)).toBeCloseTo(1, 2);
    const side = 32; // the tiles' size: the model does not know their scale, so full resolution is used
    const [column, row] = [Math.floor(position.x / side), Math.floor(position.y / side)];
    await page.getByText(`Column ${column}, row ${row} ·`).waitFor();
    await page.keyboard.press('Escape');
    await rows.first().waitFor({ state: 'hidden' });
  });

  it('shows the scores of the patch in the middle to whom has no mouse', async () => {
    const slide = page.getByRole('application', { name: /^drawn\.tif: arrow keys move/ });
    await slide.press('0');
    await slide.press('Enter');
    const patch = page.getByText(
      `Column ${Math.floor(WIDTH / 2 / 32)}, row ${Math.floor(HEIGHT / 2 / 32)} ·`,
    );
    await patch.waitFor();
    await page.keyboard.press('Escape');
    await patch.waitFor({ state: 'hidden' });
  });

  it('exports what QuPath and WSInfer read', async () => {
    const out = path.join(folder.path, 'out');
    await page.getByRole('button', { name: 'More for this classification' }).click();
    await page.getByRole('menuitem', { name: 'Export …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export the classification' });
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog.getByText('Choose the folder').waitFor();
    await dialog.getByLabel('Folder', { exact: true }).fill(out);
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    await dialog.getByText('These files were written:').waitFor();
    const files = (await dialog.getByRole('listitem').allInnerTexts()).map((text) => text.trim());
    expect(files.map((file) => path.extname(file)).toSorted()).toEqual(['.csv', '.geojson', '.png']);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    const csv = await readFile(files.find((file) => file.endsWith('.csv')) ?? '', 'utf8');
    expect(csv).toContain('minx,miny,width,height,prob_across,prob_down,prob_spots');
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    expect(chrome.pageErrors).toEqual([]);
  });

  it('shows and classifies what is whole of a damaged slide, and says what is not', async () => {
    await open('damaged.tif');
    await page.getByRole('button', { name: 'Classify tissue' }).click();
    await page
      .getByText(
        /^8 of [\d,]+ patches could not be read: the tile in column 10, row 8 of level 0 is damaged\./,
      )
      .waitFor();
    await expect.poll(painted, patiently).toBeGreaterThan(0.2);
    for (let step = 0; step < 4; step++) await page.keyboard.press('+');
    const failure = page
      .getByRole('alert')
      .getByText(/The tile in column 1[01], row 8 of level 0 of .*damaged\.tif is damaged/);
    await failure.waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await failure.waitFor({ state: 'hidden' });
    expect(chrome.pageErrors).toEqual([]);
  });

  it('says where a slide is missing, and finds it again', async () => {
    const [here, elsewhere] = ['damaged.tif', 'moved.tif'].map((name) =>
      path.join(folder.path, 'slides', name),
    );
    await rename(here ?? '', elsewhere ?? '');
    await page.reload();
    await page.getByRole('heading', { name: '“damaged.tif” is not where it was' }).waitFor();
    await rename(elsewhere ?? '', here ?? '');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText(/^8 of [\d,]+ patches could not be read/).waitFor();
  });

  it('takes a slide from its new place with what was classified, and nothing else for it', async () => {
    const slides = path.join(folder.path, 'slides');
    const archive = path.join(folder.path, 'archive');
    await mkdir(archive);
    await rename(path.join(slides, 'damaged.tif'), path.join(archive, 'damaged.tif'));
    await page.reload();
    const point = page.getByRole('button', { name: 'Point to its new place' });
    await point.click();
    await choose('Where “damaged.tif” is now', slides, 'drawn.tif');
    await page
      .getByRole('alert')
      .getByText(/drawn\.tif is in the list of slides already/)
      .waitFor();
    await point.click();
    await choose('Where “damaged.tif” is now', archive, 'damaged.tif');
    await page.getByText(/^8 of [\d,]+ patches could not be read/).waitFor();
    expect(chrome.pageErrors).toEqual([]);
  });
});

/** Stained tissue in the left half, glass in the right half, and a red mark near the lower right corner. */
function drawnSlide() {
  const data = new Uint8Array(WIDTH * HEIGHT * 3).fill(244);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const marked = x >= MARK.x && x < MARK.x + MARK.size && y >= MARK.y && y < MARK.y + MARK.size;
      const wave = 20 * Math.sin(x / 5) * Math.cos(y / 9);
      if (marked) data.set([225, 0, 0], (y * WIDTH + x) * 3);
      else if (x < TISSUE_ENDS) data.set([190 + wave, 110 + wave, 170 + wave], (y * WIDTH + x) * 3);
    }
  return { width: WIDTH, height: HEIGHT, data };
}

/** The centre of what is pure red in a screenshot; null when nothing is. */
async function centreOfRed(screenshot: Buffer): Promise<{ x: number; y: number } | null> {
  const { data, info } = await sharp(screenshot).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let [count, sumX, sumY] = [0, 0, 0];
  const mainPart = info.height / 3; // the navigator above shows the mark as well
  for (let y = Math.ceil(mainPart); y < info.height; y++)
    for (let x = 0; x < info.width; x++) {
      const [red = 0, green = 0, blue = 0] = data.subarray((y * info.width + x) * 3);
      if (red < 200 || green > 40 || blue > 40) continue;
      count++;
      sumX += x;
      sumY += y;
    }
  return count > 100 ? { x: sumX / count, y: sumY / count } : null;
}
