import { Random } from '../../../src-main/base/random.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { createTrainer } from '../../../src-main/engines/onnx/trainer.ts';
import { smallBatch, smallNet } from '../../unit/engine/smallNet.ts';

/*
 * Trains a small network and prints, as JSON, by how many bytes the resident memory grows in so many steps after a warm-up:
 * memoryChild.ts <device> <steps>. It is asked after each fifth of them: a leak grows in every fifth, an allocator that takes another
 * piece from the system in one. Wants `--expose-gc`, so that JavaScript's own garbage does not count.
 */

const BATCH = 2;

const ACCUMULATE = 2;
/** Steps until the allocators of a GPU driver have settled. */
const WARM_UP = 250;
const PARTS = 5;

const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const device = process.argv[2] === 'webgpu' ? 'webgpu' : 'cpu';
const steps = Number(process.argv[3]);
/** A software GPU takes its time. */
const side = device === 'cpu' ? 32 : 8;

const graph = smallNet({ side });
const trainer = await createTrainer({
  graph,
  parameters: initialise(graph, Random.from(1)),
  optimizer: { kind: 'adam', weightDecay: 0.01 },
  clipping: { kind: 'norm', max: 1 },
  accumulate: ACCUMULATE,
  batchSize: BATCH,
  device,
  threads: 1,
}).catch((error: { details?: string }) => {
  print({ opened: false, reason: error.details ?? String(error) });
  process.exit(0);
});
print({ opened: true });

const batch = smallBatch(BATCH * ACCUMULATE, 0, side);
async function residentAfter(count: number): Promise<number> {
  for (let step = 0; step < count; step++) await trainer.step(batch, 1e-3);
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 50)); // finalizers run in a later turn
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
let resident = await residentAfter(WARM_UP);
const grown: number[] = [];
for (let part = 0; part < PARTS; part++) {
  const now = await residentAfter(steps / PARTS);
  grown.push(now - resident);
  resident = now;
}
await trainer.dispose();
const median = grown.toSorted((a, b) => a - b)[(PARTS - 1) / 2] ?? NaN;
print({ grown: PARTS * median, parts: grown });
