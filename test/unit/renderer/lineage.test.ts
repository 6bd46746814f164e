import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../../src-main/contract/pretrainPresets.ts';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import type { Dataset } from '../../../src-main/contract/values/dataset.ts';
import type { Model, ModelCard, ModelKind } from '../../../src-main/contract/values/model.ts';
import type { Pretraining } from '../../../src-main/contract/values/pretraining.ts';
import type { Run } from '../../../src-main/contract/values/run.ts';
import { compared } from '../../../src-renderer/ui/comparison.ts';
import { lineageOf, lineageText, type Known } from '../../../src-renderer/models/lineage.ts';
import { lineageRows } from '../../../src-renderer/models/modelRows.ts';
import { startChoices } from '../../../src-renderer/train/startChoices.ts';
import { grouped } from '../../../src-renderer/ui/choices.ts';

const model = (id: number, kind: ModelKind, about: Partial<Model> = {}): Model => ({
  ...{ id, name: `model ${id}`, runId: null, pretrainingId: null, init: null, source: null, bytes: 1 },
  ...{ testAccuracy: null, testN: null, validation: null, trainable: true, createdAt: id },
  card: {
    kind,
    architecture: 'resnet18',
    width: 64,
    dataset: 'VOC',
    seed: 1,
    classNames: [],
  } as unknown as ModelCard,
  ...about,
});

const run = { id: 4, name: 'run 4', datasetName: 'crc5', createdAt: 40, config: defaultRunConfig(1) } as Run;
const pretraining = {
  ...{ id: 5, name: 'pre-training 5', datasetName: 'VOC', createdAt: 50 },
  config: presetConfig('paper', 'segmentation', 2),
} as Pretraining;

const segmenter = model(1, 'segmenter', {
  pretrainingId: 5,
  validation: { metric: 'mIoU', value: 0.234, n: 200 },
});
const classifier = model(2, 'classifier', { runId: 4, init: { id: 1, name: 'model 1' } });

function knowing(...models: Model[]): Known {
  return {
    model: (id) => models.find((one) => one.id === id),
    run: (id) => (id === 4 ? run : undefined),
    pretraining: (id) => (id === 5 ? pretraining : undefined),
    dataset: (id) => (id === 2 ? ({ id, name: 'VOC, renamed' } as Dataset) : undefined),
  };
}

describe('the lineage of a model', () => {
  it('leads back over its run and the pre-training to random weights, each a link', () => {
    const steps = lineageOf(classifier, knowing(classifier, segmenter));
    expect(steps.map(({ title, place }) => [title, place.name, place.href])).toEqual([
      ['Classifier', 'model 2', '/models/2'],
      ['Fine-tuning', 'run 4', '/runs/4'],
      ['Segmentation', 'model 1', '/models/1'],
      ['Segmentation pre-training', 'pre-training 5', '/pretrain/5'],
      ['Start', 'random weights', null],
    ]);
    expect(steps[1]?.facts).toEqual(['25 labels per class', '60 epochs', 'seed 1']);
    expect(steps[1]?.dataset).toEqual({ name: 'crc5', href: null }); // deleted
    expect(steps[2]?.facts).toEqual(['ResNet-18', 'mIoU 23.4 % (n = 200)']);
    expect(steps[3]?.dataset).toEqual({ name: 'VOC, renamed', href: '/datasets/2' });
    expect(steps[3]?.facts).toEqual(['40,000 iterations', '321 px', 'seed 1']);
  });

  it('fits into a line', () => {
    expect(lineageText(lineageOf(classifier, knowing(segmenter)))).toBe(
      'fine-tuning on crc5 ← segmentation pre-training on VOC, renamed ← random weights',
    );
  });

  it('ends at the file of imported weights', () => {
    const backbone = model(3, 'backbone', { source: '/data/resnet18.pth' });
    const steps = lineageOf({ ...classifier, init: { id: 3, name: 'model 3' } }, knowing(backbone));
    expect(steps.at(-1)).toMatchObject({ what: 'start', place: { name: '/data/resnet18.pth', href: null } });
    expect(lineageText(lineageOf(backbone, knowing()))).toBe('/data/resnet18.pth');
  });

  it('of an import goes on with what its file says', () => {
    const lineage = ['fine-tuning on crc5 (“a”, seed 1)', 'imported weights (resnet18.pth)'];
    const imported = model(3, 'classifier', { source: '/data/a.onnx' });
    const steps = lineageOf({ ...imported, card: { ...imported.card, lineage } }, knowing());
    expect(steps.map(({ title, place }) => [title, place.name])).toEqual([
      ['Classifier', 'model 3'],
      ['Import', '/data/a.onnx'],
      ...lineage.map((words) => ['Before, as the file says', words]),
    ]);
    expect(lineageText(steps)).toBe(`/data/a.onnx ← ${lineage.join(' ← ')}`);
  });

  it('says what was deleted', () => {
    const orphan = { ...classifier, runId: null };
    const steps = lineageOf(orphan, knowing(orphan));
    expect(steps.slice(1).map(({ place, facts }) => [place.name, ...facts])).toEqual([
      ['deleted; the model stayed', 'seed 1'],
      ['model 1', 'deleted'],
    ]);
  });

  it('ends even where models name each other', () => {
    const [a, b] = [model(1, 'backbone', { init: { id: 2, name: 'b' } }), model(2, 'backbone')];
    const loop = { ...b, init: { id: 1, name: 'a' } };
    expect(lineageOf(a, knowing(a, loop)).filter(({ what }) => what === 'model').length).toBe(2);
  });
});

describe('models side by side', () => {
  it('agree or differ row by row; what neither has is left out', () => {
    const left = [
      ['Seed', '1'],
      ['Epochs', '60'],
      ['mAP', '–'],
    ] as const;
    const right = [
      ['Seed', '1'],
      ['Iterations', '400'],
      ['mAP', '–'],
    ] as const;
    expect(compared([left, right])).toEqual([
      { label: 'Seed', values: ['1', '1'], differs: false },
      { label: 'Epochs', values: ['60', '–'], differs: true },
      { label: 'Iterations', values: ['–', '400'], differs: true },
    ]);
  });

  it('have their lineage step by step', () => {
    expect(lineageRows(classifier, knowing(segmenter))).toEqual([
      ['Step 1 back', 'fine-tuning on crc5'],
      ['Step 2 back', 'segmentation pre-training on VOC, renamed'],
      ['Step 3 back', 'random weights'],
    ]);
  });
});

describe('what a training can begin with', () => {
  const onnx = model(6, 'classifier', { trainable: false });
  const deep = model(7, 'backbone', {
    card: { ...segmenter.card, kind: 'backbone', architecture: 'resnet50' },
  });

  it('is random weights, or a model of its group', () => {
    const choices = startChoices([onnx, deep, classifier, segmenter]);
    expect(choices.map(({ value }) => value)).toEqual(['random', '1', '7', '6', '2']);
    expect(grouped(choices).map(({ group, members }) => [group, members.length])).toEqual([
      [undefined, 1],
      ['Segmentation networks', 1],
      ['Imported backbones', 1],
      ['Classifiers', 2],
    ]);
  });

  it('says why another does not fit', () => {
    const unfit = (one: Model) => (one.card.architecture === 'resnet50' ? 'too deep' : null);
    const choices = startChoices([onnx, deep, segmenter], unfit);
    expect(choices.filter(({ disabled }) => disabled).map(({ value, hint }) => [value, hint])).toEqual([
      ['7', 'Does not fit: too deep'],
      ['6', 'Does not fit: it was imported as ONNX and cannot be trained further'],
    ]);
  });
});
