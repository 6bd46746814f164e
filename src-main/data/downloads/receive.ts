import { AttemptFailure } from './attemptFailure.ts';
import type { Part } from './part.ts';
import { networkReason } from './requestFile.ts';

type Body = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Appends a response's body to a part.
 * @param total the file's bytes; null: until the stream ends
 * @param alive called whenever bytes came
 * @throws AttemptFailure when there were fewer bytes, or more; UserError when they could not be written
 */
export async function receive(
  body: Body,
  part: Part,
  total: number | null,
  alive: (bytes: number) => void,
): Promise<void> {
  for await (const chunk of told(body)) {
    if (total !== null && part.size + chunk.length > total)
      throw new AttemptFailure(`sends more than the ${total.toLocaleString('en')} bytes of the file`, {
        again: false,
        anew: true,
      });
    await part.append(chunk);
    alive(chunk.length);
  }
  if (total !== null && part.size < total) throw brokenOff(part, total);
}

/** The chunks; what goes wrong on their way is the network's. */
async function* told(body: Body): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new AttemptFailure(`broke off (${networkReason(error)})`, { again: true });
  }
}

function brokenOff(part: Part, total: number): AttemptFailure {
  const [is, should] = [part.size, total].map((value) => value.toLocaleString('en'));
  return new AttemptFailure(`broke off after ${is} of ${should} bytes`, { again: true });
}
