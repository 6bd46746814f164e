import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { startDemo } from '../demo/startDemo.ts';
import { startBench } from '../hardware/bench.ts';
import { machine } from '../hardware/machine.ts';
import { testHardware } from '../hardware/testHardware.ts';

export function hardwareHandlers(app: App) {
  return {
    'hardware.get': () => app.hardware.get(),
    'hardware.test': () => testHardware(app),
    'hardware.choose': ({ device }) => app.hardware.choose(device),
    'hardware.bench': () => startBench(app.session()),
    'hardware.benchResult': () => app.session().store.benchmarks.latest(machine()),
    'demo.start': () => startDemo(app.session()),
  } satisfies Partial<Handlers>;
}
