import path from 'node:path';
import { isUnderWay } from '../../contract/underWay.ts';
import type { ExportedFiles, Slide } from '../../contract/values/slide.ts';
import type { KnownExport } from '../../store/tables/predictions.ts';

type Format = keyof ExportedFiles;

/** Where WSInfer keeps each kind of file, so that its readers (QuPath's among them) find them. */
const places: Record<Format, { folder: string; extension: string }> = {
  geojson: { folder: 'model-outputs-geojson', extension: '.geojson' },
  csv: { folder: 'model-outputs-csv', extension: '.csv' },
  png: { folder: 'heatmaps', extension: '.png' },
};

/** The files that an export writes below `folder`. @param name without extension */
export function plannedFiles(folder: string, name: string, formats: readonly Format[]): ExportedFiles {
  return Object.fromEntries(
    formats.map((format) => {
      const { folder: below, extension } = places[format];
      return [format, path.join(folder, below, name + extension)];
    }),
  );
}

/**
 * The name of a prediction's files below `folder`: the slide's own, as WSInfer has it. Where files of another slide have it
 * (or files of unknown origin), the slide's folder is added; where it is the same slide by another model, the model's name.
 * What was exported from the same slide by the same model is replaced.
 * @param earlier all exports known, newest first
 */
export function exportName(
  folder: string,
  slide: Pick<Slide, 'id' | 'name' | 'path'>,
  modelName: string,
  earlier: readonly KnownExport[],
  exists: (file: string) => boolean,
): string {
  const stem = path.parse(slide.name).name;

  /** Whose files have a name; null: nobody's, or this very slide's by this model. */
  function owner(name: string): 'slide' | 'model' | null {
    const files = Object.values(plannedFiles(folder, name, ['geojson', 'csv', 'png']));
    const last = earlier.find((known) => Object.values(known.files).some((file) => files.includes(file)));
    const ours = last?.slideId === slide.id;
    if (ours && last.modelName === modelName) return null;
    if (!isUnderWay(last) && !files.some(exists)) return null;
    return ours ? 'model' : 'slide';
  }

  const by = owner(stem);
  if (by === null) return stem;
  const model = fileName(modelName);
  const parent = fileName(path.basename(path.dirname(slide.path)));
  const longer = by === 'model' ? `${stem}-${model}` : `${stem}-${parent}`;
  for (const name of [longer, `${stem}-${parent}-${model}`]) if (owner(name) === null) return name;
  for (let number = 2; ; number++) if (owner(`${longer}-${number}`) === null) return `${longer}-${number}`;
}

/** What all file systems take as part of a name. */
function fileName(text: string): string {
  return (
    text
      .replace(/[^\p{L}\p{N}._]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'other'
  );
}
