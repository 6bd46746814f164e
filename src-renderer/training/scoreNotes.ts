/** What scores mean, in a few words for where they stand; by the name that they have there. The guide says more. */
export const SCORE_NOTES: Readonly<Record<string, string>> = {
  'Macro-F1': 'each class counts the same',
  'ROC-AUC': '0.5 is chance, 1 perfect',
  mIoU: 'area that prediction and truth share, over the area that either covers: mean of the classes',
  mAP: 'how well the images that show a class are ranked before the others: mean of the classes',
};
