import { UserError } from '../../base/errors.ts';
import { graphicsCards } from '../../base/graphicsCards.ts';
import type { Hardware } from '../../contract/values/hardware.ts';
import type { Progress } from '../../contract/values/job.ts';
import type { Device } from '../../contract/values/run.ts';
import type { WorkerHost } from '../../jobs/workerHost.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Publish } from '../bus.ts';
import type { UserSettings } from '../workspace/settings.ts';
import { automatic, fastest, problemWith } from './devices.ts';
import { machineFacts } from './machine.ts';
import { summarise } from './summarise.ts';
import { testedProvidersFile, type TestedProviders } from './testedProviders.ts';
import { testProviders } from './testProviders.ts';

export interface HardwareFinder {
  /** What this computer has; tested once, and again when versions or graphics cards have changed. */
  get(): Promise<Hardware>;
  /** Tests every provider again; a test that is under way already is joined. */
  test(): Promise<Hardware>;
  /** Sets what `auto` stands for. @throws UserError when that device is not usable */
  choose(device: Device): Promise<Hardware>;
  /** Ends a test that is under way. */
  stop(): void;
}

export interface HardwareFinderOptions {
  readonly host: WorkerHost;
  readonly settings: UserSettings;
  readonly publish: Publish;
}

export function hardwareFinder({ host, settings, publish }: HardwareFinderOptions): HardwareFinder {
  const file = testedProvidersFile(settings.folder);
  const ending = new AbortController();
  let known: Promise<TestedProviders> | null = null;
  let testing: Promise<TestedProviders> | null = null;

  const runTest = async (key: string[]): Promise<TestedProviders> => {
    const told = (progress: Progress) => publish({ type: 'hardwareTest', progress });
    const tested = { key, providers: await testProviders(host, ending.signal, told), testedAt: Date.now() };
    // A processor that fails its own test says more about this moment than about the computer. And where the result
    // cannot be kept, the next start tests again, and says nothing wrong.
    if (problemWith(tested.providers, 'cpu') === null) await file.write(tested).catch(() => {});
    publish({ type: 'hardware', hardware: describe(tested, settings.defaultDevice()) });
    return tested;
  };
  const testAgain = (key: string[]): Promise<TestedProviders> => {
    testing ??= runTest(key).finally(() => (testing = null));
    return testing;
  };
  const find = async (): Promise<TestedProviders> => {
    const key = await testKey();
    return (await file.read(key)) ?? testAgain(key);
  };
  const current = (): Promise<TestedProviders> => {
    known ??= find().catch((error: unknown) => {
      known = null; // the next one who asks tries again
      throw error;
    });
    return known;
  };
  const get = async () => describe(await current(), settings.defaultDevice());

  return {
    get,
    async test() {
      known = testKey().then(testAgain);
      return get();
    },
    async choose(device) {
      const { providers } = await current();
      const problem = device === 'auto' ? null : problemWith(providers, device);
      if (problem !== null) throw new UserError(problem);
      await settings.setDefaultDevice(device);
      const hardware = await get();
      publish({ type: 'hardware', hardware });
      return hardware;
    },
    stop: () => ending.abort(),
  };
}

/** What a test is true for. */
async function testKey(): Promise<string[]> {
  const { cpu, platform, onnxruntime } = machineFacts();
  return [
    `Tessera ${packageJson.version}`,
    `ONNX Runtime ${onnxruntime}`,
    platform,
    cpu,
    ...(await graphicsCards()),
  ];
}

function describe({ providers, testedAt }: TestedProviders, defaultDevice: Device): Hardware {
  const facts = machineFacts();
  const found = {
    providers,
    defaultDevice,
    fastest: fastest(providers),
    ...automatic(providers, defaultDevice),
  };
  return { ...facts, ...found, testedAt, summary: summarise({ ...facts, ...found }) };
}
