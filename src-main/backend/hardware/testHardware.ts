import { UserError } from '../../base/errors.ts';
import type { Hardware } from '../../contract/values/hardware.ts';
import { lanes } from '../../jobs/states.ts';
import type { App } from '../app.ts';

/** @throws UserError while a job computes: it would spoil the measured speeds, and may fill a graphics card's memory */
export async function testHardware(app: App): Promise<Hardware> {
  const running = app.current() ? app.session().store.jobs.running() : [];
  const computing = running.find(({ kind }) => lanes[kind] === 'compute');
  if (computing)
    throw new UserError(
      `“${computing.title}” is running and would spoil the measurement. Test again when it has ended.`,
    );
  return app.hardware.test();
}
