import { execFile } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { workspaceFiles } from '../../../src-main/backend/workspace/files.ts';
import { openSlide } from '../../../src-main/slides/open.ts';
import { openStore } from '../../../src-main/store/store.ts';
import { left, right } from '../../support/annotated.ts';
import { root } from '../../support/app.ts';
import { qupathGeoJson } from '../../support/geojson.ts';
import { temporaryFolder, testImage, writeTiff } from '../../support/slides.ts';

const folder = temporaryFolder();
const workspace = path.join(folder, 'w');
const main = path.join(root, 'src-main/cli/main.ts');

const tessera = async (...args: string[]): Promise<string> =>
  (
    await promisify(execFile)(process.execPath, [main, ...args, '--workspace', workspace], {
      env: { ...process.env, TESSERA_HOME: path.join(folder, 'home') },
    })
  ).stdout;

it('tells which slides moved with the dataset that was cut from them', async () => {
  const cases = path.join(folder, 'cases');
  await mkdir(cases);
  const slide = path.join(cases, 'a.tif');
  await writeTiff(slide, testImage(640, 512), { compression: 'deflate' });
  await writeFile(`${slide}.geojson`, qupathGeoJson([left, right]));
  await tessera('dataset', 'import', cases, '--name', 'cut', '--patch-size', '64');

  const opened = await openSlide(slide);
  const store = openStore(workspaceFiles(workspace).database);
  store.slides.setFacts(store.slides.announce('a.tif', slide, false), opened.info);
  store.close();
  await opened.close();

  const moved = path.join(folder, 'moved');
  await rename(cases, moved);
  const told = await tessera('dataset', 'refresh', 'cut', '--from', moved);
  expect(told.trim().split('\n')).toEqual([
    `cut: nothing has changed in ${moved}.`,
    '',
    'Slides that were pointed to their new place along with it; what was classified on them stays:',
    '  a.tif',
  ]);
  expect(await tessera('dataset', 'refresh', 'cut')).toBe(`cut: nothing has changed in ${moved}.\n`);
}, 60_000);
