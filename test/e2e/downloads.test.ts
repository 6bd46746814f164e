import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from '../../src-main/backend/startBackend.ts';
import { downloadCatalogue } from '../../src-main/data/downloads/catalogue.ts';
import { chromium, temporaryFolder } from '../support/app.ts';
import { openPage, type BrowserPage } from '../support/browserPage.ts';
import { testedHome } from '../support/testedHome.ts';
import { fileServer, honest, type FileServer } from '../support/fileServer.ts';
import { tilesEntry, zippedTiles } from '../support/publicDataset.ts';

/** A public dataset from a server on this computer; every step goes on where the last one ended. */
describe.skipIf(!chromium)('public datasets on the screen', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: FileServer;
  let zip: Buffer;
  let backend: Backend;
  let chrome: BrowserPage;
  let page: Page;

  beforeAll(async () => {
    folder = await temporaryFolder('downloads-screen');
    process.env.TESSERA_HOME = await testedHome(folder.path);
    server = await fileServer();
    zip = await zippedTiles(4);
    server.answers.set('/tiles.zip', honest(zip, { pause: 1000, piece: 4096 }));
    const huge = { ...tilesEntry(server.url, zip, { id: 'huge', title: 'Huge' }), unpackedBytes: 1e18 };
    const catalogue = [tilesEntry(server.url, zip), huge, ...downloadCatalogue];
    backend = await startBackend({ workspace: `${folder.path}/workspace`, catalogue });
    await backend.client('app.acceptResearchUse', {});
    chrome = await openPage(20_000);
    page = chrome.page;
  });
  afterAll(async () => {
    await chrome?.browser.close();
    await backend?.close();
    await server?.close();
    await folder?.remove();
  });

  const card = (title: string) => page.getByRole('region', { name: title });

  it('says what there is, under which licence, how to cite it, and fetches nothing', async () => {
    await page.goto(`${backend.url}/datasets?token=${backend.token}`);
    await page.getByRole('button', { name: 'Get a public dataset' }).click();
    for (const { title, licence, citation } of downloadCatalogue) {
      await card(title).getByRole('link', { name: licence.name }).waitFor();
      await card(title).getByText(citation).waitFor();
    }
    expect(new URL(page.url()).search).toBe('?public=1');
    expect(server.requests).toEqual([]);
  });

  it('refuses what there is no room for', async () => {
    await card('Huge').getByRole('button', { name: 'Download' }).click();
    await page.getByText(/are needed on the disk of/).waitFor();
    expect(await page.getByRole('button', { name: 'Download and import' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Back' }).click();
  });

  it('downloads after asking, can be cancelled, and goes on', async () => {
    await card('Public tiles').getByRole('button', { name: 'Download' }).click();
    await page.getByText('Free there').waitFor();
    expect(server.requests).toEqual([]);
    await page.getByRole('button', { name: 'Download and import' }).click();
    await card('Public tiles').getByRole('progressbar').waitFor();
    await card('Public tiles').getByText('MB/s').waitFor();
    await card('Public tiles').getByRole('button', { name: 'Cancel' }).click();
    await card('Public tiles').getByText('from an earlier attempt').waitFor();
    server.answers.set('/tiles.zip', honest(zip));
    await card('Public tiles').getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Download and import' }).click();
    await card('Public tiles').getByRole('link', { name: 'Show the dataset' }).click();
    await page.getByText('12 patches', { exact: true }).waitFor();
    expect(server.requests.at(-1)).toMatch(/^GET \/tiles\.zip bytes=[1-9]\d*-$/);
  });

  it('raises no error and breaks no rule of the page', () => {
    expect([chrome.pageErrors, chrome.consoleErrors]).toEqual([[], []]);
  });
});
