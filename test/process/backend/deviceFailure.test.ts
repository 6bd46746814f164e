import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testProviders } from '../../../src-main/backend/hardware/testProviders.ts';
import { startBackend, type Backend } from '../../../src-main/backend/startBackend.ts';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import type { Device } from '../../../src-main/contract/values/run.ts';
import { processHost } from '../../../src-main/jobs/processHost.ts';
import { temporaryFolder } from '../../support/app.ts';
import { writeTiles } from '../../support/tiles.ts';

const entry = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));

it('finds the other devices when one takes its test down and another never ends', async () => {
  const { signal } = new AbortController();
  const providers = await testProviders(processHost(entry('probeWorker')), signal, () => {}, 4000);
  const seen = Object.fromEntries(providers.map(({ name, usable, note }) => [name, usable || note]));
  expect(seen).toEqual({
    cpu: true,
    webgpu: true,
    cuda: true,
    dml: expect.stringMatching(/hardware test crashed \(SIGSEGV\).*Update the driver, then test again/),
    coreml: 'its test did not end within 4 seconds',
    tensorflow: true,
  });
});

describe('a run whose graphics card fails', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let backend: Backend;
  let datasetId: number;
  let undisturbed: Awaited<ReturnType<typeof history>>;

  beforeAll(async () => {
    folder = await temporaryFolder('device-failure');
    process.env.TESSERA_HOME = `${folder.path}/home`;
    await writeTiles(`${folder.path}/tiles`, 14);
    backend = await startBackend({ workspace: `${folder.path}/w`, workerEntry: entry('failingCardWorker') });
    const { dataset } = await backend.client('datasets.import', {
      path: `${folder.path}/tiles`,
      name: 'Stripes',
    });
    await backend.idle();
    datasetId = dataset.id;
    undisturbed = await history((await run('cpu')).id);
  });
  afterAll(async () => {
    await backend?.close();
    await folder?.remove();
  });

  /** 18 training patches in batches of 6: three steps in each of five epochs. */
  async function run(device: Device) {
    const few = { perClass: 6, validationPerClass: 2, epochs: 5, batchSize: 6 };
    const tiny = { width: 4, imageSize: 16, device };
    const { id } = await backend.client('runs.create', {
      config: { ...defaultRunConfig(datasetId), ...few, ...tiny },
    });
    await backend.idle();
    return backend.client('runs.get', { id });
  }

  async function onCpu(id: number) {
    await backend.client('runs.resume', { id, device: 'cpu' });
    await backend.idle();
    return backend.client('runs.get', { id });
  }

  async function history(id: number) {
    const { steps, epochs } = await backend.client('runs.history', { id });
    const times = { imagesPerSecond: 0, waitFraction: 0 };
    return { steps, epochs: epochs.map((epoch) => ({ ...epoch, ...times })) };
  }

  it('ends with the device and the reason, and goes on with the processor to the same end', async () => {
    const failed = await run('webgpu');
    expect(failed).toMatchObject({ status: 'failed', result: null, config: { device: 'webgpu' } });
    expect(failed.error).toMatch(
      /^The graphics card \(WebGPU\) failed while training: the device was lost\. The last checkpoint is kept.*go on with the processor/,
    );
    const finished = await onCpu(failed.id);
    expect(finished).toMatchObject({ status: 'done', config: { device: 'cpu' }, result: { device: 'cpu' } });
    expect(finished.result?.hints.join(' ')).toMatch(
      /began on the graphics card \(WebGPU\) and went on with the processor \(CPU\).*last digits/,
    );
    // The card of this test computes as the processor does, so that what was kept shows: nothing is lost or done twice.
    expect(await history(failed.id)).toEqual(undisturbed);
  });

  it('can be gone on with even when the card takes the process down', async () => {
    const failed = await run('cuda');
    expect(failed.error).toMatch(/training process crashed \(SIGSEGV\).*Go on with the processor \(CPU\)/);
    expect((await onCpu(failed.id)).status).toBe('done');
    expect(await history(failed.id)).toEqual(undisturbed);
  });
});
