import type { Trainer, TrainerOptions } from './engine.ts';
import { createTrainer as createOnnxTrainer } from './onnx/trainer.ts';

/** Compiles a network for the engine that the device belongs to, and puts the parameters there. */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { device } = options;
  if (device === 'tensorflow') throw new Error('TensorFlow is not there yet');
  return await createOnnxTrainer({ ...options, device });
}
