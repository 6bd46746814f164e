import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PretrainSpec } from '../../src-main/contract/worker.ts';
import { presetConfig } from '../../src-main/contract/pretrainPresets.ts';
import { importOf, importingTasks, refreshOf } from '../support/refreshing.ts';
import { smallVoc, vocJpeg, vocMask, writeFiles } from '../support/voc.ts';
import { testBackend, type TestBackend } from '../unit/backend/support.ts';
import { fakeTasks } from '../unit/backend/tasks.ts';

/* Pre-trainings that go on after their dataset was refreshed. Each ends at once, as by a power cut; what they were asked for is kept. */

let backend: TestBackend;
let specs: PretrainSpec[];
let root: string;
let names: string[];
beforeEach(async () => {
  specs = [];
  backend = await testBackend({
    ...fakeTasks,
    ...importingTasks,
    pretrain: (spec) => {
      specs.push(spec);
      return Promise.reject(new Error('power cut'));
    },
  });
  root = path.join(backend.folder, 'VOC2012');
  names = ['background', ...Array.from({ length: 15 }, (_, i) => `c${i + 1}`)];
  await writeFiles(root, { ...(await smallVoc()), 'labels.txt': names.join('\n') });
});
afterEach(() => backend.close());

async function begun(datasetId: number, kind: 'segmentation' | 'classification') {
  const config = {
    ...presetConfig('quick', kind, datasetId),
    iterations: 2,
    batchSize: 2,
    device: 'cpu' as const,
  };
  const { id, jobId } = await backend.client('pretrainings.create', { config });
  await backend.ended(jobId ?? 0);
  return id;
}

async function resumed(id: number) {
  const { jobId } = await backend.client('pretrainings.resume', { id });
  return backend.ended(jobId ?? 0);
}

/** Whether a file may have been touched is another matter. */
const learnt = ({ train, val, classNames }: PretrainSpec) => ({
  classNames,
  images: [...train, ...val].map(({ content, maskContent, ...image }) => [
    image,
    content?.sha256,
    maskContent?.sha256,
  ]),
});

it.each(['segmentation', 'classification'] as const)(
  'a %s goes on with the images that it began with, or says which of them is gone',
  async (kind) => {
    // The third image is the second one again: of the two, one is learnt from.
    await writeFiles(root, { 'JPEGImages/2007_000003.jpg': await vocJpeg(1) });
    const { id: datasetId } = await importOf(backend, root);
    const id = await begun(datasetId, kind);
    expect(specs[0]?.train.map((image) => image.path.slice(-5, -4))).toEqual(['1', '2']);

    // An image more, a class more, and the second image no longer listed, so that the third is no duplicate any more.
    await writeFiles(root, {
      'JPEGImages/2007_000005.jpg': await vocJpeg(4),
      'SegmentationClass/2007_000005.png': vocMask([16]),
      'ImageSets/Segmentation/train.txt': '2007_000001\n2007_000003\n2007_000005\n',
      'labels.txt': [...names, 'c16'].join('\n'),
    });
    expect(await refreshOf(backend, datasetId)).toMatchObject({ status: 'done', error: null });
    await resumed(id);
    expect(specs).toHaveLength(2);
    expect(learnt(specs[1]!)).toEqual(learnt(specs[0]!));
    expect(specs[1]?.resume).toBe(true);

    const anew = await begun(datasetId, kind);
    expect(specs[2]?.train.map((image) => image.path.slice(-5, -4))).toEqual(['1', '3', '5']);
    expect(specs[2]?.classNames).toHaveLength(17);

    // A mask is changed: both began with the old one; the labels of whole images are on record.
    await writeFiles(root, { 'SegmentationClass/2007_000001.png': vocMask([1, 1, 2]) });
    await refreshOf(backend, datasetId);
    const gone = (file: string) => ({
      status: 'failed',
      error: expect.stringContaining(
        `cannot go on: ${file}, which it trains or is tested on, was changed`,
      ) as string,
    });
    for (const each of [id, anew]) {
      const job = await resumed(each);
      if (kind === 'segmentation') expect(job).toMatchObject(gone('SegmentationClass/2007_000001.png'));
      else expect(learnt(specs.at(-1)!)).toEqual(learnt(specs[each === id ? 0 : 2]!));
    }
    const asked = specs.length;
    // An image is changed that only the first one learns from.
    await writeFiles(root, { 'JPEGImages/2007_000002.jpg': await vocJpeg(99) });
    if (kind === 'segmentation')
      await writeFiles(root, { 'SegmentationClass/2007_000001.png': vocMask([1]) });
    await refreshOf(backend, datasetId);
    expect(await resumed(id)).toMatchObject(gone('JPEGImages/2007_000002.jpg'));
    expect((await resumed(anew)).error).toContain('power cut');
    expect(specs).toHaveLength(asked + 1);
  },
);
