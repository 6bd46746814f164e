import { Worker } from 'node:worker_threads';
import { UserError } from '../base/errors.ts';
import type { LoadRequest, LoaderOptions, PatchLoader } from './loading.ts';
import type { LoaderReply, LoaderTask, LoaderThreadData } from './loaderMessages.ts';
import { PixelCache } from './pixelCache.ts';

interface Pending {
  resolve(planes: Float32Array): void;
  reject(reason: Error): void;
}

interface Thread {
  readonly worker: Worker;
  /** The tasks it has not answered yet. */
  readonly pending: Map<number, Pending>;
  /** Images in those tasks. */
  load: number;
  /** Why it can work no more. */
  dead: Error | null;
}

/**
 * Starts the threads of a loader. A request is cut into one part per thread; decoded images are kept in a cache that all
 * threads share. What comes out depends on the files, the settings and the seeds only.
 */
export function createPatchLoader(options: LoaderOptions): PatchLoader {
  const imageValues = 3 * options.imageSize ** 2;
  const cache = new PixelCache(options.cacheBytes);
  const threads = Array.from({ length: Math.max(1, options.threads) }, () => startThread(options, cache));
  let nextId = 0;
  let disposed = false;

  const perform = (task: Omit<LoaderTask, 'id'>): Promise<Float32Array> => {
    const alive = threads.filter(({ dead }) => !dead);
    const thread = alive.reduce<Thread | undefined>(
      (best, t) => (best && best.load <= t.load ? best : t),
      undefined,
    );
    if (!thread) return Promise.reject(threads[0]?.dead ?? new Error('The loader has no threads.'));
    return new Promise<Float32Array>((resolve, reject) => {
      const id = nextId++;
      thread.load += task.images.length;
      const settled = () => void (thread.load -= task.images.length);
      thread.pending.set(id, {
        resolve: (planes) => (settled(), resolve(planes)),
        reject: (reason) => (settled(), reject(reason)),
      });
      thread.worker.postMessage({ id, ...task });
    });
  };

  return {
    async load({ paths, augment }: LoadRequest): Promise<Float32Array> {
      if (disposed) throw new Error('The patch loader was disposed.');
      if (augment && augment.seeds.length !== paths.length)
        throw new RangeError(`${augment.seeds.length} seeds for ${paths.length} images`);
      const images = paths.map((path, i) => ({
        path,
        pixels: cache.get(path),
        seed: augment?.seeds[i] ?? 0,
      }));
      const size = Math.max(1, Math.ceil(images.length / threads.length));
      const starts = Array.from({ length: Math.ceil(images.length / size) }, (_, i) => i * size);
      const parts = await Promise.all(
        starts.map((start) =>
          perform({ images: images.slice(start, start + size), settings: augment?.settings ?? null }),
        ),
      );
      return joined(parts, images.length * imageValues);
    },
    async dispose(): Promise<void> {
      disposed = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread({ imageSize, mean, std }: LoaderOptions, cache: PixelCache): Thread {
  const workerData: LoaderThreadData = { imageSize, mean, std };
  const worker = new Worker(new URL('./loaderThread.ts', import.meta.url), { workerData });
  const thread: Thread = { worker, pending: new Map(), load: 0, dead: null };
  const die = (reason: Error) => {
    thread.dead ??= reason;
    for (const { reject } of thread.pending.values()) reject(thread.dead);
    thread.pending.clear();
  };
  worker.on('message', (reply: LoaderReply) => {
    const pending = thread.pending.get(reply.id);
    thread.pending.delete(reply.id);
    if (!reply.ok) return pending?.reject(new UserError(reply.message, reply.details));
    for (const { path, pixels } of reply.decoded) cache.set(path, pixels);
    pending?.resolve(reply.planes);
  });
  worker.on('error', (error) => die(error));
  worker.on('exit', (code) => die(new Error(`A thread that loads images ended (exit code ${code}).`)));
  return thread;
}

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
