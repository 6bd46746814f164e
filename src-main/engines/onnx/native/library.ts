import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import koffi, { type KoffiFunc } from 'koffi';

/** A function of C; arguments and results are checked by its declaration, not by TypeScript. */
export type NativeFunction = KoffiFunc<(...args: unknown[]) => unknown>;

/** `OrtApi` (onnxruntime_c_api.h) only ever grows at its end: what is used here is the same since version 17. */
const API_VERSION = 17;

/** Functions of `OrtApi`: place in the structure, and declaration. */
const FUNCTIONS = {
  GetErrorMessage: [2, 'const char *GetErrorMessage(void *status)'],
  CreateEnv: [3, 'void *CreateEnv(int logLevel, const char *logId, _Out_ void **env)'],
  CreateSessionFromArray: [
    8,
    'void *CreateSessionFromArray(void *env, void *model, size_t length, void *options, _Out_ void **session)',
  ],
  Run: [
    9,
    'void *Run(void *session, void *options, const char **inputNames, void **inputs, size_t inputCount, ' +
      'const char **outputNames, size_t outputCount, void **outputs)',
  ],
  CreateSessionOptions: [10, 'void *CreateSessionOptions(_Out_ void **options)'],
  SetSessionLogSeverityLevel: [22, 'void *SetSessionLogSeverityLevel(void *options, int level)'],
  SetSessionGraphOptimizationLevel: [23, 'void *SetSessionGraphOptimizationLevel(void *options, int level)'],
  SetIntraOpNumThreads: [24, 'void *SetIntraOpNumThreads(void *options, int threads)'],
  CreateTensorWithDataAsOrtValue: [
    49,
    'void *CreateTensorWithDataAsOrtValue(void *memory, void *data, size_t bytes, int64_t *shape, size_t rank, int type, ' +
      '_Out_ void **value)',
  ],
  CreateCpuMemoryInfo: [69, 'void *CreateCpuMemoryInfo(int allocator, int type, _Out_ void **memory)'],
  ReleaseStatus: [93, 'void ReleaseStatus(void *status)'],
  ReleaseSession: [95, 'void ReleaseSession(void *session)'],
  ReleaseValue: [96, 'void ReleaseValue(void *value)'],
  ReleaseSessionOptions: [100, 'void ReleaseSessionOptions(void *options)'],
  AddSessionConfigEntry: [
    130,
    'void *AddSessionConfigEntry(void *options, const char *key, const char *value)',
  ],
} as const satisfies Record<string, readonly [place: number, declaration: string]>;

export type NativeApi = Readonly<Record<keyof typeof FUNCTIONS, NativeFunction>>;

/** @throws Error when the library of this platform is not there or has no such interface. */
export function loadApi(): NativeApi {
  const library = koffi.load(libraryPath());
  const baseType = koffi.struct({ GetApi: 'void *', GetVersionString: 'void *' });
  const base = koffi.decode(library.func('OrtGetApiBase', 'void *', [])(), baseType) as { GetApi: unknown };
  const getApi = koffi.decode(base.GetApi, koffi.proto('void *GetApi(uint32_t version)')) as NativeFunction;
  const api: unknown = getApi(API_VERSION);
  if (api === null) throw new Error(`ONNX Runtime has no interface of version ${API_VERSION}`);
  const length = 1 + Math.max(...Object.values(FUNCTIONS).map(([place]) => place));
  const table = koffi.decode(api, koffi.array('void *', length)) as unknown[];
  return Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [place, declaration]]) => [
      name,
      koffi.decode(table[place], koffi.proto(declaration)) as NativeFunction,
    ]),
  ) as NativeApi;
}

/** The shared library that onnxruntime-node brings along for this platform. */
function libraryPath(): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = path.join(entry, '..', '..', 'bin', 'napi-v6', process.platform, process.arch);
  const name = readdirSync(folder).find((file) => /^(lib)?onnxruntime(\.1)?\.(so\.1|dylib|dll)$/.test(file));
  if (name === undefined) throw new Error(`there is no ONNX Runtime library in ${folder}`);
  return path.join(folder, name);
}
