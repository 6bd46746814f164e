import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import { UserError } from '../../src-main/base/errors.ts';
import type { HeldOutResult } from '../../src-main/contract/values/heldOut.ts';
import type { ModelCard } from '../../src-main/contract/values/model.ts';
import { initialise } from '../../src-main/graph/initialise.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import { writeModelFiles } from '../../src-main/training/modelFiles.ts';
import { networkOfCard } from '../../src-main/training/networkOfCard.ts';
import { importWeightsTask } from '../../src-main/workers/importWeights.ts';
import { inspectModelTask } from '../../src-main/workers/inspectModel.ts';
import { bitFlips, truncations } from '../support/damage.ts';

const card: ModelCard = {
  ...{ kind: 'classifier', architecture: 'resnet18', width: 4, classNames: ['a', 'b', 'c'] },
  ...{ imageSize: 32, patchSize: 32, mpp: null, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  ...{ synthetic: false, dataset: 'd', seed: 1 },
};
const result: HeldOutResult = {
  ...{ split: 'test', dataset: 'd', n: 8, date: '2026-11-20', accuracy: 0.75, macroF1: 0.7, rocAuc: 0.9 },
};
const parameters = initialise(networkOfCard(card), Random.from(1, 'weights'));
const context = { signal: new AbortController().signal, progress: () => {}, event: () => {} };
const LONGEST_MS = 5000;

let folder: string;
let whole: { onnx: Buffer; safetensors: Buffer };
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-damaged-'));
  const files = await writeModelFiles(path.join(folder, 'whole'), parameters, card, result);
  whole = { onnx: await readFile(files.onnx), safetensors: await readFile(files.safetensors) };
});
afterAll(() => rm(folder, { recursive: true }));

/** Bits turned in the first `length` bytes, or the last: where a file describes itself. */
function flipsIn(bytes: Buffer, from: number, length: number, count: number): Buffer[] {
  return bitFlips(bytes.subarray(from, from + length), count).map((part) =>
    Buffer.concat([bytes.subarray(0, from), part, bytes.subarray(from + length)]),
  );
}

/** Copies in which one piece lies over another. */
function movedPieces(bytes: Buffer, count: number): Buffer[] {
  const random = Random.from(2, 'pieces');
  return Array.from({ length: count }, () => {
    const from = random.integer(bytes.length);
    const copy = Buffer.from(bytes);
    copy.copyWithin(random.integer(bytes.length), from, from + 1 + random.integer(100));
    return copy;
  });
}

/** The card, or the reason why there is none, which names the file; any other error, or a long wait, is a defect. */
async function outcomes(extension: 'onnx' | 'safetensors', damaged: readonly Buffer[]) {
  const file = path.join(folder, `damaged.${extension}`);
  const results: (ModelCard | string)[] = [];
  for (const bytes of damaged) {
    await writeFile(file, bytes);
    const began = performance.now();
    const reading =
      extension === 'onnx'
        ? inspectModelTask({ path: file }, context)
        : importWeightsTask({ file, folder: path.join(folder, 'taken') }, context);
    const taken = await reading.then(
      (done) => done.card,
      (error: unknown) => {
        if (error instanceof UserError && error.message.includes(file)) return error.message;
        throw error;
      },
    );
    expect(performance.now() - began).toBeLessThan(LONGEST_MS);
    if (typeof taken !== 'string') {
      expect(taken).toMatchObject(card);
      if (taken.statement?.believable) expect(taken.statement.result).toEqual(result);
      if (extension === 'safetensors') await expectWholeWeights();
    }
    results.push(taken);
  }
  return results;
}

/** What was taken in is what Tessera wrote, bit for bit: its hash is in the file. */
async function expectWholeWeights(): Promise<void> {
  const taken = decodeSafetensors(await readFile(path.join(folder, 'taken/model.safetensors')));
  expect(taken.tensors).toEqual(parameters);
}

const refused = (results: readonly (ModelCard | string)[]) =>
  results.filter((result) => typeof result === 'string');

describe('damaged ONNX files end with a reason', () => {
  it('the undamaged one is taken in', async () => {
    expect(await outcomes('onnx', [whole.onnx])).toMatchObject([
      { ...card, checked: { by: 'known answer' }, statement: { believable: true, result } },
    ]);
  });

  it('torn files', async () => {
    expect(refused(await outcomes('onnx', truncations(whole.onnx, 80)))).toHaveLength(80);
  });

  it('flipped bits: in the weights, in the graph, in what the file says about itself', async () => {
    const { onnx } = whole;
    await outcomes('onnx', bitFlips(onnx, 60));
    expect(refused(await outcomes('onnx', flipsIn(onnx, 0, 10_000, 60))).length).toBeGreaterThan(20);
    await outcomes('onnx', flipsIn(onnx, onnx.length - 2000, 2000, 40));
  });

  it('moved pieces', async () => {
    expect(refused(await outcomes('onnx', movedPieces(whole.onnx, 60))).length).toBeGreaterThan(20);
  });
});

describe('damaged safetensors files of Tessera end with a reason, or with the whole weights', () => {
  const headerOf = (bytes: Buffer) => 8 + Number(bytes.readBigUInt64LE(0));

  it('the undamaged one is taken in', async () => {
    expect(refused(await outcomes('safetensors', [whole.safetensors]))).toEqual([]);
  });

  it('torn files', async () => {
    expect(refused(await outcomes('safetensors', truncations(whole.safetensors, 80)))).toHaveLength(80);
  });

  it('flipped bits in the weights: every one is seen', async () => {
    const start = headerOf(whole.safetensors);
    const flipped = flipsIn(whole.safetensors, start, whole.safetensors.length - start, 80);
    const results = refused(await outcomes('safetensors', flipped));
    expect(results).toHaveLength(80);
    for (const result of results) expect(result).toMatch(/not those that Tessera wrote|not finite/);
  });

  it('flipped bits in the header', async () => {
    const header = headerOf(whole.safetensors);
    const results = await outcomes('safetensors', flipsIn(whole.safetensors, 0, header, 100));
    expect(refused(results).length).toBeGreaterThan(70);
  });

  it('moved pieces', async () => {
    expect(refused(await outcomes('safetensors', movedPieces(whole.safetensors, 60))).length).toBeGreaterThan(
      50,
    );
  });
});
