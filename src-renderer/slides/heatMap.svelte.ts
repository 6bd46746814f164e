import { imageRoutes } from '../../src-main/contract/images.ts';
import { isUnderWay } from '../../src-main/contract/underWay.ts';
import type { PatchGrid, Prediction } from '../../src-main/contract/values/slide.ts';
import { ApiError, imageUrl } from '../api/client.ts';
import { paintScores, summarise, type ClassChoice, type ScoreMap } from './scoreMap.ts';

/** While a prediction runs its scores are fetched anew at most this often. */
const REFRESH_MS = 1500;

/** A prediction's scores and how they are shown. One canvas pixel per patch; the viewer scales it over the slide. */
export class HeatMap {
  visible = $state(true);
  /** 0–1 */
  opacity = $state(0.6);
  /** 0–1; patches whose shown score is lower are hidden. */
  threshold = $state(0);
  choice = $state<ClassChoice>(null);
  error = $state.raw<unknown>(null);

  #scores = $state.raw<ScoreMap | null>(null);
  grid = $state.raw<PatchGrid | null>(null);
  readonly summary = $derived(this.#scores && summarise(this.#scores, this.choice, this.threshold));
  readonly image = $derived(this.#scores && toCanvas(this.#scores, this.choice, this.threshold));

  #shown: number | null = null;
  #done = -1;
  #fetching = false;
  #fetchedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a prediction, or follows its growth; null shows none. Cheap to call with news of the same one. */
  show(prediction: Prediction | null): void {
    if (prediction?.id !== this.#shown) {
      this.#shown = prediction?.id ?? null;
      this.#done = -1;
      this.#fetchedAt = 0;
      this.#scores = null;
      this.error = null;
      this.threshold = 0;
      this.choice = null;
    }
    this.grid = prediction?.grid ?? null;
    clearTimeout(this.#timer);
    if (!prediction?.grid || prediction.patchesDone === this.#done) return;
    const soonest = isUnderWay(prediction) ? this.#fetchedAt + REFRESH_MS : 0; // the last ones come at once
    const wait = this.#fetching ? REFRESH_MS : Math.max(0, soonest - Date.now());
    this.#timer = setTimeout(() => void this.#fetch(prediction), wait);
  }

  moveOpacity(by: number): void {
    this.opacity = Math.round(Math.min(1, Math.max(0, this.opacity + by)) * 100) / 100;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#shown = null;
  }

  async #fetch({ id, grid, classNames, patchesDone }: Prediction): Promise<void> {
    this.#fetching = true;
    try {
      const answer = await fetch(imageUrl(imageRoutes.predictionScores(id)));
      if (!answer.ok)
        throw new ApiError('The scores of this prediction could not be read.', answer.statusText);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (id !== this.#shown || !grid) return; // another prediction was chosen meanwhile
      this.#scores = { columns: grid.columns, rows: grid.rows, classes: classNames.length, bytes };
      this.#done = patchesDone;
      this.error = null;
    } catch (error) {
      if (id === this.#shown) this.error = error;
    } finally {
      this.#fetching = false;
      this.#fetchedAt = Date.now();
    }
  }
}

function toCanvas(map: ScoreMap, choice: ClassChoice, threshold: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = map.columns;
  canvas.height = map.rows;
  const pixels = new ImageData(paintScores(map, choice, threshold), map.columns, map.rows);
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
  return canvas;
}
