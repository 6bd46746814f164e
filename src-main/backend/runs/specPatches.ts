import path from 'node:path';
import type { SpecPatch } from '../../contract/worker.ts';
import { placeInPack, readIndex } from '../../data/packedPatches.ts';
import type { DrawnPatch } from '../../store/tables/runPatches.ts';

/**
 * The patches of a run as its worker gets them: with what is on record of their files. Not of those in packs that lie in the workspace: these
 * are Tessera's own, where a patch stays what it is, and a workspace may be copied.
 * @param root of the dataset
 */
export function specPatches(root: string, drawn: readonly DrawnPatch[]): SpecPatch[] {
  const own = new Map<string, boolean>();
  const isOwn = (index: string): boolean => {
    const known = own.get(index) ?? !path.isAbsolute(readIndex(path.join(root, index)).file);
    own.set(index, known);
    return known;
  };
  return drawn.map(({ content, ...patch }) => {
    const place = placeInPack(patch.path);
    return place && isOwn(place.index) ? patch : { ...patch, content };
  });
}
