import { z } from 'zod';
import { UserError, explain } from '../base/errors.ts';
import {
  requests,
  type Client,
  type Handlers,
  type RequestError,
  type RequestName,
} from '../contract/requests.ts';
import { NotFoundError } from './problems.ts';

/** The input of a request does not fit the contract: a defect of the caller's. */
export class InvalidInputError extends UserError {}

export const isRequestName = (name: string): name is RequestName => Object.hasOwn(requests, name);

/** Of a caller who waits for the answer however long it takes. */
const WANTED = new AbortController().signal;

/** Carries out a request: the one place where its input is validated, whoever asks. */
export function dispatcher(handlers: Handlers) {
  return async (name: RequestName, rawInput: unknown, signal = WANTED): Promise<unknown> => {
    const input = requests[name].input.safeParse(rawInput);
    if (!input.success)
      throw new InvalidInputError(`The request ${name} does not fit: ${z.prettifyError(input.error)}`);
    const handler = handlers[name] as (input: unknown, signal: AbortSignal) => unknown; // the table pairs names and inputs
    return handler(input.data, signal);
  };
}

export type Dispatch = ReturnType<typeof dispatcher>;

/** A caller's view of the handlers in the same process. */
export function localClient(dispatch: Dispatch): Client {
  return dispatch as Client;
}

/** How a failure is told to a caller over HTTP. */
export function failure(error: unknown): { status: 400 | 404 | 409 | 500; body: RequestError } {
  const body = { error: explain(error) };
  if (error instanceof NotFoundError) return { status: 404, body };
  if (error instanceof InvalidInputError) return { status: 400, body };
  return { status: error instanceof UserError ? 409 : 500, body };
}
