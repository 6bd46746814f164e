import { z } from 'zod';
import { Timestamp } from './common.ts';
import { Device, InferenceDevice, ResolvedDevice } from './run.ts';

/** Something that networks may run on, and what testing it showed. */
export const Provider = z.object({
  name: ResolvedDevice,
  /** A device could be opened and its self-test agreed with the CPU. */
  usable: z.boolean(),
  /**
   * Why it was not tested: `optional` is not installed, and can be; `elsewhere` is not made for this system.
   * null: it is there.
   */
  absent: z.enum(['optional', 'elsewhere']).nullable(),
  /** e.g. the processor's or the adapter's name; empty where there is none. */
  device: z.string(),
  /** A software GPU: correct, but slower than the CPU. Never chosen by `auto`. */
  software: z.boolean(),
  /** Why it is not usable, or a remark. */
  note: z.string().nullable(),
  /** What installs it, as a command. */
  how: z.string().nullable(),
  /** Training speed with the Train form's defaults; null where it is not usable, or a software GPU. */
  imagesPerSecond: z.number().positive().nullable(),
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
  /** When the providers were tested. */
  testedAt: Timestamp,
  /** The user's choice for all runs and predictions that say `auto`. */
  defaultDevice: Device,
  /** The fastest one that is usable and no software GPU. */
  fastest: ResolvedDevice,
  /** What `auto` stands for on this machine: `defaultDevice` where that is usable, else `fastest`. */
  auto: ResolvedDevice,
  /** The same for finished models, which TensorFlow does not run. */
  autoInference: InferenceDevice,
  /** One plain sentence: whether a GPU is used, and what that means. */
  summary: z.string(),
});
export type Hardware = z.infer<typeof Hardware>;

const Speed = z.object({
  imagesPerSecond: z.number(),
  /** null where not one process does the work. */
  peakMemoryMB: z.number().nullable(),
});

export const BenchRow = z.object({
  /** Name of one of `benchWorks`, e.g. "training resnet34 96 px batch 16". */
  work: z.string(),
  engine: z.string(),
  device: z.string(),
  ours: Speed,
  peer: Speed.extend({ name: z.string(), version: z.string() }).nullable(),
  /** ours / peer in images per second. */
  ratio: z.number().nullable(),
});
export type BenchRow = z.infer<typeof BenchRow>;
