/**
 * How fast PCam is imported and read, and with how much memory: on generated files under the official names, with different storage.
 *
 *   node test/bench/pcam.ts [patches, default 20000] [folder, default a temporary one]
 *
 * Each measurement is a process of its own. Prints seconds, patches per second and the peak of the resident memory.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../src-main/base/random.ts';
import { createPatchLoader } from '../../src-main/data/patchLoader.ts';
import { importTask } from '../../src-main/workers/import.ts';
import { importSpec } from '../support/importing.ts';
import { pcamFile, writePcam, type PcamOptions } from '../support/pcam.ts';

const STORAGES: Record<string, PcamOptions> = {
  'in one piece': {},
  'gzip blocks of a patch': { chunks: [1, 96, 96, 3], compression: 4 },
  'gzip blocks as h5py chooses them': { chunks: [313, 12, 12, 1], compression: 4 },
};
const BATCH = 64;
const AHEAD = 3;

const print = (line: string) => void process.stdout.write(`${line}\n`);
const since = (began: number) => (performance.now() - began) / 1000;

const steps: Record<string, (folder: string, patches: number, storage: string) => Promise<void>> = {
  async generate(folder, patches, storage) {
    const tenth = Math.floor(patches / 10);
    const counts = { train: patches - 2 * tenth, valid: tenth, test: tenth };
    await writePcam(path.join(folder, 'pcam'), counts, STORAGES[storage]);
  },
  async import(folder, patches) {
    const began = performance.now();
    const spec = importSpec({ path: path.join(folder, 'pcam'), extractTo: path.join(folder, 'workspace') });
    const context = { signal: new AbortController().signal, progress: () => {}, event: () => {} };
    const result = await importTask(spec, context);
    if (result.patches !== patches) throw new Error(`${result.patches} of ${patches} patches were imported`);
    report('import', patches, since(began));
  },
  async read(folder, patches) {
    const count = patches - 2 * Math.floor(patches / 10);
    const name = path.join(folder, 'workspace', pcamFile('train', 'x.h5'));
    const files = Array.from({ length: count }, (_, i) => `${name}#${i}`);
    const orders = {
      'in order': files,
      backwards: files.toReversed(),
      'at random': Random.from(1, 'bench').shuffled(files),
    };
    for (const [order, paths] of Object.entries(orders)) {
      const loader = createPatchLoader({
        imageSize: 96,
        mean: [0.5, 0.5, 0.5],
        std: [0.2, 0.2, 0.2],
        threads: 2,
        cacheBytes: 0,
      });
      await loader.load({ paths: paths.slice(0, 8), augment: null }); // the threads start
      const began = performance.now();
      const pending: Promise<unknown>[] = [];
      for (let start = 0; start < paths.length; start += BATCH) {
        pending.push(loader.load({ paths: paths.slice(start, start + BATCH), augment: null }));
        if (pending.length >= AHEAD) await pending.shift();
      }
      await Promise.all(pending);
      report(`read ${order}`, paths.length, since(began));
      await loader.dispose();
    }
  },
};

function report(what: string, patches: number, seconds: number): void {
  const megabytes = process.resourceUsage().maxRSS / 1024;
  print(
    `  ${what}: ${seconds.toFixed(1)} s, ${(patches / seconds).toFixed(0)} patches/s, peak ${megabytes.toFixed(0)} MB`,
  );
}

const [, script = '', first = '20000', folder = tmpdir(), step, storage = ''] = process.argv;
const run = steps[step ?? ''];
if (run) await run(folder, Number(first), storage);
else
  for (const name of Object.keys(STORAGES)) {
    print(name);
    const own = mkdtempSync(path.join(folder, 'tessera-pcam-bench-'));
    try {
      for (const each of Object.keys(steps))
        execFileSync(process.execPath, [script, first, own, each, name], { stdio: 'inherit' });
    } finally {
      rmSync(own, { recursive: true });
    }
  }
