import type { ShellBridge } from '../src-main/contract/bridge.ts';

declare global {
  interface Window {
    /** Offered by Electron's preload script; absent in a browser. */
    tessera?: ShellBridge;
  }
}
