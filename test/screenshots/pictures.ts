import type { Page } from 'playwright-core';
import type { World } from './world.ts';

/** A picture of the guide: where to go, and what to do there before it is taken. */
export interface Picture {
  readonly name: string;
  readonly path: string;
  readonly theme?: 'light' | 'dark';
  /** Resolves when everything that the picture is about can be seen. */
  readonly ready: (page: Page) => Promise<unknown>;
}

/** Those of the guide, in its order. */
export const pictures = (world: World): readonly Picture[] => [
  {
    name: 'annotated',
    path: `/datasets?import=1&path=${encodeURIComponent(world.cases)}`,
    ready: async (page) => {
      await page.getByLabel('Patch size').fill('96');
      await page.getByText(/^Cuts .* of 96 px/).waitFor();
    },
  },
  {
    name: 'download',
    path: '/datasets?public=1',
    ready: async (page) => {
      const card = page.getByRole('region', { name: /Pascal VOC/ });
      await card.getByRole('button', { name: 'Download' }).click();
      await page.getByText('Free there').waitFor();
    },
  },
  {
    name: 'gallery',
    path: `/datasets/${world.scenes}`,
    ready: (page) => page.locator('img').nth(8).waitFor(),
  },
  {
    name: 'health',
    path: `/datasets/${world.patches}?tab=health`,
    ready: (page) =>
      page
        .getByRole('heading', { name: /duplicates/i })
        .first()
        .waitFor(),
  },
  {
    name: 'changes',
    path: `/datasets/${world.revised}?tab=changes`,
    ready: (page) => page.getByText(/^Moved \d+ · /).click(),
  },
  {
    name: 'pretrain-form',
    path: `/pretrain?new=1&dataset=${world.scenes}`,
    ready: (page) => page.getByText(/^Trains DeepLabV2/).waitFor(),
  },
  {
    name: 'pretraining',
    path: `/pretrain/${world.pretraining}`,
    ready: (page) => page.getByRole('slider', { name: 'Validation' }).waitFor(),
  },
  {
    name: 'pretraining-pictures',
    path: `/pretrain/${world.pretraining}`,
    theme: 'dark',
    ready: (page) => scrollTo(page, 'Validation pictures'),
  },
  {
    name: 'train-form',
    path: `/train?dataset=${world.patches}&start=${world.backbone}`,
    ready: (page) => page.getByText(/^Trains ResNet/).waitFor(),
  },
  {
    name: 'run',
    path: `/runs/${world.run}`,
    ready: (page) => page.getByText('Stain alone').first().waitFor(),
  },
  {
    name: 'confusion',
    path: `/runs/${world.run}`,
    ready: (page) => scrollTo(page, 'Confusion matrix'),
  },
  {
    name: 'models',
    path: `/models/${world.classifier}`,
    theme: 'dark',
    ready: (page) => page.getByRole('list', { name: 'Lineage', exact: true }).waitFor(),
  },
  {
    name: 'hardware',
    path: '/hardware',
    ready: (page) => page.getByRole('button', { name: 'Test again' }).waitFor(),
  },
];

/** Brings a heading to the top of what can be seen, below the window's own. */
async function scrollTo(page: Page, heading: string): Promise<void> {
  const title = page.getByRole('heading', { name: heading });
  await title.evaluate((element) => {
    element.style.scrollMarginTop = '64px';
    element.scrollIntoView();
  });
}
