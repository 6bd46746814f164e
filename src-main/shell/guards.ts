import path from 'node:path';
import { app, ipcMain, session, shell, type IpcMainInvokeEvent, type WebPreferences } from 'electron';
import type { ShellBridge } from '../contract/bridge.ts';

/*
 * Electron's security checklist (electronjs.org/docs/latest/tutorial/security); numbers are its items.
 *  1, 18  the page comes from the backend on 127.0.0.1, never from file:// nor from another host
 *  6, 8-10  webSecurity on, no insecure content, no experimental or Blink features: the defaults, not touched
 *  7      the Content-Security-Policy is sent by the backend, so that served mode has it too
 *  16     the electron version is pinned in package.json and raised with it
 *  19     fuses to set when packaging: RunAsNode off, EnableNodeOptionsEnvironmentVariable off,
 *         EnableNodeCliInspectArguments off, EnableEmbeddedAsarIntegrityValidation on, OnlyLoadAppFromAsar on,
 *         EnableCookieEncryption on, GrantFileProtocolExtraPrivileges off. Possible because the backend runs on its own
 *         Node. The unpackaged tests need the inspect arguments.
 */

/** Kept on disk: the page remembers its theme and its place in cookies. */
const PARTITION = 'persist:tessera';

/** For every window. */
export const webPreferences: WebPreferences = {
  partition: PARTITION,
  preload: path.join(__dirname, 'preload.cjs'),
  nodeIntegration: false, // 2
  contextIsolation: true, // 3
  sandbox: true, // 4
  webviewTag: false, // 11, 12
  spellcheck: false, // its dictionaries would be downloaded
};

/** The parsed address; null for what is none. */
function parsed(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

const sameOrigin = (url: string, ours: string): boolean => parsed(url)?.origin === new URL(ours).origin;

/** What our own page may do: say that training is done, show a slide in full screen, "copy details". */
const PERMITTED = ['notifications', 'fullscreen', 'clipboard-sanitized-write'];

/** 5: nothing for other pages, and hardly anything for our own. */
export function denyPermissions(ours: string): void {
  const allowed = (permission: string, url: string): boolean =>
    PERMITTED.includes(permission) && sameOrigin(url, ours);
  const ses = session.fromPartition(PARTITION);
  ses.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(allowed(permission, details.requestingUrl)),
  );
  ses.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin));
}

/** Pages stay on our origin, in one window; the rest of the web opens in the browser. */
export function guardContents(ours: string): void {
  app.on('web-contents-created', (_event, contents) => {
    // 13: navigation
    contents.on('will-navigate', (event, url) => {
      if (sameOrigin(url, ours)) return;
      event.preventDefault();
      openInBrowser(url);
    });
    // 14: new windows
    contents.setWindowOpenHandler(({ url }) => {
      openInBrowser(url);
      return { action: 'deny' };
    });
    // 12: webviews, should a page ever manage to make one
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/** 15: only https leaves the application. */
function openInBrowser(url: string): void {
  if (parsed(url)?.protocol === 'https:') void shell.openExternal(url);
}

/** The calls of the bridge; their channels bear their names. */
export type BridgeCalls = Omit<ShellBridge, 'onMenu'>;

/** 17, 20: answers the preload script's calls, for our own page only. */
export function handleBridge(ours: string, calls: BridgeCalls): void {
  for (const [name, call] of Object.entries(calls))
    ipcMain.handle(`tessera:${name}`, (event: IpcMainInvokeEvent, ...values: unknown[]) => {
      if (!event.senderFrame || !sameOrigin(event.senderFrame.url, ours))
        throw new Error(`${name} was refused: it was not Tessera’s own page that asked.`);
      return (call as (...values: unknown[]) => unknown)(...values);
    });
}
