import { slideSentences } from '../contract/sourceSlides.ts';
import type { Dataset } from '../contract/values/dataset.ts';
import type { Output } from './command.ts';
import { table } from './table.ts';

/** Of a table of datasets. */
export const DATASET_HEADING = [
  'id',
  'name',
  'status',
  'classes',
  'patches',
  'images',
  'broken',
  'duplicates',
];

export const datasetRow = ({ id, name, status, classes, patches, images, broken, duplicates }: Dataset) => [
  id,
  name,
  status,
  classes.length,
  patches,
  images,
  broken,
  duplicates,
];

/** One dataset with its classes. */
export function datasetReport(dataset: Dataset): Output {
  const classes = dataset.classes.map(({ name, counts }) => [
    name,
    counts.train,
    counts.val,
    counts.test,
    counts.pool,
  ]);
  const text = [
    table([DATASET_HEADING, datasetRow(dataset)]),
    table([['class', 'train', 'val', 'test', 'unassigned'], ...classes]),
    ...slideSentences(dataset),
  ].join('\n\n');
  return { json: dataset, text };
}
