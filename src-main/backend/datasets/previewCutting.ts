import path from 'node:path';
import type { ParsedInput, RequestOutput } from '../../contract/requests.ts';
import type { WorkerHost } from '../../jobs/workerHost.ts';
import { runTask } from '../runTask.ts';
import type { Workplace } from '../session.ts';

/** Milliseconds: nobody waits longer for a picture of what will be cut. */
const LONGEST = 5 * 60_000;

/** Previews that nobody waits for any more, until they have ended. */
const ending = new WeakMap<WorkerHost, Promise<unknown>>();

/**
 * In a process of its own: annotations may be of any size, and slides from anywhere.
 * @param signal aborted when nobody waits for it any more: settings were changed again, or the dialog was closed
 * @throws UserError when it takes too long
 */
export async function previewCutting(
  { host, files }: Pick<Workplace, 'host' | 'files'>,
  input: ParsedInput<'datasets.previewCutting'>,
  signal: AbortSignal,
  after = LONGEST,
): Promise<RequestOutput<'datasets.previewCutting'>> {
  await ending.get(host); // or changes in a row would have processes side by side, which hear only after seconds that they are to end
  const spec = {
    ...input,
    path: path.resolve(input.path),
    annotations: input.annotations === null ? null : path.resolve(input.annotations),
    tissueFolder: files.tissue,
  };
  const stopped = `Looking at ${input.path} took longer than ${Math.ceil(after / 60_000)} minutes and was stopped. Choose fewer slides at a time, or see whether their annotations are what they should be: outlines of areas, not of every cell.`;
  const preview = runTask(host, 'previewCutting', spec, { stopped, after, signal });
  const abandon = () => void ending.set(host, Promise.allSettled([ending.get(host), preview]));
  signal.addEventListener('abort', abandon);
  try {
    return await preview;
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
