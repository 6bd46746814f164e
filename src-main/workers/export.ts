import { writeAtomic } from '../base/atomicFile.ts';
import type { WorkerTask } from '../contract/worker.ts';
import { csv, csvMetadata } from '../slides/exports/csv.ts';
import { geojson } from '../slides/exports/geojson.ts';
import { heatmapPng } from '../slides/exports/heatmap.ts';
import { inChunks } from '../slides/exports/inChunks.ts';

/** Writes the files that were asked for; each is there whole or not at all. */
export const exportTask: WorkerTask<'export'> = async ({ files, ...prediction }, context) => {
  const steps = [
    { file: files.geojson, write: (file: string) => writeAtomic(file, inChunks(geojson(prediction))) },
    {
      file: files.csv,
      async write(file: string) {
        await writeAtomic(`${file.replace(/\.csv$/i, '')}.metadata.json`, csvMetadata(prediction));
        await writeAtomic(file, inChunks(csv(prediction)));
      },
    },
    { file: files.png, write: async (file: string) => writeAtomic(file, await heatmapPng(prediction)) },
  ];
  for (const [i, { file, write }] of steps.entries()) {
    context.signal.throwIfAborted();
    if (file === undefined) continue;
    context.progress({
      fraction: i / steps.length,
      message: `writing ${file}`,
      rate: null,
      secondsLeft: null,
    });
    await write(file);
  }
  return files;
};
