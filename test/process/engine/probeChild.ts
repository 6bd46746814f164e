import { probeTask } from '../../../src-main/workers/probe.ts';

const context = { signal: new AbortController().signal, progress: () => {}, event: () => {} };
process.stdout.write(JSON.stringify(await probeTask({}, context)));
