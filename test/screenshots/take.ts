import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Backend } from '../../src-main/backend/startBackend.ts';
import { chromium, root } from '../support/app.ts';
import { openPage } from '../support/browserPage.ts';
import { imagesAreThere, replaceText } from './inPage.ts';
import { type Picture, pictures } from './pictures.ts';
import { smallPng } from './smallPng.ts';
import { createWorld } from './world.ts';

/*
 * Takes the guide's pictures anew, from the built renderer and generated data alone: `npm run -s screenshots`. With names behind it, only those.
 * Dates, durations and the hardware are this computer's; everything else is the same each time.
 */

const folder = path.join(root, 'docs/screenshots');
const wanted = process.argv.slice(2);

if (!chromium) throw new Error('The pictures are taken in Chromium or Chrome, and neither is here.');
const world = await createWorld();
try {
  await takeAll(pictures(world), world.backend);
} finally {
  await world.remove();
}

async function takeAll(all: readonly Picture[], { url, token }: Backend): Promise<void> {
  await mkdir(folder, { recursive: true });
  // A picture that is no longer taken would never change again.
  const names = all.map(({ name }) => `${name}.png`);
  for (const file of await readdir(folder)) if (!names.includes(file)) await rm(path.join(folder, file));
  const { browser, page, pageErrors, consoleErrors } = await openPage(30_000);
  try {
    await page.goto(`${url}/?token=${token}`);
    for (const picture of all) {
      if (wanted.length > 0 && !wanted.includes(picture.name)) continue;
      const png = await take(page, url, picture);
      await writeFile(path.join(folder, `${picture.name}.png`), png);
      console.log(`${picture.name}.png, ${Math.round(png.length / 1000)} kB`);
    }
  } finally {
    await browser.close();
  }
  if (pageErrors.length + consoleErrors.length > 0)
    throw new Error(`Errors in the page: ${[...pageErrors, ...consoleErrors].join('\n')}`);
}

async function take(page: Page, url: string, { path: place, theme = 'light', ready }: Picture) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.goto(`${url}${place}`);
  await ready(page);
  await settle(page);
  return smallPng(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
}

/** Waits until fonts and the images in sight are there, and hides where on this computer Tessera is and the system's exact version. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(imagesAreThere);
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.evaluate(replaceText(root, '/opt/tessera'));
  await page.evaluate(replaceText(` (${release()})`, ''));
}
