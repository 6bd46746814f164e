import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src-main/backend/app.ts';
import { createBus } from '../../../src-main/backend/bus.ts';
import { userSettings } from '../../../src-main/backend/workspace/settings.ts';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import type { Provider } from '../../../src-main/contract/values/hardware.ts';
import type { Device } from '../../../src-main/contract/values/run.ts';
import { memoryHost, type TaskTable } from '../../../src-main/jobs/memoryHost.ts';
import { testBackend, type TestBackend } from './support.ts';
import { fakeTasks, probed } from './tasks.ts';

const ALL = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tensorflow'];

let backend: TestBackend;
afterEach(() => backend.close());
/** What was tested, in order. */
let tested: Device[] = [];

/** A computer with a processor and a graphics card, whose test may go wrong. */
const computer = (gpu: () => Promise<Provider> = async () => probed('webgpu', 400)): TaskTable => ({
  ...fakeTasks,
  probe: async ({ device }) => {
    tested.push(device);
    return device === 'webgpu' ? gpu() : probed(device, device === 'cpu' ? 40 : null);
  },
});

async function start(tasks: TaskTable = computer()) {
  tested = [];
  backend = await testBackend(tasks);
  return backend;
}

describe('the test of the devices', () => {
  it('is made once, kept for the next start, and made again when it is asked for', async () => {
    const { client, folder } = await start();
    const [first, same] = await Promise.all([client('hardware.get', {}), client('hardware.get', {})]);
    expect(first).toEqual(same);
    expect(first).toMatchObject({ auto: 'webgpu', autoInference: 'webgpu', defaultDevice: 'auto' });
    expect(tested).toEqual(ALL);

    const settings = path.join(folder, 'settings');
    const restarted = () =>
      createApp({
        bus: createBus(),
        host: memoryHost(computer()),
        settings: userSettings(settings),
        contact: { pid: process.pid, url: 'http://127.0.0.1:1', token: 't' },
        adoptJobs: false,
      }).hardware.get();
    expect(await restarted()).toEqual(first);
    expect(tested).toEqual(ALL);

    const file = path.join(settings, 'hardware.json');
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { key: string[] };
    writeFileSync(file, JSON.stringify({ ...kept, key: [...kept.key, 'another card'] }));
    await restarted();
    expect(tested).toEqual([...ALL, ...ALL]);
    writeFileSync(file, 'torn');
    await restarted();
    expect(tested).toHaveLength(3 * ALL.length);

    const again = await client('hardware.test', {});
    expect(tested).toHaveLength(4 * ALL.length);
    expect(again.testedAt).toBeGreaterThan(first.testedAt);
  });

  it('tells how far it is, and its end to every window', async () => {
    const { client, events } = await start();
    const hardware = await client('hardware.get', {});
    const told = events.flatMap((event) => (event.type === 'hardwareTest' ? event.progress : []));
    expect(told.map(({ message }) => message)).toContain('testing the graphics card (WebGPU)');
    expect(told.at(-1)?.fraction).toBe(1);
    expect(events.at(-1)).toEqual({ type: 'hardware', hardware });
  });

  it('finds the others when one device takes its process down', async () => {
    const { client } = await start(computer(() => Promise.reject(new Error('Segmentation fault'))));
    const { providers, auto } = await client('hardware.get', {});
    expect(providers.map(({ name }) => name)).toEqual(ALL);
    expect(providers[1]).toMatchObject({
      usable: false,
      note: expect.stringContaining('Segmentation fault'),
    });
    expect(auto).toBe('cpu');
  });

  it('is not kept when the processor itself failed it', async () => {
    const probe: TaskTable['probe'] = () => Promise.reject(new Error('busy'));
    const { client, folder } = await start({ ...fakeTasks, probe });
    expect((await client('hardware.get', {})).auto).toBe('cpu');
    expect(existsSync(path.join(folder, 'settings', 'hardware.json'))).toBe(false);
  });

  it('is refused while something computes, whose load would spoil it', async () => {
    const { promise, resolve } = Promise.withResolvers<[]>();
    const { client, ended } = await start({ ...computer(), bench: () => promise });
    const { id } = await client('hardware.bench', {});
    await expect.poll(async () => (await client('jobs.get', { id })).status).toBe('running');
    await expect(client('hardware.test', {})).rejects.toThrow('“Measure this computer” is running');
    resolve([]);
    await ended(id);
    expect((await client('hardware.test', {})).auto).toBe('webgpu');
  });

  it('keeps nobody from cancelling a run that waits for it', async () => {
    const { client, ended } = await start(computer(() => new Promise(() => {})));
    const run = await client('runs.create', { config: { ...(await config()), device: 'auto' } });
    await expect.poll(async () => (await client('runs.get', { id: run.id })).status).toBe('running');
    await client('runs.cancel', { id: run.id });
    expect((await ended(run.jobId ?? 0)).status).toBe('cancelled');
  });
});

async function config() {
  const folder = path.join(backend.folder, 'patches');
  mkdirSync(folder, { recursive: true });
  const { dataset, job } = await backend.client('datasets.import', { path: folder, name: 'd' });
  await backend.ended(job.id);
  const few = { perClass: 4, validationPerClass: 2, testFraction: 0.2, batchSize: 8 };
  return { ...defaultRunConfig(dataset.id), ...few };
}

describe('the device of a run', () => {
  it('is the user’s default where it says “auto”, and stays that', async () => {
    const used: Device[] = [];
    const train: TaskTable['train'] = async ({ config: { device } }) => {
      used.push(device);
      throw new Error('device lost');
    };
    const { client, ended, app } = await start({ ...computer(), train });
    const run = await client('runs.create', { config: { ...(await config()), device: 'auto' } });
    await ended(run.jobId ?? 0);
    await client('hardware.choose', { device: 'cpu' });
    expect(app.settings.defaultDevice()).toBe('cpu');
    const resumed = await client('runs.resume', { id: run.id });
    await ended(resumed.jobId ?? 0);
    const another = await client('runs.create', { config: { ...run.config, seed: 2 } });
    await ended(another.jobId ?? 0);
    expect(used).toEqual(['webgpu', 'webgpu', 'cpu']);
    expect((await client('runs.get', { id: run.id })).config.device).toBe('webgpu');
  });

  it('can become another one when the run goes on', async () => {
    const used: Device[] = [];
    const train: TaskTable['train'] = async (spec, context) => {
      used.push(spec.config.device);
      if (spec.config.device !== 'cpu') throw new Error('device lost');
      expect(spec.resume).toBe(true);
      return fakeTasks.train!(spec, context);
    };
    const { client, ended } = await start({ ...computer(), train });
    const run = await client('runs.create', { config: { ...(await config()), device: 'webgpu' } });
    expect((await ended(run.jobId ?? 0)).status).toBe('failed');
    const onCpu = await client('runs.resume', { id: run.id, device: 'cpu' });
    expect(onCpu.config.device).toBe('cpu');
    expect((await ended(onCpu.jobId ?? 0)).status).toBe('done');
    expect(used).toEqual(['webgpu', 'cpu']);
  });

  it('has to be usable', async () => {
    const { client } = await start();
    const run = { config: { ...(await config()), device: 'cuda' as const } };
    await expect(client('runs.create', run)).rejects.toThrow(
      'This computer cannot use the NVIDIA card (CUDA). No such card. Choose another device.',
    );
    await expect(client('hardware.choose', { device: 'cuda' })).rejects.toThrow('No such card');
    expect((await client('hardware.get', {})).defaultDevice).toBe('auto');
  });
});
