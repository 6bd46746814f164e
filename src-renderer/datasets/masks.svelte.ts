const STEP = 0.1;

/** How masks are laid over their images. */
export class MaskView {
  shown = $state(true);
  /** 0–1. */
  opacity = $state(0.55);

  /** Carries out a key: C shows or hides, [ and ] change the opacity. True where the key was one of them. */
  key(event: KeyboardEvent): boolean {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (key.toLowerCase() !== 'c' || ctrlKey || metaKey || altKey) return this.keyOpacity(event);
    this.shown = !this.shown;
    return true;
  }

  /** The same of [ and ] alone. */
  keyOpacity({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if ((key !== '[' && key !== ']') || ctrlKey || metaKey || altKey) return false;
    this.#move(key === ']' ? STEP : -STEP);
    return true;
  }

  #move(by: number): void {
    this.opacity = Math.min(1, Math.max(0, Math.round((this.opacity + by) * 100) / 100));
  }
}
