import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decodeSafetensors, encodeSafetensors } from '../models/safetensors.ts';
import { addTensors } from '../models/tensorsHash.ts';
import type { Tensors } from '../models/tensors.ts';

/** What every kind of training knows of itself at one moment. */
export interface CheckpointState {
  /** Of the settings and data that it was started with. */
  readonly fingerprint: string;
  /** Optimizer steps done. */
  readonly step: number;
}

/** How a kind of training writes its state. */
export interface StateFormat<S extends CheckpointState> {
  readonly schema: z.ZodType<S>;
  /** The step of the best checkpoint that a state refers to; null: of none. */
  bestStep(state: S): number | null;
}

/** A training at one moment. */
export interface Checkpoint<S extends CheckpointState> {
  readonly state: S;
  /** What the engine's `state()` gave: parameters, running statistics, optimizer. */
  readonly tensors: Tensors;
  /** Loss of every step so far, so that a resumed training can tell its whole curve again. */
  readonly losses: readonly number[];
}

const LOSSES = 'history.loss';
const Metadata = z.object({ state: z.string(), sha256: z.string() });

/**
 * One safetensors file: all tensors, the losses as the tensor `history.loss`, and in its metadata `state` (JSON) and
 * `sha256` over state and tensors.
 */
export function encodeCheckpoint<S extends CheckpointState>(checkpoint: Checkpoint<S>): Uint8Array {
  const losses = Float32Array.from(checkpoint.losses);
  const tensors: Tensors = new Map([
    ...checkpoint.tensors,
    [LOSSES, { shape: [losses.length], data: losses }],
  ]);
  const state = JSON.stringify(checkpoint.state);
  return encodeSafetensors(tensors, { state, sha256: checksum(state, tensors) });
}

/** @throws Error saying what is wrong, for a file that is torn, altered or no checkpoint of this kind of training. */
export function decodeCheckpoint<S extends CheckpointState>(
  bytes: Uint8Array,
  { schema }: StateFormat<S>,
): Checkpoint<S> {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const own = Metadata.safeParse(metadata);
  if (!own.success) throw new Error('it is not a checkpoint');
  const { state: json, sha256 } = own.data;
  if (checksum(json, tensors) !== sha256) throw new Error('its checksum is wrong');
  const state = schema.safeParse(JSON.parse(json));
  if (!state.success) throw new Error('another version of Tessera wrote it');
  const engine = new Map(tensors);
  engine.delete(LOSSES);
  return {
    state: state.data,
    tensors: engine,
    losses: [...(tensors.get(LOSSES)?.data ?? [])],
  };
}

/** SHA-256 of the state and of every tensor's name, shape and values, in the order of their names. */
function checksum(state: string, tensors: Tensors): string {
  return addTensors(createHash('sha256').update(state), tensors).digest('hex');
}
