import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ParsedInput, RequestOutput } from '../../contract/requests.ts';
import type { Workplace } from '../session.ts';

/** In a process of its own: annotations may be of any size, and slides from anywhere. */
export async function previewCutting(
  { host }: Workplace,
  input: ParsedInput<'datasets.previewCutting'>,
): Promise<RequestOutput<'datasets.previewCutting'>> {
  const spec = {
    ...input,
    path: path.resolve(input.path),
    annotations: input.annotations === null ? null : path.resolve(input.annotations),
  };
  const worker = host.start('previewCutting', spec, { progress: () => {}, event: () => {} });
  const outcome = await worker.outcome;
  if (outcome.type === 'done') return outcome.result;
  if (outcome.type === 'failed') throw new UserError(outcome.message, outcome.details);
  throw new UserError(`Looking at ${input.path} was stopped.`);
}
