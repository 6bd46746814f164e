/** Ours relative to the peer's. */
export interface Target {
  readonly must: number;
  readonly goal: number;
}

/** One thing whose speed is measured, and how fast it has to be beside what people use in Python. */
export interface BenchWork {
  /** As in `BenchRow.work`. */
  readonly name: string;
  readonly kind: 'training' | 'inference' | 'pipeline';
  /** null: no network; reading, decoding and augmenting JPEG files. */
  readonly network: 'resnet18' | 'resnet34' | 'deeplabv2-resnet34' | null;
  /** Side of the square images, in pixels. */
  readonly imageSize: number;
  readonly batchSize: number;
  /** Images per second: at least. */
  readonly speed: Target;
  /** Peak memory: at most. Not every work has such a target. */
  readonly memory: Target | null;
}

/** The sizes are those of PCam's patches (96 px), of the usual networks' input (224) and of the paper's crops of VOC (321). */
export const benchWorks: readonly BenchWork[] = [
  {
    name: 'training resnet34 96 px batch 16',
    kind: 'training',
    network: 'resnet34',
    imageSize: 96,
    batchSize: 16,
    speed: { must: 0.6, goal: 1 },
    memory: { must: 1.5, goal: 1 },
  },
  {
    name: 'training resnet18 224 px batch 16',
    kind: 'training',
    network: 'resnet18',
    imageSize: 224,
    batchSize: 16,
    speed: { must: 0.6, goal: 1 },
    memory: null,
  },
  {
    name: 'training deeplabv2-resnet34 321 px batch 2',
    kind: 'training',
    network: 'deeplabv2-resnet34',
    imageSize: 321,
    batchSize: 2,
    speed: { must: 0.5, goal: 1 },
    memory: null,
  },
  {
    name: 'inference resnet34 224 px batch 32',
    kind: 'inference',
    network: 'resnet34',
    imageSize: 224,
    batchSize: 32,
    speed: { must: 1.2, goal: 1.5 },
    memory: null,
  },
  {
    name: 'pipeline jpeg 224 px batch 32',
    kind: 'pipeline',
    network: null,
    imageSize: 224,
    batchSize: 32,
    speed: { must: 1, goal: 2 },
    memory: null,
  },
];
