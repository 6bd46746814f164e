import type { Command } from 'commander';
import type { Client } from '../contract/requests.ts';
import { connect } from './connect.ts';
import { userPath, workspacePath } from './paths.ts';

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
 * Runs a command on the workspace and prints what it answers.
 * `creates`: whether it may make the workspace where there is none.
 */
export async function execute(
  options: CommonOptions,
  creates: boolean,
  work: (context: Context) => Promise<Output>,
): Promise<void> {
  const workspace = workspacePath(options.workspace);
  const { client, finish, close } = await connect(workspace, creates);
  const progress = !options.json && process.stderr.isTTY === true;
  try {
    await stoppable(close, async (stopped) => {
      print(await work({ client, workspace, progress, stopped }), options);
      await finish();
    });
  } finally {
    await close();
  }
}

/**
 * Runs a command that asks for nothing in a workspace, and prints what it answers. Where one is named, the Tessera that has
 * it open is asked.
 */
export async function executeAnywhere(
  options: CommonOptions,
  work: (client: Client) => Promise<Output>,
): Promise<void> {
  const workspace = options.workspace === undefined ? null : userPath(options.workspace);
  const { client, finish, close } = await connect(workspace, false);
  try {
    await stoppable(close, async () => {
      print(await work(client), options);
      await finish();
    });
  } finally {
    await close();
  }
}

/** Runs a command that needs no backend, and prints what it answers. */
export async function executeAlone(
  options: Pick<CommonOptions, 'json'>,
  work: (stopped: AbortSignal) => Promise<Output>,
): Promise<void> {
  await stoppable(
    async () => {},
    async (stopped) => print(await work(stopped), options),
  );
}

/** Ctrl-C aborts the signal; the second one ends this process, after `close`. */
async function stoppable(
  close: () => Promise<void>,
  work: (stopped: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) void close().finally(() => process.exit(STOPPED));
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** The only place that writes to stdout. */
function print({ json, text, exitCode = 0 }: Output, options: Pick<CommonOptions, 'json'>): void {
  process.stdout.write(`${options.json ? JSON.stringify(json) : text}\n`);
  process.exitCode = exitCode;
}
