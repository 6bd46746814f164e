import type { MenuCommand } from '../../src-main/contract/bridge.ts';
import { client } from '../api/client.ts';
import { router } from '../router.svelte.ts';
import { store } from '../state/store.svelte.ts';
import { attempt } from '../state/toasts.svelte.ts';
import { pickPath } from '../ui/pathPicker.svelte.ts';

/** What the slide readers open. */
export const SLIDE_FILES = [{ name: 'Whole-slide images', extensions: ['svs', 'tif', 'tiff'] }];

const isMac = /Mac/.test(navigator.platform);

/** What the menu, the command palette and the keyboard can start from anywhere. */
class Commands {
  /** The dialog of the frame that is open. */
  shown = $state<'palette' | 'about' | 'shortcuts' | null>(null);
  readonly modifier = isMac ? '⌘' : 'Ctrl+';

  readonly titles: Readonly<Record<MenuCommand, string>> = {
    'dataset.import': 'Import a dataset …',
    'slide.open': 'Open a slide …',
    'workspace.open': 'Open or create a workspace …',
    palette: 'Find …',
    shortcuts: 'Keyboard shortcuts',
    about: 'About Tessera',
  };

  async run(command: MenuCommand): Promise<void> {
    switch (command) {
      case 'palette':
      case 'about':
      case 'shortcuts':
        this.shown = command;
        return;
      case 'workspace.open':
        return router.go('/start');
      case 'dataset.import':
        return router.go(store.workspace ? '/datasets?import=1' : '/start');
      case 'slide.open':
        return store.workspace ? this.#openSlide() : router.go('/start');
    }
  }

  key(event: KeyboardEvent): void {
    const modified = isMac ? event.metaKey : event.ctrlKey;
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
    if (modified && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      this.shown = this.shown === 'palette' ? null : 'palette';
    } else if (event.key === '?' && !typing) {
      this.shown = 'shortcuts';
    }
  }

  async #openSlide(): Promise<void> {
    const path = await pickPath({ kind: 'file', title: 'Open a slide', filters: SLIDE_FILES });
    if (!path) return;
    const slide = await attempt(() => client('slides.open', { path }));
    if (slide) router.go(`/slides/${slide.id}`);
  }
}

export const commands = new Commands();
