import { existsSync } from 'node:fs';
import { BrowserWindow, dialog, shell, type OpenDialogOptions } from 'electron';
import type { BridgeCalls } from './guards.ts';

/** What the page may ask of the operating system. Arguments come from our own page; Electron checks their types. */
export const nativeDialogs: Omit<BridgeCalls, 'backend'> = {
  pickFolder: (title) => open({ title, properties: ['openDirectory', 'createDirectory'] }),
  pickFile: (title, filters) => open({ title, filters, properties: ['openFile'] }),
  async saveFile(title, suggestedName) {
    const options = { title, defaultPath: suggestedName };
    const window = BrowserWindow.getFocusedWindow();
    const answer = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
    return answer.filePath || null;
  },
  async showInFolder(file) {
    // Only shows; `shell.openPath` would start whatever program the file's ending belongs to.
    if (!existsSync(file)) throw new Error(`${file} is no longer there.`);
    shell.showItemInFolder(file);
  },
};

async function open(options: OpenDialogOptions): Promise<string | null> {
  const window = BrowserWindow.getFocusedWindow();
  const answer = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return answer.filePaths[0] ?? null;
}

/** Tells that the backend is gone, and what is safe. */
export async function reportBackendEnd(reason: string): Promise<'restart' | 'quit'> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Tessera',
    message: 'Tessera’s backend has ended unexpectedly.',
    detail:
      'Your workspace is safe: results and checkpoints are written as they come. After a restart, jobs that were ' +
      `running are marked as interrupted and can be resumed.\n\nDetails: ${reason}`,
    buttons: ['Restart Tessera', 'Quit'],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  return response === 0 ? 'restart' : 'quit';
}
