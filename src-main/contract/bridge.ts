/** What the preload script of the Electron window offers to the page as `window.tessera`; absent in a browser. */
export interface ShellBridge {
  /** Native dialogs. They answer absolute paths, or null when the user cancels. */
  pickFolder(title: string): Promise<string | null>;
  pickFile(title: string, filters: { name: string; extensions: string[] }[]): Promise<string | null>;
  saveFile(title: string, suggestedName: string): Promise<string | null>;
  /** Shows the file in the system's file manager. */
  showInFolder(path: string): Promise<void>;
  /** Where the backend listens, and the token of this launch. */
  backend(): Promise<{ url: string; token: string }>;
  /** Entries of the application menu that the page carries out, e.g. "dataset.import". */
  onMenu(listener: (command: MenuCommand) => void): () => void;
}

export type MenuCommand =
  'workspace.open' | 'dataset.import' | 'slide.open' | 'palette' | 'about' | 'shortcuts';
