import BoxIcon from '@lucide/svelte/icons/box';
import ChartLine from '@lucide/svelte/icons/chart-line';
import Cpu from '@lucide/svelte/icons/cpu';
import GraduationCap from '@lucide/svelte/icons/graduation-cap';
import Images from '@lucide/svelte/icons/images';
import Layers from '@lucide/svelte/icons/layers';
import Microscope from '@lucide/svelte/icons/microscope';
import type { Component } from 'svelte';
import DatasetsScreen from './datasets/DatasetsScreen.svelte';
import HardwareScreen from './hardware/HardwareScreen.svelte';
import ModelsScreen from './models/ModelsScreen.svelte';
import PretrainScreen from './pretrain/PretrainScreen.svelte';
import RunsScreen from './runs/RunsScreen.svelte';
import SlidesScreen from './slides/SlidesScreen.svelte';
import DemoScreen from './start/DemoScreen.svelte';
import StartScreen from './start/StartScreen.svelte';
import { store } from './state/store.svelte.ts';
import TrainScreen from './train/TrainScreen.svelte';

/**
 * What every screen's component receives: `params.id` is the second part of the path ("/slides/2" → "2", absent on
 * "/slides"), the other entries are the query's ("/slides/2?prediction=7" → prediction: "7"). A screen stays mounted while
 * its params change. It gets the whole area beside the rail, with a definite height, scrolling; ordinary pages use `ui/Page.svelte`.
 */
export interface ScreenProps {
  params: Readonly<Record<string, string>>;
}

export interface Screen {
  readonly title: string;
  /** One that needs no params leaves the props out. */
  readonly component: Component<ScreenProps> | Component<Record<string, never>>;
  /** Its sign in the rail; screens without one are reached from others. */
  readonly icon?: Component<{ size?: number | string }>;
  /** False where the screen works before a workspace is open. */
  readonly needsWorkspace: boolean;
  /** The name of what is shown, for the breadcrumb. */
  readonly crumb?: (params: ScreenProps['params']) => string | undefined;
}

/** Screens by the first part of the path, in the order of the rail. */
export const screens: Readonly<Record<string, Screen>> = {
  start: { title: 'Start', component: StartScreen, needsWorkspace: false },
  demo: { title: 'Demo', component: DemoScreen, needsWorkspace: true },
  datasets: {
    title: 'Datasets',
    component: DatasetsScreen,
    icon: Images,
    needsWorkspace: true,
    crumb: ({ id }) => store.datasets.get(id)?.name,
  },
  pretrain: {
    title: 'Pre-train',
    component: PretrainScreen,
    icon: Layers,
    needsWorkspace: true,
    crumb: ({ id, new: form }) => (form ? 'New' : store.pretrainings.get(id)?.name),
  },
  train: { title: 'Train', component: TrainScreen, icon: GraduationCap, needsWorkspace: true },
  runs: {
    title: 'Runs',
    component: RunsScreen,
    icon: ChartLine,
    needsWorkspace: true,
    crumb: ({ id, compare }) => (compare ? 'Compare' : store.runs.get(id)?.name),
  },
  slides: {
    title: 'Slides',
    component: SlidesScreen,
    icon: Microscope,
    needsWorkspace: true,
    crumb: ({ id }) => store.slides.get(id)?.name,
  },
  models: {
    title: 'Models',
    component: ModelsScreen,
    icon: BoxIcon,
    needsWorkspace: true,
    crumb: ({ id, compare }) => (compare ? 'Compare' : store.models.get(id)?.name),
  },
  hardware: { title: 'Hardware', component: HardwareScreen, icon: Cpu, needsWorkspace: false },
};
