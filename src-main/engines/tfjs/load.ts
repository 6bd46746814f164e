import { createRequire } from 'node:module';
import util from 'node:util';
import { reasonOf, UserError } from '../../base/errors.ts';
import type { TensorFlow } from './tensorflow.ts';

/** An optional peer dependency (docs/decisions/008). */
export const PACKAGE = '@tensorflow/tfjs-node-gpu';

/** What adds it. */
export const INSTALL = `npm install --no-save ${PACKAGE}`;

const ANOTHER = 'or choose another device';

/** What tfjs-node 4.22 calls of Node's `util` and newer Nodes have removed (Node 23: isNullOrUndefined). */
const REMOVED = {
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Read by libtensorflow while it starts. What the user has set counts. */
const ENVIRONMENT = {
  /** Same seed, same bits: otherwise cuDNN chooses algorithms by their speed of the moment. */
  TF_DETERMINISTIC_OPS: '1',
  /** Takes the GPU's memory as needed, instead of all of it. */
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  /** Errors and warnings only. */
  TF_CPP_MIN_LOG_LEVEL: '1',
};

/**
 * Loads the optional package with CUDA through libtensorflow.
 * @param require finds the package; another one for tests
 * @throws UserError where it is not installed, its native library is missing, or it finds no GPU.
 */
export function loadTensorflow(
  require: (name: string) => unknown = createRequire(import.meta.url),
): TensorFlow {
  restoreRemoved(util as unknown as Record<string, unknown>);
  for (const [name, value] of Object.entries(ENVIRONMENT)) process.env[name] ??= value;
  const tf = required(require);
  const backend = tf.backend() as { readonly isUsingGpuDevice?: boolean };
  if (backend.isUsingGpuDevice !== true)
    throw new UserError(
      'TensorFlow found no GPU that it can use. It needs an NVIDIA card with its driver, CUDA 11.2 and cuDNN 8.1. ' +
        `Install these, ${ANOTHER}.`,
    );
  return tf;
}

function required(require: (name: string) => unknown): TensorFlow {
  try {
    return require(PACKAGE) as TensorFlow;
  } catch (error) {
    const reason = reasonOf(error);
    throw new UserError(
      reason.startsWith(`Cannot find module '${PACKAGE}'`)
        ? `TensorFlow is not installed. Add it with “${INSTALL}”, ${ANOTHER}.`
        : 'TensorFlow is installed, but its native library is missing or does not fit this computer. ' +
            `Install it anew with “npm rebuild ${PACKAGE}”, ${ANOTHER}.`,
      reason,
    );
  }
}

/** Puts back what is missing in a module's exports. */
export function restoreRemoved(exports: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(REMOVED)) exports[name] ??= value;
}
