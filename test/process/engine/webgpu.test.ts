import { expect, it } from 'vitest';
import { runWebgpuScript } from './webgpuProcess.ts';

it('trains and infers on WebGPU as on the CPU', (context) => {
  const { unavailable, result, stderr } = runWebgpuScript('webgpuChild.ts');
  if (unavailable !== null) {
    process.stdout.write(`WebGPU is not tested here: ${unavailable}\n`);
    context.skip(unavailable);
  }
  expect(result, stderr).toEqual({
    gradients: [],
    statistics: [],
    state: [],
    loss: expect.any(Number),
    evaluation: expect.any(Number),
    classifier: expect.any(Number),
  });
  expect(result.loss).toBeLessThan(1e-3);
  expect(result.evaluation).toBeLessThan(1e-3);
  expect(result.classifier).toBeLessThan(1e-3);
});
