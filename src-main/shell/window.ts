import { BrowserWindow, nativeTheme, screen } from 'electron';
import { webPreferences } from './guards.ts';
import { readWindowState, writeWindowState } from './windowState.ts';

/** The page's own backgrounds (tokens.css), so that nothing flashes before its first paint. */
const BACKGROUND = { light: '#f3f3f3', dark: '#141414' };

/** Opens the window where it was the last time. Resolves when the page is loaded. */
export async function openWindow(url: string): Promise<void> {
  const state = readWindowState();
  const area = screen.getPrimaryDisplay().workArea;
  const window = new BrowserWindow({
    width: Math.min(1440, area.width),
    height: Math.min(900, area.height),
    ...state.bounds,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    title: 'Tessera',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences,
  });
  window.once('ready-to-show', () => {
    if (state.maximized) window.maximize();
    window.show();
  });
  remember(window);
  await window.loadURL(url);
}

/** Brings the window to the front, e.g. when Tessera is started a second time. */
export function raise(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window?.isMinimized()) window.restore();
  window?.show();
  window?.focus();
}

function remember(window: BrowserWindow): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    void writeWindowState({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, 500);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('close', () => {
    clearTimeout(timer);
    save();
  });
}
