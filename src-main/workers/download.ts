import { RateMeter } from '../base/rate.ts';
import { UserError, reasonOf } from '../base/errors.ts';
import { makeFolder } from '../base/makeFolder.ts';
import type { DownloadSpec, WorkerContext, WorkerTask } from '../contract/worker.ts';
import { downloadFile } from '../data/downloads/downloadFile.ts';
import { presence, spaceFor, tooLittleSpace } from '../data/downloads/space.ts';

/** Gets files one after the other into a folder. What an earlier attempt left there is gone on with. */
export const downloadTask: WorkerTask<'download'> = async (spec, context) => {
  const { files, folder } = spec;
  const missing = await missingBytes(spec);
  const problem = tooLittleSpace(await spaceFor([{ folder, bytes: missing }]));
  if (problem) throw new UserError(problem);
  await makeFolder(folder).catch((error: unknown) => {
    throw new UserError(`The folder ${folder} could not be made: ${reasonOf(error)}. Choose another one.`);
  });
  const report = reporter(spec, context);
  let bytes = 0;
  for (const [index, file] of files.entries()) {
    let here = 0;
    const size = (now: number) => {
      here = now;
      report.here(bytes + here, index);
    };
    size(0);
    await downloadFile(file, folder, { size, received: report.received }, context.signal);
    bytes += here;
  }
  return { files: files.length, bytes };
};

async function missingBytes({ files, folder }: DownloadSpec): Promise<number> {
  const each = await Promise.all(files.map((file) => presence(file, folder)));
  return each.reduce((sum, { missingBytes }) => sum + missingBytes, 0);
}

/** Reports the bytes that are here, and how fast they come. */
function reporter({ files }: DownloadSpec, { progress }: WorkerContext<'download'>) {
  const total = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const meter = new RateMeter();
  let overNetwork = 0;
  return {
    /** @param bytes of all files; @param index of the one that is on its way */
    here(bytes: number, index: number): void {
      const whole = Math.max(total, bytes, 1); // files of unknown size are not in the total
      const { perSecond } = meter;
      progress({
        fraction: bytes / whole,
        message: `${megabytes(bytes)} of ${megabytes(whole)} MB · ${files[index]?.name} (${index + 1} of ${files.length})`,
        rate: perSecond === null ? null : { value: perSecond / 1e6, unit: 'MB/s' },
        secondsLeft: perSecond === null ? null : (whole - bytes) / perSecond,
      });
    },
    received(bytes: number): void {
      meter.update((overNetwork += bytes));
    },
  };
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6).toLocaleString('en');
