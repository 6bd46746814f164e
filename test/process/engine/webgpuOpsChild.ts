import { deviating } from '../../parity/fixture.ts';
import { runOneOp } from '../../parity/oneOp.ts';
import { loadOpCases, type OpCase } from '../../parity/opFixture.ts';

/*
 * Runs every operation of the parity fixtures on WebGPU, forward and backward. Prints one line of JSON when an adapter could be
 * opened, and a second one with what differs from PyTorch.
 */

/** As in test/parity/ops.test.ts. */
const TOLERANCE = 3e-6;

const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const run = (tested: OpCase) => runOneOp(tested, { target: 'webgpu', device: 'webgpu' });

const cases = loadOpCases();
try {
  await run(cases[0] as OpCase);
} catch (error) {
  print({ opened: false, reason: (error as { details?: string }).details ?? String(error) });
  process.exit(0);
}
print({ opened: true });

const differences: string[] = [];
for (const tested of cases) {
  const deviations = deviating(await run(tested), tested.expected, TOLERANCE);
  differences.push(...deviations.map((text) => `${tested.name}: ${text}`));
}
print(differences);
