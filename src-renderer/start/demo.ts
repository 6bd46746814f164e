import type { RequestOutput } from '../../src-main/contract/requests.ts';
import { client } from '../api/client.ts';
import { router } from '../router.svelte.ts';
import { store } from '../state/store.svelte.ts';
import { attempt } from '../state/toasts.svelte.ts';
import { openWorkspace } from './workspace.ts';

type DemoFiles = RequestOutput<'demo.start'>['files'];
const filesKey = (job: string): string => `tessera.demo.${job}`;

/** Queues the whole demo and shows how it goes; without an open workspace, in one of its own below the home folder. */
export async function startDemo(): Promise<void> {
  if (!store.workspace && !(await openWorkspace(demoFolder(), true))) return;
  const demo = await attempt(() => client('demo.start', {}));
  if (!demo) return;
  sessionStorage.setItem(filesKey(String(demo.lastJobId)), JSON.stringify(demo.files));
  const { datasetId, runId, slideId, predictionId, lastJobId } = demo;
  const ids = { dataset: datasetId, run: runId, slide: slideId, prediction: predictionId, last: lastJobId };
  router.go(`/demo?${new URLSearchParams(Object.entries(ids).map(([key, id]) => [key, String(id)]))}`);
}

/** The files that the demo with this last job writes; null in another tab than the one that started it. */
export function demoFiles(lastJob: string): DemoFiles | null {
  const kept = sessionStorage.getItem(filesKey(lastJob));
  return kept ? (JSON.parse(kept) as DemoFiles) : null;
}

/** Joins with the separator that the home folder uses. */
export function belowHome(name: string): string {
  const home = store.info?.home ?? '';
  return `${home}${home.includes('\\') ? '\\' : '/'}${name}`;
}

const demoFolder = (): string => belowHome('Tessera demo');
