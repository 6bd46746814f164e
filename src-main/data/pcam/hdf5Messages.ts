/** What is asked of the thread that reads HDF5. */
export type Hdf5Task =
  | { readonly kind: 'describe'; readonly file: string; readonly dataset: string }
  /** The entries `from` … `to - 1` along the first axis. */
  | {
      readonly kind: 'read';
      readonly file: string;
      readonly dataset: string;
      readonly from: number;
      readonly to: number;
    };

export interface Hdf5Description {
  readonly shape: readonly number[];
  /** Whether the values are whole numbers from 0 to 255. */
  readonly bytes: boolean;
  /** Shape of the blocks that the file is stored in; null: in one piece. */
  readonly chunks: readonly number[] | null;
  readonly compressed: boolean;
}

export type Hdf5Answer = { readonly description: Hdf5Description } | { readonly values: Uint8Array };
