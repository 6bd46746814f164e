import { app, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../contract/bridge.ts';

/** Sets the application menu. Tessera's own entries are carried out by the page. */
export function installMenu(): void {
  const mac = process.platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const about = command('About Tessera', 'about');
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac
        ? [{ label: app.name, submenu: [about, separator, ...roles('hide', 'hideOthers', 'unhide', 'quit')] }]
        : []),
      {
        label: '&File',
        submenu: [
          command('Open Workspace…', 'workspace.open', 'CmdOrCtrl+O'),
          command('Import Dataset…', 'dataset.import', 'CmdOrCtrl+I'),
          command('Open Slide…', 'slide.open', 'CmdOrCtrl+Shift+O'),
          ...(mac ? [] : [separator, { role: 'quit' as const, accelerator: 'CmdOrCtrl+Q' }]),
        ],
      },
      {
        label: '&Edit',
        submenu: [
          ...roles('undo', 'redo'),
          separator,
          ...roles('cut', 'copy', 'paste', 'selectAll'),
          separator,
          // The page listens for this key itself, as it does in a browser.
          { ...command('Find Anything…', 'palette', 'CmdOrCtrl+K'), registerAccelerator: false },
        ],
      },
      {
        label: '&View',
        submenu: [
          ...roles('reload'),
          separator,
          ...roles('resetZoom', 'zoomIn', 'zoomOut'),
          separator,
          ...roles('togglefullscreen'),
          ...(app.isPackaged ? [] : [separator, ...roles('toggleDevTools')]),
        ],
      },
      {
        label: '&Help',
        role: 'help',
        submenu: [
          command('Keyboard Shortcuts', 'shortcuts', 'CmdOrCtrl+/'),
          ...(mac ? [] : [separator, about]),
        ],
      },
    ]),
  );
}

const roles = (...names: NonNullable<MenuItemConstructorOptions['role']>[]): MenuItemConstructorOptions[] =>
  names.map((role) => ({ role }));

function command(label: string, name: MenuCommand, accelerator?: string): MenuItemConstructorOptions {
  return {
    id: name,
    label,
    ...(accelerator ? { accelerator } : {}),
    click: (_item, window) => {
      if (window instanceof BrowserWindow) window.webContents.send('tessera:menu', name);
    },
  };
}
