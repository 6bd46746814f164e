import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../src-main/base/errors.ts';
import { annotatedClasses } from '../../../../src-main/data/voc/annotation.ts';
import { classNamesOf, VOC_CLASSES } from '../../../../src-main/data/voc/classes.ts';
import { parseList } from '../../../../src-main/data/voc/lists.ts';
import { bitFlips, noiseBytes, truncations } from '../../../support/damage.ts';
import { REAL_DATA } from '../../../support/realData.ts';
import { vocXml } from '../../../support/voc.ts';

const voc = (...parts: string[]) => path.join(REAL_DATA ?? '', 'voc', ...parts);

describe('annotatedClasses', () => {
  it('gives each object’s class once, difficult ones too, and no part of a person', () => {
    expect(annotatedClasses(vocXml(['person', 'cat?', 'person']))).toEqual(['person', 'cat']);
    expect(annotatedClasses('<annotation/>')).toEqual([]);
    expect(
      annotatedClasses(
        '<?xml version="1.0"?><annotation a="b"><object><name>a &amp; b</name></object></annotation>',
      ),
    ).toEqual(['a & b']);
  });

  it.each([
    ['<annotation><object><name>cat</name></object>', /cut off or not well-formed/],
    ['<annotation><object><name>cat</object></name></annotation>', /not well-formed/],
    ['<!DOCTYPE a [<!ENTITY b "c">]><annotation></annotation>', /not well-formed/],
    ['<html></html>', /begins with <html>/],
    ['<annotation><object></object></annotation>', /object without a name/],
    ['', /cut off/],
    ['<annotation></annotation><annotation></annotation>', /not well-formed/],
    [`${'<a>'.repeat(100_000)}`, /not well-formed/],
  ])('refuses %.60s', (xml, reason) => {
    expect(() => annotatedClasses(xml)).toThrow(reason);
  });

  it('survives 400 damaged files, and notices where one is cut off', () => {
    const whole = Buffer.from(vocXml(['person', 'cat', 'tvmonitor']));
    const read = (bytes: Buffer) => {
      try {
        return annotatedClasses(bytes.toString('utf8'));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        return null;
      }
    };
    const end = whole.lastIndexOf('>');
    for (const cut of truncations(whole.subarray(0, end + 1), 150)) expect(read(cut)).toBeNull();
    for (const flipped of bitFlips(whole, 200)) read(flipped);
    for (const noise of noiseBytes(50, 2000)) expect(read(noise)).toBeNull();
  });

  it.skipIf(!REAL_DATA)('reads real annotations', async () => {
    const at = (id: string) =>
      readFile(voc('labelme-voc-3/bbox_detection/data_dataset_voc/Annotations', `${id}.xml`), 'utf8');
    expect(annotatedClasses(await at('2011_000006'))).toEqual(['person']);
    expect(annotatedClasses(await at('2011_000025')).sort()).toEqual(['bus', 'car']);
  });
});

describe('parseList', () => {
  it('reads ids, flags and pairs of paths, each image once', () => {
    const text =
      '\uFEFF2007_000032\r\n\n2007_000033  1\n/JPEGImages/a.jpg /SegmentationClassAug/a.png\n2007_000032\n';
    expect(parseList(text)).toEqual({
      images: [
        { id: '2007_000032', image: null, mask: null },
        { id: '2007_000033', image: null, mask: null },
        { id: 'a', image: 'JPEGImages/a.jpg', mask: 'SegmentationClassAug/a.png' },
      ],
      bad: [],
    });
  });

  it('names lines that are none, and never follows a path out', () => {
    const text =
      'good\n/../../etc/passwd /x.png\n/JPEGImages/a.jpg /../a.png\nC:\\a.jpg\n../a\ntwo words here\n/a/b.jpg 1';
    const { images, bad } = parseList(text);
    expect(images.map(({ id }) => id)).toEqual(['good', 'b']);
    expect(bad.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
  });

  it('survives 400 damaged lists', () => {
    const whole = Buffer.from(
      Array.from({ length: 60 }, (_, i) =>
        i % 2 ? `2007_${100000 + i}` : `/JPEGImages/${i}.jpg /SegmentationClassAug/${i}.png`,
      ).join('\n'),
    );
    const all = [...truncations(whole, 150), ...bitFlips(whole, 200), ...noiseBytes(50, 3000)];
    for (const bytes of all) {
      const { images, bad } = parseList(bytes.toString('utf8'));
      const unsafe = images.filter(
        ({ id, image, mask }) => !/^\w[\w.-]*$/.test(id) || /(^|\/)\.\.(\/|$)/.test(`${image}/${mask}`),
      );
      expect(unsafe).toEqual([]);
      expect(images.length + bad.length).toBeLessThanOrEqual(bytes.toString('utf8').split('\n').length);
    }
  });

  it.skipIf(!REAL_DATA)('reads the lists that people have', async () => {
    const list = async (name: string) => parseList(await readFile(voc('lists', name), 'utf8'));
    const [plain, pairs, val] = await Promise.all([
      list('train_aug.txt'),
      list('drsleep-train.txt'),
      list('drsleep-val.txt'),
    ]);
    expect([plain.images.length, pairs.images.length, val.images.length]).toEqual([10_582, 10_582, 1_449]);
    expect([...plain.bad, ...pairs.bad, ...val.bad]).toEqual([]);
    expect(new Set(plain.images.map(({ id }) => id))).toEqual(new Set(pairs.images.map(({ id }) => id)));
    expect(val.images[0]).toEqual({
      id: '2007_000033',
      image: 'JPEGImages/2007_000033.jpg',
      mask: 'SegmentationClassAug/2007_000033.png',
    });
  });
});

describe('classNamesOf', () => {
  it('takes line i as the name of index i', () => {
    expect(classNamesOf('background\r\nsky\nroad\n\n')).toEqual(['background', 'sky', 'road']);
    expect(VOC_CLASSES).toHaveLength(21);
    expect([VOC_CLASSES[1], VOC_CLASSES[15], VOC_CLASSES[20]]).toEqual(['aeroplane', 'person', 'tvmonitor']);
  });

  it.each([
    ['only', /fewer than two/],
    ['a\n\nb', /Line 2/],
    ['sky\nSky', /“Sky” twice|“sky” twice/i],
    [Array.from({ length: 300 }, (_, i) => `c${i}`).join('\n'), /300 classes/],
  ])('refuses %.20s', (text, reason) => {
    expect(() => classNamesOf(text)).toThrow(reason);
  });
});
