import path from 'node:path';
import type { ParsedInput, RequestOutput } from '../../contract/requests.ts';
import { runTask } from '../runTask.ts';
import type { Workplace } from '../session.ts';

/** In a process of its own: annotations may be of any size, and slides from anywhere. */
export function previewCutting(
  { host }: Workplace,
  input: ParsedInput<'datasets.previewCutting'>,
): Promise<RequestOutput<'datasets.previewCutting'>> {
  const spec = {
    ...input,
    path: path.resolve(input.path),
    annotations: input.annotations === null ? null : path.resolve(input.annotations),
  };
  return runTask(host, 'previewCutting', spec, { stopped: `Looking at ${input.path} was stopped.` });
}
