import { once } from 'node:events';
import { Command } from 'commander';
import { startBackend } from '../../backend/startBackend.ts';
import type { CommonOptions } from '../command.ts';
import { numberOption } from '../numberOption.ts';
import { userPath } from '../paths.ts';

interface ServeOptions extends CommonOptions {
  readonly port?: number;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the application to a browser on this computer (or through an SSH tunnel)')
    .option('--workspace <folder>', 'open this one (default: $TESSERA_WORKSPACE, else the page asks)')
    .option('--json', 'print one JSON document')
    .addOption(numberOption('--port <number>', 'default: one that is free'))
    .action(serve);
}

/** Serves until Ctrl-C. Without a workspace the page begins by asking for one. */
export async function serve({ port, workspace, json }: ServeOptions): Promise<void> {
  const folder = workspace ?? process.env.TESSERA_WORKSPACE;
  const backend = await startBackend({ port, workspace: folder ? userPath(folder) : undefined });
  const url = `${backend.url}/?token=${backend.token}`;
  const text = `Tessera is at ${url}\nCtrl-C ends it. For research use only.`;
  process.stdout.write(
    `${json ? JSON.stringify({ url, port: backend.port, token: backend.token }) : text}\n`,
  );
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
  await backend.close();
}
