import { client } from '../api/client.ts';
import { SLIDE_FILES } from '../frame/commands.svelte.ts';
import { router } from '../router.svelte.ts';
import { pickPath } from '../ui/pathPicker.svelte.ts';
import { slideHref } from './slideHref.ts';

/** "Open slide …": asks for the file, opens it, goes to it; a refusal stays to be read. */
class SlideOpener {
  busy = $state(false);
  error = $state.raw<unknown>(null);

  async ask(): Promise<void> {
    const path = await pickPath({ kind: 'file', title: 'Open a slide', filters: SLIDE_FILES });
    if (!path) return;
    this.busy = true;
    this.error = null;
    try {
      router.go(slideHref((await client('slides.open', { path })).id));
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  }
}

export const slideOpener = new SlideOpener();
