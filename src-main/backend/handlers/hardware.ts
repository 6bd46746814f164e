import type { Handlers } from '../../contract/requests.ts';
import type { App } from '../app.ts';
import { startDemo } from '../demo/startDemo.ts';
import { startBench } from '../hardware/bench.ts';
import { machine } from '../hardware/machine.ts';

export function hardwareHandlers(app: App) {
  return {
    'hardware.get': () => app.hardware.get(),
    'hardware.bench': ({ withPeer }) => startBench(app.session(), withPeer),
    'hardware.benchResult': () => app.session().store.benchmarks.latest(machine()),
    'demo.start': () => startDemo(app.session()),
  } satisfies Partial<Handlers>;
}
