/** The views of a dataset as the interface names them. */
export const DATASET_TABS = { gallery: 'Gallery', health: 'Health', changes: 'Changes' } as const;
export type DatasetTab = keyof typeof DATASET_TABS;

/** Generated data have no source that could change. */
export const tabsOf = ({ synthetic }: { readonly synthetic: boolean }): readonly DatasetTab[] =>
  synthetic ? ['gallery', 'health'] : ['gallery', 'health', 'changes'];
