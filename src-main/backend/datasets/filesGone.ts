import type { Dataset } from '../../contract/values/dataset.ts';

/** Why nothing can be trained on a dataset whose files are missing. */
export const filesGone = ({ name, source }: Dataset): string =>
  `The files of “${name}” are no longer in ${source}. Connect the drive, or point the dataset to its new place.`;
