/** Why nothing can be trained on a dataset whose files are missing. @param place where they lay */
export const filesGone = (dataset: string, place: string): string =>
  `The files of “${dataset}” are no longer in ${place}. Connect the drive, or point the dataset to its new place.`;
