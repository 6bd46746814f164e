import type { MeasuringTask, Measurement } from './measurement.ts';
import { openWorkload } from './workload.ts';

/*
 * A process of its own, so that its peak memory is this work's alone: measure.ts <MeasuringTask as JSON> prints a Measurement.
 */

const task = JSON.parse(process.argv[2] ?? '') as MeasuringTask;
const { name, version, step, close } = await openWorkload(task);
for (let i = 0; i < task.warmUp; i++) await step();
const milliseconds: number[] = [];
const end = performance.now() + task.seconds * 1000;
while (milliseconds.length < task.steps || performance.now() < end) {
  const start = performance.now();
  await step();
  milliseconds.push(performance.now() - start);
}
const peakMemoryMB = process.resourceUsage().maxRSS / 1024;
const measurement: Measurement = { name, version, milliseconds, peakMemoryMB };
process.stdout.write(`${JSON.stringify(measurement)}\n`);
await close();
