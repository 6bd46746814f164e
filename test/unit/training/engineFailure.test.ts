import { expect, it } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import { classifierFailure, withExplainedFailures } from '../../../src-main/training/engineFailure.ts';
import { collect, fakeTrainer, memoryStore, options } from './fakes.ts';

it('says what failed, that the last checkpoint is kept, and what to do', async () => {
  const trainer = fakeTrainer();
  const failing = {
    ...trainer,
    step: (...given: Parameters<typeof trainer.step>) =>
      trainer.steps === 6 ? Promise.reject(new Error('bad allocation')) : trainer.step(...given),
  };
  const checkpoints = memoryStore();
  const run = collect(options({ trainer: withExplainedFailures(failing), checkpoints }));
  await expect(run).rejects.toThrow(
    /The processor \(CPU\) failed while training: bad allocation\. The last checkpoint is kept.*smaller batch/,
  );
  await expect(run).rejects.toBeInstanceOf(UserError);
  expect(checkpoints.all.at(-1)?.state.step).toBe(4);
});

it('changes neither results nor messages that are for the user already', async () => {
  const trainer = fakeTrainer();
  const refused = new UserError('These weights do not fit.');
  const explained = withExplainedFailures({ ...trainer, restore: () => Promise.reject(refused) });
  await expect(explained.restore(new Map())).rejects.toBe(refused);
  expect(await explained.evaluate(new Float32Array(48), 1)).toEqual(new Float32Array(3));
});

it('says of a graphics card how to go on without it', async () => {
  const lost = Promise.reject(new Error('Device lost.'));
  const explained = withExplainedFailures({ ...fakeTrainer(), device: 'webgpu', evaluate: () => lost });
  await expect(explained.evaluate(new Float32Array(48), 1)).rejects.toThrow(
    /^The graphics card \(WebGPU\) failed while evaluating: Device lost\. .* or go on with the processor \(CPU\)\./,
  );
  expect(classifierFailure('dml', new Error('no memory')).message).toMatch(
    /^The graphics card \(DirectML\) failed while classifying: no memory\. What is classified is kept.*under Hardware/,
  );
});

it('tells why a device was lost, also when it cannot be closed any more', async () => {
  const dispose = () => Promise.reject(new Error('it is gone'));
  const healthy = withExplainedFailures({ ...fakeTrainer(), dispose });
  await expect(healthy.dispose()).rejects.toThrow('it is gone');
  const step = () => Promise.reject(new Error('device lost'));
  const lost = withExplainedFailures({ ...fakeTrainer(), step, dispose });
  await expect(lost.step({ images: new Float32Array(), targets: new Int32Array() }, 0)).rejects.toThrow(
    'device lost',
  );
  await expect(lost.dispose()).resolves.toBeUndefined();
});
