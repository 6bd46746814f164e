import { z } from 'zod';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { entryCalled } from '../downloads/entries.ts';
import { queueImport } from '../downloads/queueImport.ts';
import type { Workplace } from '../session.ts';

/** The addresses are always the catalogue's: a row of the database says only which entry, and where to. */
export const DownloadParameters = z.object({ entry: z.string(), folder: z.string(), import: z.boolean() });
export type DownloadParameters = z.infer<typeof DownloadParameters>;

export function downloadBehaviour(workplace: Workplace): JobBehaviour<'download'> {
  const wanted = (jobId: number) => {
    const { entry, ...rest } = workplace.store.jobs.parameters(jobId, DownloadParameters);
    return { entry: entryCalled(workplace, entry), ...rest };
  };
  return {
    spec(job) {
      const { entry, folder } = wanted(job.id);
      return { folder, files: entry.files };
    },
    event() {},
    async finish(job) {
      const { entry, folder, import: importing } = wanted(job.id);
      if (importing) await queueImport(workplace, entry, folder);
    },
  };
}
