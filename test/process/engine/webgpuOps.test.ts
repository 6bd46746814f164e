import { expect, it } from 'vitest';
import { runWebgpuScript } from './webgpuProcess.ts';

/** A software GPU compiles some hundred programs for this: a minute of one core. */
const PATIENCE_MS = 600_000;

it(
  'computes every operation on WebGPU as PyTorch does, forward and backward',
  { timeout: PATIENCE_MS },
  (context) => {
    const { unavailable, result, stderr } = runWebgpuScript('webgpuOpsChild.ts');
    if (unavailable !== null) {
      process.stdout.write(`WebGPU is not tested here: ${unavailable}\n`);
      context.skip(unavailable);
    }
    expect(result, stderr).toEqual([]);
  },
);
