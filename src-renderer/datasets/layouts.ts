import type { DatasetLayout } from '../../src-main/contract/values/dataset.ts';

/** The layouts as the interface names them. */
export const LAYOUTS: Record<DatasetLayout, string> = {
  folder: 'A folder per class',
  kather: 'Kather 2016',
  synthetic: 'Synthetic patches',
  voc: 'Pascal VOC 2012',
  pcam: 'PCam',
  annotated: 'Patches from annotated slides',
};
