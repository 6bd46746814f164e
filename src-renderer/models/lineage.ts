import type { Dataset } from '../../src-main/contract/values/dataset.ts';
import type { Model } from '../../src-main/contract/values/model.ts';
import type { Pretraining } from '../../src-main/contract/values/pretraining.ts';
import type { Run } from '../../src-main/contract/values/run.ts';
import { count, plural } from '../ui/format.ts';
import { architectureName, KINDS, scoreText } from './modelText.ts';

/** A place that a step of the lineage leads to; `href` null: it is gone, or outside the workspace. */
export interface Place {
  readonly name: string;
  readonly href: string | null;
}

/** One step back: a model, the training that made it, or what there was before any training. */
export interface Step {
  readonly what: 'model' | 'training' | 'start';
  /** e.g. "Classifier", "Segmentation pre-training", "Start". */
  readonly title: string;
  readonly place: Place;
  /** Of a training: what it learnt on. */
  readonly dataset: Place | null;
  /** What decided it, or how good it was, in a few words. */
  readonly facts: readonly string[];
  /** Milliseconds since 1970; null: not known. */
  readonly date: number | null;
}

/** What the window knows, by id. */
export interface Known {
  readonly model: (id: number) => Model | undefined;
  readonly run: (id: number | null) => Run | undefined;
  readonly pretraining: (id: number | null) => Pretraining | undefined;
  readonly dataset: (id: number) => Dataset | undefined;
}

/** Where a model comes from, step by step back to random weights, a file, or what was deleted. */
export function lineageOf(model: Model, known: Known): Step[] {
  const steps: Step[] = [];
  const seen = new Set<number>();
  for (let at: Model | undefined = model; at && !seen.has(at.id);) {
    seen.add(at.id);
    steps.push(modelStep(at));
    if (at.source !== null) return [...steps, ...imported(at.source, at.card.lineage)];
    steps.push(trainingStep(at, known));
    if (at.init === null) return [...steps, start('random weights')];
    const before: Model | undefined = known.model(at.init.id);
    if (!before) return [...steps, start(at.init.name, ['deleted'])];
    at = before;
  }
  return steps;
}

function modelStep(model: Model): Step {
  return {
    what: 'model',
    title: KINDS[model.card.kind].one,
    place: { name: model.name, href: `/models/${model.id}` },
    dataset: null,
    facts: [architectureName(model), scoreText(model)].filter(Boolean),
    date: model.createdAt,
  };
}

const start = (name: string, facts: readonly string[] = []): Step => ({
  ...{ what: 'start', title: 'Start', place: { name, href: null }, dataset: null, facts, date: null },
});

/** The file of an imported model, and what it says of where it comes from: nothing of that is in this workspace. */
function imported(source: string, lineage: readonly string[] = []): Step[] {
  const file = start(source, ['imported from this file']);
  if (lineage.length === 0) return [file];
  return [
    { ...file, title: 'Import' },
    ...lineage.map((words) => ({ ...start(words), title: 'Before, as the file says' })),
  ];
}

/** The training that made a model, as far as it is still there. */
function trainingStep(model: Model, known: Known): Step {
  const run = known.run(model.runId);
  if (run) {
    const { perClass, epochs, seed, datasetId } = run.config;
    const labels = perClass === null ? 'all labels' : `${count(perClass)} labels per class`;
    return {
      ...training('Fine-tuning', run, `/runs/${run.id}`),
      title: model.init === null ? 'Training' : 'Fine-tuning',
      dataset: datasetPlace(datasetId, run.datasetName, known),
      facts: [labels, plural(epochs, 'epoch'), `seed ${seed}`],
    };
  }
  const pretraining = known.pretraining(model.pretrainingId);
  if (pretraining) {
    const { kind, iterations, cropSize, seed, datasetId } = pretraining.config;
    const title = kind === 'segmentation' ? 'Segmentation pre-training' : 'Multi-label pre-training';
    return {
      ...training(title, pretraining, `/pretrain/${pretraining.id}`),
      dataset: datasetPlace(datasetId, pretraining.datasetName, known),
      facts: [plural(iterations, 'iteration'), `${cropSize} px`, `seed ${seed}`],
    };
  }
  const { dataset, seed } = model.card;
  return {
    what: 'training',
    title: model.card.kind === 'classifier' ? 'Training' : 'Pre-training',
    place: { name: 'deleted; the model stayed', href: null },
    dataset: { name: dataset, href: null },
    facts: [`seed ${seed}`],
    date: null,
  };
}

function training(
  title: string,
  { name, createdAt }: Pick<Run | Pretraining, 'name' | 'createdAt'>,
  href: string,
): Omit<Step, 'dataset' | 'facts'> {
  return { what: 'training', title, place: { name, href }, date: createdAt };
}

function datasetPlace(id: number, name: string, known: Known): Place {
  return { name: known.dataset(id)?.name ?? name, href: known.dataset(id) ? `/datasets/${id}` : null };
}

/** The chain in one line, newest first: "segmentation on VOC ← random weights". */
export function lineageText(steps: readonly Step[]): string {
  return steps
    .filter(({ what }) => what !== 'model')
    .map(({ what, title, place, dataset }) =>
      what === 'start' ? place.name : `${title.toLowerCase()} on ${dataset?.name ?? '–'}`,
    )
    .join(' ← ');
}
