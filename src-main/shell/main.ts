import { app, dialog } from 'electron';
import { reasonOf } from '../base/errors.ts';
import { startBackend, type Backend } from './backendProcess.ts';
import { nativeDialogs, reportBackendEnd } from './dialogs.ts';
import { denyPermissions, guardContents, handleBridge } from './guards.ts';
import { installMenu } from './menu.ts';
import { guardQuit } from './quit.ts';
import { openWindow, raise } from './window.ts';

/* The shell: starts the backend, shows the page that the backend serves, lends it native dialogs. Nothing more. */

// Item 4 of Electron's security checklist: every renderer is sandboxed, whatever its window says. Root in a container has
// to start with --no-sandbox, and the two switches together end Electron.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

// Tests and second profiles keep their window state apart from the user's.
const profile = app.commandLine.getSwitchValue('user-data-dir');
if (profile) app.setPath('userData', profile);

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', raise);
  app.on('activate', raise);
  // Also on macOS: Tessera is one window, and a backend without it would hold the workspace unseen.
  app.on('window-all-closed', () => app.quit());
  void app.whenReady().then(start, fail);
} else {
  app.quit();
}

async function start(): Promise<void> {
  try {
    const backend = await startBackend(app.getAppPath());
    guardContents(backend.url);
    denyPermissions(backend.url);
    handleBridge(backend.url, {
      ...nativeDialogs,
      backend: () => Promise.resolve({ url: backend.url, token: backend.token }),
    });
    installMenu();
    guardQuit(backend);
    watch(backend);
    await openWindow(backend.url);
  } catch (error) {
    fail(error);
  }
}

/** Says when the backend ends while the window is open; it is not started again unasked, which could loop. */
function watch(backend: Backend): void {
  void backend.ended.then(async (reason) => {
    if (backend.stopping) return;
    if ((await reportBackendEnd(reason)) === 'restart') app.relaunch();
    app.exit(1);
  });
}

function fail(error: unknown): void {
  dialog.showErrorBox('Tessera could not start', reasonOf(error));
  app.exit(1);
}
