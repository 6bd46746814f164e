import path from 'node:path';
import type { DatasetPreview } from '../../contract/values/dataset.ts';
import { planVoc } from './plan.ts';
import type { VocFiles } from './source.ts';

/** What would be imported of a VOC folder. Which image shows what is known once masks and annotations are read. */
export async function vocPreview(files: VocFiles, source: string): Promise<DatasetPreview> {
  const { classNames, items } = await planVoc(files, source);
  return {
    layout: 'voc',
    content: 'images',
    suggestedName: suggestedName(files.base, source),
    classes: classNames.map((name) => ({ name, files: null })),
    splits: (['train', 'val'] as const).filter((split) => items.some((item) => item.split === split)),
    files: items.length,
  };
}

/** Of a copy that is called like the original, "VOC 2012"; else the name of the folder above it. */
function suggestedName(base: string, source: string): string {
  const place = path.resolve(source, base);
  if (/\.tar$/i.test(source)) return path.basename(base || source, '.tar').replace(/^VOC(\d{4})$/, 'VOC $1');
  const [own, above] = [path.basename(place), path.basename(path.dirname(place))];
  if (!/^VOC\d{4}$/.test(own)) return own;
  return /^(VOCdevkit|VOC)?$/i.test(above) ? own.replace('VOC', 'VOC ') : above;
}
