/**
 * The binary routes of the backend, for `<img>`, OpenSeadragon and fetch. Each takes the token as `?token=`; the caller
 * appends it. Rows are named by their id, so that no path of the user's is ever part of a URL.
 */
export const imageRoutes = {
  /** JPEG, at most `side` pixels on the longer side. */
  patchThumbnail: (patchId: number, side: 64 | 128 | 256) => `/images/patches/${patchId}/${side}`,
  /** A natural image of a dataset as JPEG, at most `side` pixels on the longer side. */
  datasetImage: (imageId: number, side: 256 | 1024) => `/images/dataset-images/${imageId}/${side}`,
  /**
   * Its mask as PNG of the same size, each class in its colour (`vocColour`), background and ignored pixels transparent; 404 where
   * it has none.
   */
  datasetImageMask: (imageId: number, side: 256 | 1024) => `/images/dataset-images/${imageId}/${side}/mask`,
  /**
   * What a pre-training's network saw in a picture of its strip after some iteration: a PNG of the image's own size, each class in its
   * colour (`vocColour`), background transparent. `datasetImage` is the picture under it, `datasetImageMask` the truth.
   */
  pretrainingMask: (pretrainingId: number, iteration: number, imageId: number) =>
    `/images/pretrainings/${pretrainingId}/${iteration}/${imageId}/mask`,
  /** The slide's thumbnail as JPEG, at most 512 pixels on the longer side. */
  slideThumbnail: (slideId: number) => `/images/slides/${slideId}/thumbnail`,
  /** A tile of a slide's level (0 = finest) as JPEG; passed through undecoded where the file allows it. */
  slideTile: (slideId: number, level: number, column: number, row: number) =>
    `/images/slides/${slideId}/tiles/${level}/${column}/${row}`,
  /** "label", "macro" … as JPEG. */
  slideAssociated: (slideId: number, name: string) =>
    `/images/slides/${slideId}/associated/${encodeURIComponent(name)}`,
  /**
   * The scores of a prediction as one byte each, `rows x columns x classes` (row-major, classes innermost):
   * round(score * 254), and 255 where there is no tissue or no score yet.
   */
  predictionScores: (predictionId: number) => `/images/predictions/${predictionId}/scores`,
} as const;

/** Marks a patch without a score in `predictionScores`. */
export const NO_SCORE = 255;
