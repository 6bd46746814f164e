import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { openNativeSession, type NativeSession } from './native/session.ts';
import { openSession, sessionConfig, type SessionOptions } from './session.ts';

/** A session that writes where it is told to, as the steps of a training do. */
export interface StepSession {
  /** @param fetches tensors to write into; null, where the device keeps state: a tensor of its own */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches: Readonly<Record<string, Tensor | null>>,
  ): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

/** On the CPU through ONNX Runtime's C interface, where that can be loaded; otherwise through onnxruntime-node. */
export async function openStepSession(model: Uint8Array, options: SessionOptions): Promise<StepSession> {
  const native = options.device === 'cpu' ? tryNative(model, options.threads) : null;
  if (native === null) {
    const session = await openSession(model, options);
    return {
      run: async (feeds, fetches) =>
        (await session.run(feeds, fetches as InferenceSession.NullableOnnxValueMapType)) as Record<
          string,
          Tensor
        >,
      release: () => session.release(),
    };
  }
  return {
    async run(feeds, fetches) {
      const given = fetches as Readonly<Record<string, Tensor>>;
      await native.run(feeds, given);
      return given;
    },
    release: async () => native.release(),
  };
}

/** null: the library cannot be loaded here, or refuses the model; onnxruntime-node then works or says why not. */
function tryNative(model: Uint8Array, threads = availableParallelism()): NativeSession | null {
  try {
    return openNativeSession(model, threads, sessionConfig);
  } catch {
    return null;
  }
}
