import { contextBridge, ipcRenderer } from 'electron';
import type { MenuCommand, ShellBridge } from '../contract/bridge.ts';

/* Runs sandboxed in the page's process and must stay one file: imports only types besides electron. */

type Call = Exclude<keyof ShellBridge, 'onMenu'>;

/** A call of the main process by its name; the types come from the contract. */
const call = <N extends Call>(name: N): ShellBridge[N] =>
  ((...values: unknown[]) =>
    ipcRenderer.invoke(`tessera:${name}`, ...values).catch((error: Error) => {
      // Electron puts "Error invoking remote method …: Error: " before a sentence that is meant for the user.
      throw new Error(error.message.replace(/^Error invoking remote method '[^']*': (?:\w*Error: )?/, ''));
    })) as ShellBridge[N];

const bridge: ShellBridge = {
  pickFolder: call('pickFolder'),
  pickFile: call('pickFile'),
  saveFile: call('saveFile'),
  showInFolder: call('showInFolder'),
  backend: call('backend'),
  onMenu(listener) {
    // The event object stays here: its `sender` would hand the page the whole of ipcRenderer.
    const forward = (_event: unknown, command: MenuCommand): void => listener(command);
    ipcRenderer.on('tessera:menu', forward);
    return () => void ipcRenderer.off('tessera:menu', forward);
  },
};

contextBridge.exposeInMainWorld('tessera', bridge);
