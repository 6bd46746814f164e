/** The thread behind `hdf5Reader`: h5wasm, whose memory and whose failures stay in here. */
import h5wasm, { Dataset, File } from 'h5wasm/node';
import { UserError, reasonOf } from '../../base/errors.ts';
import { serveTasks } from '../threads/serveTasks.ts';
import type { Hdf5Answer, Hdf5Description, Hdf5Task } from './hdf5Messages.ts';

/** Without this a read that fails is silent, and what lay in memory before is taken for the values. */
const ready = h5wasm.ready.then((library) => library.activate_throwing_error_handler());

let open: { readonly path: string; readonly file: File } | null = null;

async function perform(task: Hdf5Task): Promise<Hdf5Answer> {
  await ready;
  try {
    const dataset = datasetOf(task);
    if (task.kind === 'describe') return { description: describe(dataset) };
    const all = (dataset.shape ?? []).slice(1).map((): [] => []);
    const values = dataset.slice([[task.from, task.to], ...all]);
    if (!(values instanceof Uint8Array)) throw new UserError('its values are not bytes');
    return { values: values.byteLength === values.buffer.byteLength ? values : values.slice() };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`the HDF5 library says “${reasonIn(reasonOf(error))}”`, reasonOf(error));
  }
}

function datasetOf({ file, dataset: name }: Hdf5Task): Dataset {
  if (open?.path !== file) {
    open?.file.close();
    open = null;
    open = { path: file, file: new File(file, 'r') };
  }
  const dataset = open.file.get(name);
  if (!(dataset instanceof Dataset))
    throw new UserError(
      `it holds no “${name}” but ${
        open.file
          .keys()
          .slice(0, 5)
          .map((key) => key.slice(0, 40))
          .join(', ') || 'nothing'
      }`,
    );
  return dataset;
}

function describe({ metadata, filters }: Dataset): Hdf5Description {
  const { type, size, signed, shape, chunks } = metadata;
  return {
    shape: shape ?? [],
    bytes: type === H5T_INTEGER && size === 1 && !signed,
    chunks: chunks ?? null,
    compressed: filters.length > 0,
  };
}
const H5T_INTEGER = 0;

/** HDF5 tells the whole stack of its functions; the innermost one knows best. */
function reasonIn(text: string): string {
  const stack = [...text.matchAll(/^\s*#\d+: .*?\(\): (.+)$/gm)].map(([, message]) => message);
  const [first = ''] = text.split('\n');
  return (stack.at(-1) ?? first).trim().slice(0, 200) || 'the library gives no reason';
}

serveTasks(perform, (answer) => ('values' in answer ? [answer.values.buffer as ArrayBuffer] : []));
