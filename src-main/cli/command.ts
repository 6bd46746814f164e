import type { Command } from 'commander';
import type { Client } from '../contract/requests.ts';
import { connect } from './connect.ts';
import { workspacePath } from './paths.ts';

/** What a command works with. */
export interface Context {
  readonly client: Client;
  readonly workspace: string;
  /** Whether to draw progress on stderr. */
  readonly progress: boolean;
  /** Aborted by Ctrl-C. */
  readonly stopped: AbortSignal;
}

/** What a command prints: `json` with --json, else `text`. */
export interface Output {
  readonly json: unknown;
  readonly text: string;
  readonly exitCode?: number;
}

export interface CommonOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

/** The exit code of a command that Ctrl-C stopped. */
export const STOPPED = 130;

/** Adds the options that all commands share. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--workspace <folder>', 'the workspace (default: $TESSERA_WORKSPACE, else ~/Tessera)')
    .option('--json', 'print one JSON document');
}

/**
 * Runs a command on the workspace and prints what it answers: the only place that writes to stdout.
 * `creates`: whether it may make the workspace where there is none.
 */
export async function execute(
  options: CommonOptions,
  creates: boolean,
  work: (context: Context) => Promise<Output>,
): Promise<void> {
  const workspace = workspacePath(options.workspace);
  const controller = new AbortController();
  const { client, finish, close } = await connect(workspace, creates);
  const interrupt = () => {
    if (controller.signal.aborted) void close().finally(() => process.exit(STOPPED)); // the second Ctrl-C
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const progress = !options.json && process.stderr.isTTY === true;
    const output = await work({ client, workspace, progress, stopped: controller.signal });
    process.stdout.write(`${options.json ? JSON.stringify(output.json) : output.text}\n`);
    process.exitCode = output.exitCode ?? 0;
    await finish();
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await close();
  }
}
