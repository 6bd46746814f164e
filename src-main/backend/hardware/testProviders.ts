import { UserError } from '../../base/errors.ts';
import { deviceNames } from '../../contract/deviceNames.ts';
import type { Provider } from '../../contract/values/hardware.ts';
import type { Progress } from '../../contract/values/job.ts';
import { ResolvedDevice } from '../../contract/values/run.ts';
import type { WorkerHost } from '../../jobs/workerHost.ts';

/** Milliseconds that the test of one provider may take. */
const LIMIT = 60_000;

/**
 * Tests one provider after the other, so that none disturbs another's speed; each in a process of its own, because a bad
 * graphics driver may crash it.
 * @throws UserError when the signal ends it
 */
export async function testProviders(
  host: WorkerHost,
  signal: AbortSignal,
  told: (progress: Progress) => void,
  limit = LIMIT,
): Promise<Provider[]> {
  const devices = ResolvedDevice.options;
  const providers: Provider[] = [];
  for (const device of devices) {
    const fraction = providers.length / devices.length;
    told({ fraction, message: `testing ${deviceNames[device]}`, rate: null, secondsLeft: null });
    providers.push(await test(host, device, signal, limit));
  }
  told({ fraction: 1, message: 'every device is tested', rate: null, secondsLeft: null });
  return providers;
}

async function test(
  host: WorkerHost,
  device: ResolvedDevice,
  signal: AbortSignal,
  limit: number,
): Promise<Provider> {
  const worker = host.start('probe', { device }, { progress: () => {}, event: () => {} });
  const stop = () => worker.stop();
  const timer = setTimeout(stop, limit);
  signal.addEventListener('abort', stop);
  const outcome = await worker.outcome;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  if (signal.aborted) throw new UserError('Tessera ended before the hardware was tested.');
  if (outcome.type === 'done') return outcome.result;
  const note =
    outcome.type === 'failed' ? outcome.message : `its test did not end within ${limit / 1000} seconds`;
  return {
    name: device,
    usable: false,
    absent: null,
    device: '',
    software: false,
    note,
    how: null,
    imagesPerSecond: null,
  };
}
