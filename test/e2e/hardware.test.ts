import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from '../../src-main/backend/startBackend.ts';
import { defaultRunConfig } from '../../src-main/contract/defaults.ts';
import { chromium, temporaryFolder } from '../support/app.ts';
import { openPage, type BrowserPage } from '../support/browserPage.ts';
import { writeTiles } from '../support/tiles.ts';

/** Workers on a computer whose graphics cards are lost in their eighth step. */
const workerEntry = fileURLToPath(
  new URL('../process/backend/fixtures/failingCardWorker.ts', import.meta.url),
);

describe.skipIf(!chromium)('on a computer whose graphics card fails', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let backend: Backend;
  let chrome: BrowserPage;
  let page: Page;
  let datasetId: number;

  beforeAll(async () => {
    folder = await temporaryFolder('hardware');
    process.env.TESSERA_HOME = `${folder.path}/home`;
    await writeTiles(`${folder.path}/tiles`, 14);
    backend = await startBackend({ workspace: `${folder.path}/w`, workerEntry });
    await backend.client('app.acceptResearchUse', {});
    const { dataset } = await backend.client('datasets.import', {
      path: `${folder.path}/tiles`,
      name: 'Stripes',
    });
    await backend.idle();
    datasetId = dataset.id;
    chrome = await openPage(30_000);
    page = chrome.page;
  });
  afterAll(async () => {
    await chrome?.browser.close();
    await backend?.close();
    await folder?.remove();
  });

  const open = (path: string) => page.goto(`${backend.url}${path}?token=${backend.token}`);

  it('a run says so, and goes on with the processor at a press', async () => {
    const few = { perClass: 6, validationPerClass: 2, epochs: 5, batchSize: 6 };
    const tiny = { width: 4, imageSize: 16, device: 'webgpu' } as const;
    const { id } = await backend.client('runs.create', {
      config: { ...defaultRunConfig(datasetId), ...few, ...tiny },
    });
    await backend.idle();
    await open(`/runs/${id}`);
    await page.getByText('The graphics card (WebGPU) failed while training: the device was lost.').waitFor();
    await page.getByText('2 of 5 epochs are kept.').waitFor();
    await page.getByRole('button', { name: 'Go on with the processor (CPU)' }).click();
    await page.getByText('began on the graphics card (WebGPU) and went on with the processor').waitFor();
    expect(await backend.client('runs.get', { id })).toMatchObject({ status: 'done', epochsDone: 5 });
  });

  it('the default device is chosen on the Hardware screen, by keyboard too, and kept', async () => {
    await open('/hardware');
    const radio = (name: string) => page.getByRole('radio', { name });
    await expect.poll(() => radio('Automatic').isChecked()).toBe(true);
    await radio('Automatic').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await backend.client('hardware.get', {})).defaultDevice).toBe('cpu');
    await page.reload();
    await expect.poll(() => radio('Processor (CPU)').isChecked()).toBe(true);
    await backend.client('hardware.choose', { device: 'webgpu' }); // as another window would
    await expect.poll(() => radio('Graphics card (WebGPU)').isChecked()).toBe(true);
    await page.getByText('GPU: A card').waitFor();
  });

  it('the devices are tested again, with progress', async () => {
    const before = (await backend.client('hardware.get', {})).testedAt;
    await page.getByRole('button', { name: 'Test again' }).click();
    await page.getByRole('progressbar', { name: 'Test of the devices' }).waitFor();
    await page.getByRole('progressbar', { name: 'Test of the devices' }).waitFor({ state: 'detached' });
    expect((await backend.client('hardware.get', {})).testedAt).toBeGreaterThan(before);
    expect([...chrome.pageErrors, ...chrome.consoleErrors]).toEqual([]);
  });

  it('the form offers the devices', async () => {
    await open('/train');
    await page.getByText('All settings').click();
    await page.getByLabel('Device', { exact: true }).click();
    const offered = await page.getByRole('option').allInnerTexts();
    expect(offered[0]).toMatch(/Automatic\s+now the graphics card \(WebGPU\)/);
    expect(offered[1]).toMatch(/Processor \(CPU\)\s+A card/);
  });
});
