import { readFileSync } from 'node:fs';
import path from 'node:path';
import { app, screen, type Rectangle } from 'electron';
import { writeAtomic } from '../base/atomicFile.ts';

/** What a window remembers until the next start. */
export interface WindowState {
  /** null: not placed yet. */
  bounds: Rectangle | null;
  maximized: boolean;
}

const FIRST: WindowState = { bounds: null, maximized: false };

const file = (): string => path.join(app.getPath('userData'), 'window.json');

/** The state of the last time; the first state when there is none or it cannot be read. */
export function readWindowState(): WindowState {
  try {
    const stored = JSON.parse(readFileSync(file(), 'utf8')) as Partial<WindowState>;
    return {
      bounds: stored.bounds && isVisible(stored.bounds) ? stored.bounds : null,
      maximized: stored.maximized === true,
    };
  } catch {
    return FIRST; // a convenience, not worth an error message
  }
}

/** Writes the state, atomically; a failure costs only the memory of a window's place. */
export async function writeWindowState(state: WindowState): Promise<void> {
  await writeAtomic(file(), JSON.stringify(state)).catch((error: unknown) => console.error(error));
}

/** Whether enough of the title bar lies on a screen that is still there. */
function isVisible({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea: area }) => {
    const overlap = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
    return overlap >= 100 && y >= area.y - 10 && y < area.y + area.height - 50;
  });
}
