import type { DatasetContent } from '../../../contract/values/dataset.ts';
import type { DatasetHealth } from '../../../contract/values/health.ts';
import type { Duplicates } from '../duplicates.ts';

/** What hints are drawn from: a report without its hints, and all pairs of duplicates. */
export interface Findings extends Omit<DatasetHealth, 'hints' | 'duplicates'> {
  readonly kind: DatasetContent;
  readonly duplicates: Duplicates;
}
