import path from 'node:path';
import { parseArgs } from 'node:util';
import { explain } from '../base/errors.ts';
import { endCleanly } from './endCleanly.ts';
import { startBackend } from './startBackend.ts';

/*
 * The backend as a process of its own, for the shell: `--handshake` prints one line of JSON, {port, token, url}, and
 * ties the process to its parent through stdin.
 */
const { values } = parseArgs({
  options: { handshake: { type: 'boolean' }, port: { type: 'string' }, workspace: { type: 'string' } },
});

const typed = values.workspace ?? process.env.TESSERA_WORKSPACE;

try {
  const backend = await startBackend({
    port: Number(values.port ?? 0),
    workspace: typed ? path.resolve(typed) : undefined,
  });
  endCleanly(backend, values.handshake === true);
  if (values.handshake) {
    const { port, token, url } = backend;
    process.stdout.write(`${JSON.stringify({ port, token, url })}\n`);
  }
} catch (error) {
  process.stderr.write(`${explain(error).message}\n`);
  process.exit(1);
}
