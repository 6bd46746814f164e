import OpenSeadragon from 'openseadragon';
import type { Slide } from '../../src-main/contract/values/slide.ts';
import { drawOverlay, type OverlayContent, type Square, type View } from './overlay.ts';
import { slideTileSource } from './slideTileSource.ts';

const ZOOM_STEP = 1.5;
const MOST_SCREEN_PIXELS_PER_PIXEL = 8;
/** Side of what is shown around a square, in sides of the square. */
const SURROUNDINGS = 5;

/** A level-0 position. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** OpenSeadragon and the canvas above it, as the screen uses them. Positions are level-0 pixels. */
export class SlideView {
  /** Level-0 pixels per CSS pixel at the present zoom; null before the slide is shown. */
  pixelsPerScreenPixel = $state<number | null>(null);
  /** What the pointer is on; null outside the slide. */
  cursor = $state.raw<Position | null>(null);
  /** The address of the first tile that could not be loaded. */
  failedTile = $state.raw<string | null>(null);
  /** Called when the user clicks on the slide. */
  onpick: (position: Position) => void = () => {};

  #viewer: OpenSeadragon.Viewer | null = null;
  #canvas: HTMLCanvasElement | null = null;
  #slideWidth = 1;
  #content: OverlayContent = { heatMap: null, selected: null };
  /** To be looked at once the slide is there. */
  #wanted: Square | null = null;

  /** Shows the slide in the element. Returns what takes it away. */
  mount(element: HTMLElement, slide: Slide): () => void {
    this.#slideWidth = slide.width;
    forestallInlineStyle();
    const viewer = new OpenSeadragon.Viewer({
      element,
      tileSources: [slideTileSource(slide)],
      // The WebGL drawer copies each frame back: 8 against 60 frames/s where the GPU is software (remote desktops, servers).
      drawer: 'canvas',
      showNavigationControl: false,
      showNavigator: true,
      navigatorPosition: 'TOP_RIGHT',
      navigatorSizeRatio: 0.16,
      navigatorAutoFade: false,
      navigatorBackground: 'var(--slide-ground)',
      navigatorBorderColor: 'var(--line-strong)',
      animationTime: 0.15,
      blendTime: 0,
      immediateRender: true,
      maxZoomPixelRatio: MOST_SCREEN_PIXELS_PER_PIXEL,
      minZoomImageRatio: 0.5,
      visibilityRatio: 0.3,
      zoomPerClick: 1, // a click asks for a patch's scores
      clickTimeThreshold: 2000, // ms; a slow press is a click too, as long as the pointer does not move
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true, flickEnabled: false },
      gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true },
    });
    this.#viewer = viewer;
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'slide-overlay';
    // Inside the viewer's own canvas element: below the navigator, and clicks still reach OpenSeadragon.
    viewer.canvas.append(this.#canvas);
    viewer.canvas.role = 'application';
    viewer.canvas.ariaLabel = `${slide.name}: arrow keys move, + and - zoom, Enter asks for the patch in the middle`;

    viewer.addHandler('open', () => this.#look());
    viewer.addHandler('update-viewport', () => this.#redraw());
    viewer.addHandler('resize', () => this.#redraw());
    viewer.addHandler('canvas-click', (event) => {
      if (event.quick) this.onpick(this.#toSlide(event.position));
    });
    // Its keys for rotation and mirroring would turn the slide but not the overlay.
    viewer.addHandler('canvas-key', (event) => {
      const key = (event.originalEvent as KeyboardEvent).key;
      if (key === 'Enter') this.#pickMiddle();
      event.preventDefaultAction = !key.startsWith('Arrow');
    });
    viewer.addHandler('tile-load-failed', (event) => {
      this.failedTile ??= String(event.tile.getUrl());
    });
    const move = (event: PointerEvent): void => this.#point(event, slide);
    const leave = (): void => void (this.cursor = null);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerleave', leave);
      viewer.destroy();
      this.#viewer = this.#canvas = null;
      this.pixelsPerScreenPixel = this.cursor = this.failedTile = null;
    };
  }

  /** Sets what lies over the slide. */
  overlay(content: OverlayContent): void {
    this.#content = content;
    this.#redraw();
  }

  /** Brings a square into the middle, with what lies around it. */
  lookAt(square: Square): void {
    this.#wanted = square;
    this.#look();
  }

  zoomIn(): void {
    this.#zoom(ZOOM_STEP);
  }

  zoomOut(): void {
    this.#zoom(1 / ZOOM_STEP);
  }

  /** The whole slide. */
  home(): void {
    this.#viewer?.viewport.goHome();
  }

  #look(): void {
    if (!this.#wanted || !this.#viewer?.world.getItemCount()) return;
    const { x, y, size } = this.#wanted;
    const [margin, side] = [(size * (SURROUNDINGS - 1)) / 2, size * SURROUNDINGS];
    const units = [x - margin, y - margin, side, side].map((pixels) => pixels / this.#slideWidth);
    this.#viewer.viewport.fitBounds(new OpenSeadragon.Rect(...units), true);
    this.#wanted = null;
  }

  #pickMiddle(): void {
    const { x, y } = this.#viewer!.viewport.getCenter();
    this.onpick({ x: x * this.#slideWidth, y: y * this.#slideWidth });
  }

  #zoom(factor: number): void {
    this.#viewer?.viewport.zoomBy(factor);
    this.#viewer?.viewport.applyConstraints();
  }

  #view(): View | null {
    const viewport = this.#viewer?.world.getItemCount() ? this.#viewer.viewport : null;
    if (!viewport) return null;
    const bounds = viewport.getBounds(true);
    const perUnit = viewport.getContainerSize().x / bounds.width;
    return { x: -bounds.x * perUnit, y: -bounds.y * perUnit, scale: perUnit / this.#slideWidth };
  }

  #redraw(): void {
    const view = this.#view();
    if (!view || !this.#canvas) return;
    this.pixelsPerScreenPixel = 1 / view.scale;
    drawOverlay(this.#canvas, view, this.#content);
  }

  #toSlide(point: Position): Position {
    const view = this.#view() ?? { x: 0, y: 0, scale: 1 };
    return { x: (point.x - view.x) / view.scale, y: (point.y - view.y) / view.scale };
  }

  #point(event: PointerEvent, { width, height }: Slide): void {
    const box = this.#viewer?.element.getBoundingClientRect();
    if (!box) return;
    const at = this.#toSlide({ x: event.clientX - box.x, y: event.clientY - box.y });
    this.cursor = at.x >= 0 && at.y >= 0 && at.x < width && at.y < height ? at : null;
  }
}

/**
 * OpenSeadragon adds an inline style sheet unless it finds one with this mark, and the page's Content-Security-Policy refuses
 * inline styles. All that it does is to take the focus ring away, which base.css decides.
 */
function forestallInlineStyle(): void {
  const mark = 'data-openseadragon-mobile-css';
  if (document.querySelector(`style[${mark}]`)) return;
  const inert = document.createElementNS('urn:inert', 'style'); // matches, and is no style sheet
  inert.setAttribute(mark, 'true');
  document.head.append(inert);
}
