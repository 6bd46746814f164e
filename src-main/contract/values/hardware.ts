import { z } from 'zod';
import { InferenceDevice, ResolvedDevice } from './run.ts';

export const Provider = z.object({
  name: ResolvedDevice,
  /** A device could be opened and its self-test agreed with the CPU. */
  usable: z.boolean(),
  /** e.g. the processor's or the adapter's name. */
  device: z.string(),
  /** A software GPU: correct, but slower than the CPU. Never chosen by `auto`. */
  software: z.boolean(),
  /** Why it is not usable, or a remark. */
  note: z.string().nullable(),
});
export type Provider = z.infer<typeof Provider>;

export const Hardware = z.object({
  cpu: z.string(),
  cores: z.int(),
  memoryGB: z.number(),
  platform: z.string(),
  node: z.string(),
  onnxruntime: z.string(),
  providers: z.array(Provider),
  /** What `auto` stands for on this machine. */
  auto: ResolvedDevice,
  /** The same for finished models, which TensorFlow does not run. */
  autoInference: InferenceDevice,
  /** One plain sentence: whether a GPU is used, and what that means. */
  summary: z.string(),
});
export type Hardware = z.infer<typeof Hardware>;

export const BenchRow = z.object({
  /** e.g. "training resnet34 96 px batch 16". */
  work: z.string(),
  engine: z.string(),
  device: z.string(),
  ours: z.object({ imagesPerSecond: z.number(), peakMemoryMB: z.number() }),
  peer: z
    .object({
      name: z.string(),
      version: z.string(),
      imagesPerSecond: z.number(),
      peakMemoryMB: z.number(),
    })
    .nullable(),
  /** ours / peer in images per second. */
  ratio: z.number().nullable(),
});
export type BenchRow = z.infer<typeof BenchRow>;
