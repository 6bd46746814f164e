import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError, reasonOf } from '../../base/errors.ts';
import { requireSpace } from '../../data/import/unpackTo.ts';
import { indexFile, patchBytes } from '../../data/packedPatches.ts';
import { identityOf } from '../../data/pcam/files.ts';
import { fingerprint } from './fingerprint.ts';
import { GrowingPack, PackError, removePack } from './growingPack.ts';
import type { SlidePlan } from './plan.ts';

/** Path of a slide's pack, from which its patches have their names. */
const packOf = (folder: string, slide: string): string => path.join(folder, `${slide}.pack`);

const INDEX = /\.pack\.json$/;

/** The pack of a slide in the workspace's folder. @throws UserError when the slide cannot be read any more */
export async function slidePack(
  folder: string,
  { pair: { slide, slideFile }, side }: SlidePlan,
  patchSize: number,
): Promise<GrowingPack> {
  const content = await Promise.all([identityOf(slideFile), fingerprint(slideFile)]).catch(
    (error: unknown) => {
      throw new UserError(`${slideFile} could not be read: ${reasonOf(error)}.`);
    },
  );
  const [source, print] = content;
  const identity = { source, fingerprint: print, side, width: patchSize, height: patchSize };
  return GrowingPack.open(packOf(folder, slide), identity).catch((error: unknown) => {
    throw new PackError(`The patches of ${slide} cannot be written to ${folder}: ${reasonOf(error)}.`);
  });
}

/** @throws NoSpaceError when patches will not fit, besides what was cut before */
export async function requireRoom(folder: string, patches: number, patchSize: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sizes = (await filesIn(folder))
    .filter((file) => file.endsWith('.pixels'))
    .map(async (file) => (await stat(path.join(folder, file))).size);
  const present = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  const needed = patches * patchBytes({ width: patchSize, height: patchSize });
  await requireSpace(folder, Math.max(0, needed - present), 'Cutting the patches');
}

/** Removes what was cut from slides that are no longer among these. */
export async function removeOtherPacks(folder: string, slides: readonly string[]): Promise<void> {
  const kept = new Set(slides.map((slide) => indexFile(packOf('', slide))));
  for (const file of await filesIn(folder))
    if (INDEX.test(file) && !kept.has(file)) await removePack(path.join(folder, file));
}

const filesIn = (folder: string): Promise<string[]> => readdir(folder, { recursive: true });
