import { getPriority } from 'node:os';
import { workerKinds } from '../../../src-main/contract/worker.ts';
import { probeTask } from '../../../src-main/workers/probe.ts';

/* Prints what testing a device shows, and how urgent it was. A process of its own, since a broken graphics driver may end it. */
const context = { signal: new AbortController().signal, progress: () => {}, event: () => {} };
const spec = workerKinds.probe.spec.parse({ device: process.argv[2] });
const result = await probeTask(spec, context);
process.stdout.write(JSON.stringify({ result, priority: getPriority() }));
