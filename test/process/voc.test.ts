import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FoundImage } from '../../src-main/contract/worker.ts';
import { previewDataset } from '../../src-main/data/preview.ts';
import { importTask } from '../../src-main/workers/import.ts';
import { bitFlips, truncations } from '../support/damage.ts';
import { importSpec, recordingContext, runImport } from '../support/importing.ts';
import { indexPng } from '../support/indexPng.ts';
import { REAL_DATA } from '../support/realData.ts';
import { tarFile } from '../support/tarFile.ts';
import { smallVoc, vocJpeg, vocMask, vocXml, writeFiles } from '../support/voc.ts';
import { zipFile } from '../support/zipFile.ts';

let folder: string;
let root: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-voc-'));
  root = path.join(folder, 'VOCdevkit/VOC2012');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function importImages(source: string) {
  const { context, events } = recordingContext<'import'>();
  const spec = importSpec({ path: source, extractTo: path.join(folder, 'workspace/1') });
  const result = await importTask(spec, context);
  const layout = events.find((event) => event.type === 'layout');
  const images: FoundImage[] = events.flatMap((event) => (event.type === 'images' ? event.images : []));
  const broken = events.flatMap((event) => (event.type === 'broken' ? event.files : []));
  return { result, layout, images, reasons: Object.fromEntries(broken.map((one) => [one.path, one.reason])) };
}
const short = (images: readonly FoundImage[]) =>
  images.map(({ path: file, labels, split }) => [file.slice(-5, -4), split, labels.join()]);

describe('import of VOC', () => {
  it('finds the folder from above, at, and takes labels from masks', async () => {
    const files = await smallVoc();
    await writeFiles(root, files);
    for (const source of [folder, path.join(folder, 'VOCdevkit'), root]) {
      const { layout, images, reasons } = await importImages(source);
      expect(layout).toMatchObject({ layout: 'voc', root, mpp: null });
      expect(layout?.type === 'layout' && layout.classNames.length).toBe(21);
      expect(reasons).toEqual({});
      expect(short(images)).toEqual([
        ['1', 'train', '1'],
        ['2', 'train', '8,15'],
        ['3', 'train', '8,15'],
        ['4', 'val', '1'],
      ]);
      expect(images[0]).toEqual({
        path: 'JPEGImages/2007_000001.jpg',
        maskPath: 'SegmentationClass/2007_000001.png',
        labels: [1],
        split: 'train',
        width: 40,
        height: 30,
        sha256: createHash('sha256')
          .update(files['JPEGImages/2007_000001.jpg'] ?? '')
          .digest('hex'),
        maskSha256: createHash('sha256')
          .update(files['SegmentationClass/2007_000001.png'] ?? '')
          .digest('hex'),
        trace: expect.stringMatching(/^\d+ [\d.]+ [\d.]+$/),
        maskTrace: expect.stringMatching(/^\d+ [\d.]+ [\d.]+$/),
      });
    }
    expect(await previewDataset(root)).toMatchObject({
      layout: 'voc',
      content: 'images',
      suggestedName: 'VOC 2012',
      splits: ['train', 'val'],
      files: 4,
    });
  });

  it('takes labels from annotations where there are some', async () => {
    await writeFiles(root, {
      ...(await smallVoc()),
      'Annotations/2007_000001.xml': vocXml(['tvmonitor', 'dog?']),
      'Annotations/2007_000002.xml': vocXml([]),
    });
    const { images } = await importImages(root);
    expect(images.map(({ labels }) => labels)).toEqual([[12, 20], [], [8, 15], [1]]);
  });

  it('prefers the augmented list and masks, also as pairs of paths, and leaves validation masks alone', async () => {
    const augmented = {
      'JPEGImages/2008_000005.jpg': await vocJpeg(5),
      'SegmentationClassAug/2007_000001.png': indexPng(new Uint8Array(1200).fill(7), {
        width: 40,
        height: 30,
        colourType: 0,
      }),
      'SegmentationClassAug/2008_000005.png': vocMask([3]),
      'SegmentationClassAug/2007_000004.png': vocMask([9]),
    };
    const ids = 'ImageSets/Segmentation/train_aug.txt';
    await writeFiles(root, {
      ...(await smallVoc()),
      ...augmented,
      [ids]: '2007_000001\n2007_000002\n2008_000005',
    });
    const expected = [
      ['1', 'train', '7'],
      ['2', 'train', '8,15'],
      ['5', 'train', '3'],
      ['4', 'val', '1'],
    ];
    expect(short((await importImages(root)).images)).toEqual(expected);
    const pairs = ['2007_000001', '2008_000005'].map(
      (id) => `/JPEGImages/${id}.jpg /SegmentationClassAug/${id}.png`,
    );
    await writeFiles(root, { [ids]: pairs.join('\n') });
    expect(short((await importImages(root)).images)).toEqual(expected.filter(([id]) => id !== '2'));
    await rm(path.join(root, 'SegmentationClassAug'), { recursive: true });
    const { images, reasons } = await importImages(root);
    expect(images).toHaveLength(4);
    expect(reasons[ids]).toMatch(/SegmentationClassAug, which are not there.*train\.txt was used/);
  });

  it('names everything that is wrong with its reason, and keeps the rest', async () => {
    const jpeg = await vocJpeg(9);
    const listed: Record<string, Record<string, Buffer | string>> = {
      a_good: {},
      b_cut: { jpg: jpeg.subarray(0, jpeg.length - 30) },
      c_mask: { png: vocMask([1]).subarray(0, 200) },
      d_size: { png: vocMask([1], { width: 41, height: 30 }) },
      e_class: { png: vocMask([21]) },
      f_rgb: { png: await vocJpeg(1) },
      g_xml: { xml: '<annotation><object>' },
      h_name: { xml: vocXml(['unicorn']) },
    };
    const files: Record<string, Buffer | string> = {
      'ImageSets/Segmentation/train.txt': `${Object.keys(listed).join('\n')}\ni_gone\nj_unmasked\nthree odd words\nk_both\n`,
      'ImageSets/Segmentation/val.txt': 'k_both\n',
      'JPEGImages/j_unmasked.jpg': jpeg,
      'JPEGImages/k_both.jpg': jpeg,
      'SegmentationClass/k_both.png': vocMask([2]),
    };
    for (const [id, parts] of Object.entries(listed)) {
      files[`JPEGImages/${id}.jpg`] = parts.jpg ?? jpeg;
      files[`SegmentationClass/${id}.png`] = parts.png ?? vocMask([1]);
      if (parts.xml) files[`Annotations/${id}.xml`] = parts.xml;
    }
    await writeFiles(root, files);
    await writeFile(path.join(folder, 'outside.jpg'), jpeg);
    await symlink(path.join(folder, 'outside.jpg'), path.join(root, 'JPEGImages/l_link.jpg'));
    await writeFiles(root, {
      'SegmentationClass/l_link.png': vocMask([1]),
      'ImageSets/Segmentation/train.txt': `${files['ImageSets/Segmentation/train.txt']}l_link\n`,
    });
    const { images, reasons } = await importImages(root);
    expect(images.map((image) => [image.path, image.split])).toEqual([
      ['JPEGImages/a_good.jpg', 'train'],
      ['JPEGImages/k_both.jpg', 'val'],
    ]);
    expect(reasons).toEqual({
      'JPEGImages/b_cut.jpg': expect.stringMatching(/cut off/),
      'SegmentationClass/c_mask.png': expect.stringMatching(/cut off/),
      'SegmentationClass/d_size.png': expect.stringMatching(/41 x 30 pixels, its image 40 x 30/),
      'SegmentationClass/e_class.png': expect.stringMatching(/pixels of class 21, but .* 0 to 20/),
      'SegmentationClass/f_rgb.png': expect.stringMatching(/a JPEG image, not a PNG/),
      'Annotations/g_xml.xml': expect.stringMatching(/not well-formed/),
      'Annotations/h_name.xml': expect.stringMatching(/“unicorn”/),
      'JPEGImages/i_gone.jpg': expect.stringMatching(/train\.txt lists it, but the file is not there/),
      'SegmentationClass/j_unmasked.png': expect.stringMatching(/not there/),
      'ImageSets/Segmentation/train.txt, line 11': expect.stringMatching(/“three odd words” names no image/),
      'JPEGImages/k_both.jpg': expect.stringMatching(/kept for validation/),
      'JPEGImages/l_link.jpg': expect.stringMatching(/link that leads out/),
    });
  });

  it('names each of 220 damaged masks and keeps the good one', async () => {
    const [jpeg, mask] = [await vocJpeg(1), vocMask([1, 5])];
    const damaged = [...truncations(mask, 120), ...bitFlips(mask, 100)];
    const files: Record<string, Buffer | string> = {
      'JPEGImages/good.jpg': jpeg,
      'SegmentationClass/good.png': mask,
    };
    damaged.forEach((png, i) => {
      files[`JPEGImages/${i}.jpg`] = jpeg;
      files[`SegmentationClass/${i}.png`] = png;
    });
    files['ImageSets/Segmentation/train.txt'] = ['good', ...damaged.keys()].join('\n');
    await writeFiles(root, files);
    const { images, reasons } = await importImages(root);
    expect(images.map((image) => image.path)).toEqual(['JPEGImages/good.jpg']);
    expect(Object.keys(reasons).sort()).toEqual(
      damaged.map((_png, i) => `SegmentationClass/${i}.png`).sort(),
    );
  });

  it('uses the classes of labels.txt, without a background where the list has none', async () => {
    await writeFiles(root, { ...(await smallVoc()), 'labels.txt': 'sky\nroad\ncar\n' });
    const two = {
      'ImageSets/Segmentation/train.txt': '2007_000001',
      'ImageSets/Segmentation/val.txt': '2007_000004',
    };
    await writeFiles(root, two);
    const { images, layout } = await importImages(root);
    expect(layout).toMatchObject({ classNames: ['sky', 'road', 'car'] });
    expect(images.map(({ labels }) => labels)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    await writeFile(path.join(root, 'labels.txt'), 'sky\nsky');
    await expect(importImages(root)).rejects.toThrow(/labels\.txt .* cannot be used/);
  });

  it('takes all images to train where there are no lists', async () => {
    const files = await smallVoc();
    for (const name of Object.keys(files)) if (name.startsWith('ImageSets')) delete files[name];
    await writeFiles(root, files);
    await unlink(path.join(root, 'SegmentationClass/2007_000003.png'));
    const { images, reasons } = await importImages(root);
    expect(images.map(({ split }) => split)).toEqual(['train', 'train', 'train']);
    expect(reasons).toEqual({
      'JPEGImages/2007_000003.jpg': expect.stringMatching(/Neither a mask nor an annotation/),
    });
  });

  it('asks which is meant where several years lie side by side', async () => {
    await writeFiles(root, await smallVoc());
    await writeFiles(path.join(folder, 'VOCdevkit/VOC2007'), await smallVoc());
    expect((await importImages(folder)).layout).toMatchObject({ root });
    await writeFiles(path.join(folder, 'other/VOC2012'), await smallVoc());
    await expect(importImages(folder)).rejects.toThrow(/several datasets .*VOC2007/);
  });
});

describe('import of VOC’s tar', () => {
  const members = async () => [
    { name: 'VOCdevkit/', type: '5' },
    ...Object.entries(await smallVoc()).map(([name, content]) => ({
      name: `VOCdevkit/VOC2012/${name}`,
      content,
    })),
    { name: 'VOCdevkit/VOC2012/SegmentationObject/2007_000001.png', content: 'not needed' },
  ];

  it('unpacks what is needed below the workspace', async () => {
    const file = path.join(folder, 'VOCtrainval_11-May-2012.tar');
    await writeFile(file, tarFile(await members()));
    expect(await previewDataset(file)).toMatchObject({ suggestedName: 'VOC 2012', files: 4, layout: 'voc' });
    const { images, layout, reasons } = await importImages(file);
    expect(layout).toMatchObject({ root: path.join(folder, 'workspace/1/VOCdevkit/VOC2012') });
    expect(images).toHaveLength(4);
    expect(reasons).toEqual({});
    expect((await readdir(path.join(folder, 'workspace/1/VOCdevkit/VOC2012'))).sort()).toEqual([
      'ImageSets',
      'JPEGImages',
      'SegmentationClass',
    ]);
  });

  it('names a link among the images and imports the rest', async () => {
    const file = path.join(folder, 'x.tar');
    const linked = (await members()).map((member) =>
      member.name.endsWith('3.jpg') ? { ...member, content: '', type: '2', linkName: '/etc/passwd' } : member,
    );
    await writeFile(file, tarFile(linked));
    const { images, reasons } = await importImages(file);
    expect(images).toHaveLength(3);
    expect(reasons).toEqual({ 'JPEGImages/2007_000003.jpg': expect.stringMatching(/link inside a tar/) });
  });

  it('says how to import a zip of it', async () => {
    const file = path.join(folder, 'voc.zip');
    const files = Object.entries(await smallVoc()).map(([name, content]) => ({
      name,
      content: Buffer.from(content),
    }));
    await writeFile(file, zipFile(files));
    await expect(previewDataset(file)).rejects.toThrow(/Pascal VOC as a zip/);
    await expect(importImages(file)).rejects.toThrow(/Unpack it yourself/);
  });

  it('refuses other tars, torn ones and compressed ones in words', async () => {
    const file = path.join(folder, 'x.tar');
    await writeFile(file, tarFile([{ name: 'a/1.png', content: 'x' }]));
    await expect(importImages(file)).rejects.toThrow(/nothing in the layout of Pascal VOC/);
    await writeFile(file, tarFile(await members()).subarray(0, 4000));
    await expect(importImages(file)).rejects.toThrow(/torn/);
    await writeFile(path.join(folder, 'x.tar.gz'), 'x');
    await expect(importImages(path.join(folder, 'x.tar.gz'))).rejects.toThrow(/compressed tar/);
    expect((await readdir(folder)).sort()).toEqual(['x.tar', 'x.tar.gz']);
  });
});

describe.skipIf(!REAL_DATA)('import of real images', () => {
  const voc = (...parts: string[]) => path.join(REAL_DATA ?? '', 'voc', ...parts);

  it('reads street scenes in VOC’s layout', async () => {
    const { images, layout, reasons } = await importImages(voc('camvid-as-voc'));
    expect(layout?.type === 'layout' && layout.classNames[11]).toBe('bicyclist');
    expect(reasons).toEqual({});
    const of = (split: string) => images.filter((image) => image.split === split);
    expect([of('train').length, of('val').length]).toEqual([300, 101]);
    // np.unique over all masks with Pillow and NumPy
    expect(of('train').filter(({ labels }) => labels.includes(8))).toHaveLength(123);
    expect(of('train').filter(({ labels }) => labels.includes(11))).toHaveLength(147);
  });

  it('reads genuine VOC images, and annotations without masks', async () => {
    const genuine = await importImages(voc('voc2012-genuine-4'));
    expect(genuine.images.find(({ path: file }) => file.includes('000032'))).toMatchObject({
      labels: [1, 15],
    });
    expect(genuine.images.find(({ path: file }) => file.includes('000039'))).toMatchObject({ labels: [20] });
    const boxes = await importImages(voc('labelme-voc-3/bbox_detection'));
    expect(short(boxes.images)).toEqual([
      ['3', 'train', '15'],
      ['6', 'train', '15'],
      ['5', 'train', '6,7'],
    ]);
  });

  it('still takes patches for patches', async () => {
    const { patches } = await runImport({ path: path.join(REAL_DATA ?? '', 'kather2016/png') });
    expect(patches).toHaveLength(100);
  });
});
