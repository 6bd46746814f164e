import util from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { resnet } from '../../../src-main/models/resnet.ts';
import { createTrainer } from '../../../src-main/engines/createTrainer.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import { tensorflowAbsence } from '../../../src-main/engines/tfjs/absence.ts';
import { loadTensorflow, PACKAGE, restoreRemoved } from '../../../src-main/engines/tfjs/load.ts';

afterEach(() => vi.unstubAllEnvs());

const fakeTensorflow = (isUsingGpuDevice: boolean) => ({ backend: () => ({ isUsingGpuDevice }) });

/** What a failing `require` leads to. */
function refusal(error: Error): UserError {
  try {
    loadTensorflow(() => {
      throw error;
    });
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UserError);
    return thrown as UserError;
  }
  throw new Error('it was loaded');
}

describe('loading TensorFlow', () => {
  it('gives the package, after putting back what its code calls of Node’s util and setting its environment', () => {
    vi.stubEnv('TF_DETERMINISTIC_OPS', undefined);
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', '0');
    const fake = fakeTensorflow(true);
    const requested: string[] = [];
    const loaded = loadTensorflow((name) => {
      requested.push(name);
      // as nodejs_kernel_backend.js and TopK.js do
      const { isNullOrUndefined, isArray } = util as unknown as Record<string, (value: unknown) => boolean>;
      expect([null, undefined, 0, ''].map((value) => isNullOrUndefined?.(value))).toEqual([
        true,
        true,
        false,
        false,
      ]);
      expect([[], {}].map((value) => isArray?.(value))).toEqual([true, false]);
      expect(process.env['TF_DETERMINISTIC_OPS']).toBe('1');
      return fake;
    });
    expect(loaded).toBe(fake);
    expect(requested).toEqual([PACKAGE]);
    expect(process.env['TF_CPP_MIN_LOG_LEVEL']).toBe('0');
  });

  it('leaves what a Node still has', () => {
    const isNullOrUndefined = () => false;
    const exports: Record<string, unknown> = { isNullOrUndefined };
    restoreRemoved(exports);
    expect(exports['isNullOrUndefined']).toBe(isNullOrUndefined);
    expect(exports['isArray']).toBeTypeOf('function');
  });

  it('says how to install it where it is missing', () => {
    const error = refusal(new Error(`Cannot find module '${PACKAGE}'\nRequire stack:\n- load.ts`));
    expect(error.message).toContain('not installed');
    expect(error.message).toContain(`npm install --no-save ${PACKAGE}`);
  });

  it.each([
    'libtensorflow.so.2: cannot open shared object file: No such file or directory',
    `The Node.js native addon module (tfjs_binding.node) can not be found at path: …/${PACKAGE}/lib`,
    `Cannot find module '/app/node_modules/${PACKAGE}/lib/napi-v8/tfjs_binding.node'`,
  ])('says that its native library is missing: %s', (reason) => {
    const error = refusal(new Error(reason));
    expect(error.message).toContain('native library');
    expect(error.message).toContain(`npm rebuild ${PACKAGE}`);
    expect(error.details).toBe(reason);
  });

  it('refuses to compute on the processor in silence', () => {
    expect(() => loadTensorflow(() => fakeTensorflow(false))).toThrow('found no GPU');
  });
});

describe('a trainer for the device tensorflow', () => {
  it.skipIf(tensorflowAbsence() === null)(
    'is refused in words where the package is not installed',
    async () => {
      const graph = resnet({ depth: 18, width: 2, stages: 1, classes: 2, imageSize: 8 });
      const parameters = initialise(graph, Random.from(1));
      const optimizer = { kind: 'adam', weightDecay: 0 } as const;
      const made = createTrainer({ graph, parameters, optimizer, batchSize: 2, device: 'tensorflow' });
      await expect(made).rejects.toThrow(UserError);
      await expect(made).rejects.toThrow('TensorFlow is not installed');
    },
  );
});

describe('whether TensorFlow can be there', () => {
  const missing = () => {
    throw new Error('not found');
  };

  it('is optional where it is not installed, and elsewhere on other systems', () => {
    expect(tensorflowAbsence('linux-x64', missing)).toMatchObject({
      absent: 'optional',
      how: `npm install --no-save ${PACKAGE}`,
    });
    expect(tensorflowAbsence('darwin-arm64', missing)).toMatchObject({ absent: 'elsewhere', how: null });
  });

  it('is tried where it is installed', () => {
    expect(tensorflowAbsence('win32-x64', (name) => `/modules/${name}/dist/index.js`)).toBeNull();
  });
});
