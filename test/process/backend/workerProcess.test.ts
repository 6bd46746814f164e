import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../src-main/contract/values/job.ts';
import { processHost } from '../../../src-main/jobs/processHost.ts';
import { benchSpec } from '../../support/benchSpec.ts';
import { lives } from './lives.ts';

const host = processHost(fileURLToPath(new URL('./fixtures/worker.ts', import.meta.url)));

/** Starts the fixture's `bench` with one of its behaviours. */
async function start(seconds: number) {
  const seen: Progress[] = [];
  const { promise, resolve } = Promise.withResolvers<number>();
  const worker = host.start('bench', benchSpec({ seconds }), {
    progress: (progress) => {
      seen.push(progress);
      const pid = /^process (\d+)$/.exec(progress.message)?.[1];
      if (pid) resolve(Number(pid));
    },
    event: () => {},
  });
  return { worker, seen, pid: await promise };
}

describe('a worker process', () => {
  it('reports progress at most every 100 ms, the last one always, and its result', async () => {
    const { worker, seen, pid } = await start(1);
    expect(await worker.outcome).toEqual({ type: 'done', result: [] });
    expect(seen.at(-1)).toMatchObject({ message: '1000', fraction: 1 });
    expect(seen.length).toBeLessThan(6); // of 1,002
    expect(lives(pid)).toBe(false);
  });

  it('tells what went wrong in its words', async () => {
    const { worker } = await start(4);
    expect(await worker.outcome).toEqual({
      type: 'failed',
      message: 'The file a.png is broken.',
      details: 'at decode',
    });
  });

  it('that is killed fails with a reason a person can use', async () => {
    const { worker, pid } = await start(3);
    process.kill(pid, 'SIGKILL');
    expect(await worker.outcome).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/benchmark process was killed \(SIGKILL\).*out of memory/),
    });
  });

  it('that exits without a word fails with its code and keeps what it wrote', async () => {
    const { worker } = await start(5);
    expect(await worker.outcome).toMatchObject({
      type: 'failed',
      message: 'The benchmark process ended unexpectedly with exit code 7.',
      details: expect.stringContaining('native trouble'),
    });
  });

  it('that says what is not in the contract is ended', async () => {
    const { worker, pid } = await start(6);
    expect(await worker.outcome).toMatchObject({ type: 'failed' });
    expect(lives(pid)).toBe(false);
  });

  it('that listens stops at once', async () => {
    const { worker, pid } = await start(2);
    const begin = performance.now();
    worker.stop();
    expect(await worker.outcome).toEqual({ type: 'cancelled' });
    expect(performance.now() - begin).toBeLessThan(1500);
    expect(lives(pid)).toBe(false);
  });

  it('that is deaf is gone within five seconds', async () => {
    const { worker, pid } = await start(3);
    const begin = performance.now();
    worker.stop();
    expect(await worker.outcome).toEqual({ type: 'cancelled' });
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(lives(pid)).toBe(false);
  });

  it('that does not leave after its last word is made to', async () => {
    const { worker, pid } = await start(7);
    expect(await worker.outcome).toEqual({ type: 'done', result: [] });
    expect(lives(pid)).toBe(false);
  });

  it('ignores Ctrl-C, which the backend decides about', async () => {
    const { worker, pid } = await start(2);
    process.kill(pid, 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lives(pid)).toBe(true);
    worker.stop();
    await worker.outcome;
  });
});
