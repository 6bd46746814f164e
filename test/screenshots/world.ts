import { cp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBackend, type Backend } from '../../src-main/backend/startBackend.ts';
import { defaultRunConfig } from '../../src-main/contract/defaults.ts';
import { presetConfig } from '../../src-main/contract/pretrainPresets.ts';
import { writeAnnotatedSlides } from './annotatedSlides.ts';
import { revisePatches, writePatches } from './patches.ts';
import { writeScenes } from './scenes.ts';

/** A workspace with everything that the guide shows, and what is where in it. */
export interface World {
  readonly backend: Backend;
  /** A folder with annotated slides. */
  readonly cases: string;
  readonly scenes: number;
  readonly patches: number;
  /** Patches whose files changed since their import. */
  readonly revised: number;
  readonly pretraining: number;
  readonly backbone: number;
  readonly run: number;
  readonly classifier: number;
  remove(): Promise<void>;
}

/** Always the same place, because it is seen in the pictures. */
const folder = path.join(tmpdir(), 'tessera-guide');
const REVISED = 'Synthetic tissue, relabelled';

/** Makes it from nothing, with generated data alone: three datasets, a pre-training, a training from random weights and one from the backbone. */
export async function createWorld(): Promise<World> {
  await rm(folder, { recursive: true, force: true });
  process.env.TESSERA_HOME = path.join(folder, 'home');
  await writeScenes(path.join(folder, 'Drawn scenes'), 48, 12);
  await writePatches(path.join(folder, 'Synthetic tissue'));
  const cases = path.join(folder, 'Annotated cases');
  await writeAnnotatedSlides(cases, 2);
  await cp(path.join(folder, 'Synthetic tissue'), path.join(folder, REVISED), { recursive: true });
  const backend = await startBackend({ workspace: path.join(folder, 'Workspace') });
  const remove = async () => {
    await backend.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return { backend, cases, remove, ...(await fill(backend)) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fill({ client, idle }: Backend): Promise<Omit<World, 'backend' | 'cases' | 'remove'>> {
  await client('app.acceptResearchUse', {});
  await client('hardware.get', {});
  const load = async (name: string) => {
    const { dataset } = await client('datasets.import', { path: path.join(folder, name), name });
    await idle();
    return dataset.id;
  };
  const [scenes, patches] = [await load('Drawn scenes'), await load('Synthetic tissue')];
  const revised = await load(REVISED);
  await revisePatches(path.join(folder, REVISED));
  await client('datasets.refresh', { id: revised });
  await client('datasets.checkHealth', { id: patches });
  const pretraining = await client('pretrainings.create', {
    name: 'Scenes, segmentation',
    config: {
      ...presetConfig('quick', 'segmentation', scenes),
      ...{ iterations: 300, cropSize: 97, validateEvery: 50, validationImages: 12, device: 'cpu' },
      optimizer: { kind: 'sgd', learningRate: 4e-3, momentum: 0.9, weightDecay: 5e-4 },
    },
  });
  await idle();
  const backbone = (await client('models.list', {}))[0]!.id;
  const short = {
    ...defaultRunConfig(patches),
    epochs: 30,
    imageSize: 64,
    width: 16,
    device: 'cpu',
  } as const;
  await client('runs.create', { name: 'From random weights', config: short });
  const { id: run } = await client('runs.create', {
    name: 'From the scenes',
    config: { ...short, init: { kind: 'model', modelId: backbone } },
  });
  await idle();
  const classifier = (await client('models.list', {})).find(({ name }) =>
    name.startsWith('From the scenes'),
  )!;
  return { scenes, patches, revised, pretraining: pretraining.id, backbone, run, classifier: classifier.id };
}
