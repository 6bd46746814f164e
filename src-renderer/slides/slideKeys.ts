import type { HeatMap } from './heatMap.svelte.ts';
import type { SlideView } from './slideView.svelte.ts';

interface Targets {
  view: SlideView;
  heatMap: HeatMap;
  unselect: () => void;
  fullScreen: () => void;
}

const OPACITY_STEP = 0.1;

/** Carries out the slide's keys. True where the key was one of them. Keys typed into fields and dialogs are left alone. */
export function slideKey(event: KeyboardEvent, { view, heatMap, unselect, fullScreen }: Targets): boolean {
  const target = event.target instanceof Element ? event.target : null;
  const typing = target?.matches('input:not([type=range], [type=radio], [type=checkbox]), textarea');
  if (typing || target?.closest('[role=dialog], [role=menu], [role=listbox]')) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const acts: Record<string, () => void> = {
    c: () => (heatMap.visible = !heatMap.visible),
    '[': () => heatMap.moveOpacity(-OPACITY_STEP),
    ']': () => heatMap.moveOpacity(OPACITY_STEP),
    '+': () => view.zoomIn(),
    '=': () => view.zoomIn(), // the plus key without shift
    '-': () => view.zoomOut(),
    '0': () => view.home(),
    f: fullScreen,
    escape: unselect,
  };
  const act = acts[event.key.toLowerCase()];
  act?.();
  return act !== undefined;
}
