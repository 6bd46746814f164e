import type { Tensor } from 'onnxruntime-node';
import { loadApi, type NativeApi } from './library.ts';

/** Values of C enumerations. */
const WARNING = 2;
const ERROR = 3;
const ALL_OPTIMIZATIONS = 99;
const ARENA_ALLOCATOR = 1;
const DEFAULT_MEMORY = 0;
const ELEMENT_TYPES: Readonly<Record<string, number>> = { float32: 1, int32: 6 };

type Pointer = unknown;
type TensorMap = Readonly<Record<string, Tensor>>;

export interface NativeSession {
  /** Runs the model on `feeds` and writes into the memory of `fetches`; nothing is copied. The event loop stays free. */
  run(feeds: TensorMap, fetches: TensorMap): Promise<void>;
  release(): void;
}

/** The interface, ONNX Runtime's environment and the description of CPU memory: one of each per process. */
class Runtime {
  readonly api: NativeApi;
  readonly environment: Pointer;
  readonly memory: Pointer;

  constructor() {
    this.api = loadApi();
    const { CreateEnv, CreateCpuMemoryInfo } = this.api;
    this.environment = this.created((out) => CreateEnv(WARNING, 'tessera', out));
    this.memory = this.created((out) => CreateCpuMemoryInfo(ARENA_ALLOCATOR, DEFAULT_MEMORY, out));
  }

  /** Calls a function that gives a pointer through its last parameter. */
  created(call: (out: Pointer[]) => unknown): Pointer {
    const out: Pointer[] = [null];
    this.check(call(out));
    return out[0];
  }

  /** @throws Error with ONNX Runtime's message where a call did not succeed. */
  check(status: unknown): void {
    if (status === null) return;
    const message = String(this.api.GetErrorMessage(status));
    this.api.ReleaseStatus(status);
    throw new Error(message);
  }
}

let runtime: Runtime | null = null;

/**
 * Opens a model for the CPU through ONNX Runtime's C interface. onnxruntime-node 1.30 copies every output into new memory, which
 * for the state of a training step costs a quarter of its time (docs/engine.md).
 * @param config session configuration entries
 * @throws Error when the library cannot be loaded, or the model not be opened.
 */
export function openNativeSession(
  model: Uint8Array,
  threads: number,
  config: Readonly<Record<string, string>>,
): NativeSession {
  runtime ??= new Runtime();
  const { api, environment } = runtime;
  const options = runtime.created((out) => api.CreateSessionOptions(out));
  try {
    runtime.check(api.SetIntraOpNumThreads(options, threads));
    runtime.check(api.SetSessionGraphOptimizationLevel(options, ALL_OPTIMIZATIONS));
    runtime.check(api.SetSessionLogSeverityLevel(options, ERROR));
    for (const [key, value] of Object.entries(config))
      runtime.check(api.AddSessionConfigEntry(options, key, value));
    const session = runtime.created((out) =>
      api.CreateSessionFromArray(environment, model, model.byteLength, options, out),
    );
    return new CpuSession(runtime, session);
  } finally {
    api.ReleaseSessionOptions(options);
  }
}

class CpuSession implements NativeSession {
  readonly #runtime: Runtime;
  readonly #session: Pointer;

  constructor(owner: Runtime, session: Pointer) {
    this.#runtime = owner;
    this.#session = session;
  }

  async run(feeds: TensorMap, fetches: TensorMap): Promise<void> {
    const { api } = this.#runtime;
    const values: Pointer[] = [];
    try {
      for (const tensor of [...Object.values(feeds), ...Object.values(fetches)])
        values.push(this.#value(tensor));
      const [inputs, outputs] = [Object.keys(feeds), Object.keys(fetches)];
      const status = await new Promise((resolve, reject) => {
        api.Run.async(
          this.#session,
          null,
          inputs,
          values.slice(0, inputs.length),
          inputs.length,
          outputs,
          outputs.length,
          values.slice(inputs.length),
          (error: Error | null, result: unknown) => (error ? reject(error) : resolve(result)),
        );
      });
      this.#runtime.check(status);
    } finally {
      for (const value of values) api.ReleaseValue(value);
    }
  }

  release(): void {
    this.#runtime.api.ReleaseSession(this.#session);
  }

  /** An `OrtValue` that lies in the tensor's own memory; the caller keeps the tensor while it is in use. */
  #value(tensor: Tensor): Pointer {
    const { data, dims, type } = tensor;
    const elementType = ELEMENT_TYPES[type];
    if (elementType === undefined || !ArrayBuffer.isView(data))
      throw new Error(`a tensor of type ${type} cannot be passed`);
    return this.#runtime.created((out) =>
      this.#runtime.api.CreateTensorWithDataAsOrtValue(
        this.#runtime.memory,
        data,
        data.byteLength,
        [...dims],
        dims.length,
        elementType,
        out,
      ),
    );
  }
}
