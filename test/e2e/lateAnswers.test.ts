import type { Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from '../support/app.ts';
import { openServedPage, type ServedPage } from '../support/servedPage.ts';
import { writeTiles } from '../support/tiles.ts';

/** Answers that come late, as on a computer whose cores are all at work, leave what a person typed meanwhile. */
describe.skipIf(!chromium)('a slow backend', () => {
  let served: ServedPage;
  let page: Page;
  /** Of all loads and reconnections. */
  const sockets: WebSocketRoute[] = [];

  beforeAll(async () => {
    served = await openServedPage('late', 20_000);
    page = served.page;
    await writeTiles(`${served.folder}/tiles`, 4);
    await page.routeWebSocket(/\/events/, (socket) => {
      socket.connectToServer();
      sockets.push(socket);
    });
  });
  afterAll(() => served?.close());

  const chooser = () => page.getByRole('dialog').filter({ has: page.getByLabel('Content of the folder') });
  const address = () => chooser().getByLabel('Folder', { exact: true });
  const openChooser = async () => {
    await page.goto(new URL('/datasets?import=1', page.url()).href);
    await page.getByRole('button', { name: 'Folder …' }).click();
  };

  it('leaves the folder that is typed before the home folder is listed', async () => {
    const listing = await hold(page, 'files.list');
    await openChooser();
    await listing.asked;
    await address().fill(served.folder);
    await listing.release();
    await chooser().getByText('Reading …').waitFor({ state: 'hidden' });
    expect(await address().inputValue()).toBe(served.folder);
    await address().press('Enter');
    await chooser().getByRole('button', { name: 'tiles' }).waitFor();
  });

  it('chooses the folder that was typed, not the one that was listed before', async () => {
    await openChooser();
    await expect.poll(() => chooser().getByRole('button', { name: 'Choose' }).isEnabled()).toBe(true);
    const listing = await hold(page, 'files.list');
    await address().fill(`${served.folder}/tiles`);
    await chooser().getByRole('button', { name: 'Choose' }).click();
    await listing.asked;
    expect(await chooser().isVisible()).toBe(true);
    await listing.release();
    await page.getByText('12 files in 3 classes').waitFor();
  });

  it('leaves the name that is typed before the look at another folder has ended', async () => {
    await page.goto(new URL('/datasets?import=1', page.url()).href);
    const folder = page.getByLabel('Folder or file');
    const slow = await hold(page, 'datasets.preview');
    await folder.fill(served.folder);
    await folder.press('Tab');
    await slow.asked;
    await folder.fill(`${served.folder}/tiles`);
    await folder.press('Tab');
    await page.getByLabel('Name', { exact: true }).fill('Stripes');
    await slow.release();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name: 'Stripes' }).waitFor();
  });

  /** Loses the connection on the first screen; the answer to a request that the new one begins with is kept. */
  async function reconnect(request: string) {
    await page.goto(new URL('/start', page.url()).href);
    await page.getByRole('heading', { name: 'Start' }).waitFor();
    const answer = await hold(page, request);
    await sockets.at(-1)?.close();
    await answer.asked;
    return answer;
  }

  async function create(workspace: string): Promise<void> {
    await page.getByLabel('Folder', { exact: true }).fill(`${served.folder}/${workspace}`);
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
  }

  it('shows no dataset of the workspace that was open when it was asked', async () => {
    const before = await reconnect('datasets.list');
    await create('second');
    await before.release();
    await page.getByRole('button', { name: 'Import a dataset' }).click();
    await page.getByRole('dialog', { name: 'Import a dataset' }).waitFor();
    expect(await page.getByRole('link', { name: 'Stripes' }).count()).toBe(0);
  });

  it('does not go back to the workspace that was open when it was asked', async () => {
    const before = await reconnect('workspace.current');
    await create('third');
    await before.release();
    await page.getByRole('button', { name: 'Import a dataset' }).click();
    await page.getByRole('dialog', { name: 'Import a dataset' }).waitFor();
    expect(await page.getByTitle(`${served.folder}/third`).isVisible()).toBe(true);
  });

  it('leaves the focus on the button that was pressed, which asks only once', async () => {
    await page.goto(new URL('/start', page.url()).href);
    await page.getByLabel('Folder', { exact: true }).fill(`${served.folder}/fourth`);
    const opening = await hold(page, 'workspace.open');
    const asked: string[] = [];
    page.on('request', (request) => request.url().endsWith('/workspace.open') && asked.push(request.url()));
    const button = page.getByRole('button', { name: 'Create workspace' });
    await button.press('Enter');
    await opening.asked;
    await page.locator('button[aria-busy=true]:focus', { hasText: 'Create workspace' }).waitFor();
    await page.keyboard.press('Enter');
    await opening.release();
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
    expect(asked).toHaveLength(1);
  });

  it('keeps one connection waiting for the test of the devices, however often it reconnects', async () => {
    const badge = page.locator('header a[href="/hardware"]');
    await badge.waitFor(); // the test has ended: only an answer brings it back
    const waiting = await hold(page, 'hardware.get');
    const asked: string[] = [];
    page.on('request', (request) => request.url().endsWith('/hardware.get') && asked.push(request.url()));
    await page.goto(new URL('/start', page.url()).href);
    await waiting.asked;
    for (let lost = 0; lost < 3; lost++) {
      const known = page.waitForResponse('**/api/workspace.current');
      await sockets.at(-1)?.close();
      await known;
    }
    expect(asked).toHaveLength(1);
    await waiting.release();
    await badge.waitFor();
  });
});

/** Keeps the answer to the next request of a name until `release`; `asked` resolves once it was asked. */
async function hold(page: Page, request: string) {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  await page.route(
    `**/api/${request}`,
    async (route) => {
      const response = await route.fetch();
      asked.resolve();
      await released.promise;
      await route.fulfill({ response });
      done.resolve();
    },
    { times: 1 },
  );
  return {
    asked: asked.promise,
    release: () => {
      released.resolve();
      return done.promise;
    },
  };
}
