export interface PathRequest {
  readonly kind: 'folder' | 'file' | 'save';
  readonly title: string;
  /** For files; extensions without the dot. */
  readonly filters?: { name: string; extensions: string[] }[];
  /** For `save`. */
  readonly suggestedName?: string;
}

/** Asks for a path: with the system's dialog in the window, with the folder browser of this page in a browser. */
class PathPicker {
  /** What the folder browser is asked for at present. */
  request = $state.raw<PathRequest | null>(null);
  /** Where the folder browser begins; null: the home folder. */
  lastFolder: string | null = null;
  #answer: (path: string | null) => void = () => {};

  pick(request: PathRequest): Promise<string | null> {
    const shell = window.tessera;
    if (shell) {
      if (request.kind === 'folder') return shell.pickFolder(request.title);
      if (request.kind === 'save') return shell.saveFile(request.title, request.suggestedName ?? '');
      return shell.pickFile(request.title, request.filters ?? []);
    }
    this.answer(null);
    this.request = request;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  /** Ends the present request; null when the user cancelled. */
  answer(path: string | null): void {
    this.request = null;
    this.#answer(path);
    this.#answer = () => {};
  }
}

export const pathPicker = new PathPicker();

/** Answers an absolute path, or null when the user cancelled. */
export const pickPath = (request: PathRequest): Promise<string | null> => pathPicker.pick(request);
