import { expect, it } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import { withExplainedFailures } from '../../../src-main/training/engineFailure.ts';
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
    /CPU engine failed while training: bad allocation\. The last checkpoint is kept.*smaller batch/,
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
