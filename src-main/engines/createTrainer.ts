import type { Trainer, TrainerOptions } from './engine.ts';
import { createTrainer as createOnnxTrainer } from './onnx/trainer.ts';

/** Compiles a network for the engine that the device belongs to, and puts the parameters there. */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { device } = options;
  return device === 'tensorflow'
    ? await createTensorflowTrainer(options)
    : await createOnnxTrainer({ ...options, device });
}

/** Loaded only where it is asked for: the native package takes seconds, and memory on the GPU. */
async function createTensorflowTrainer(options: TrainerOptions): Promise<Trainer> {
  const { loadTensorflow } = await import('./tfjs/load.ts');
  const { createTrainer } = await import('./tfjs/trainer.ts');
  return await createTrainer(loadTensorflow(), options);
}
