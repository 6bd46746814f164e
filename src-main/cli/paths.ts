import { homedir } from 'node:os';
import path from 'node:path';

/** A path as the user typed it, made absolute. npm runs scripts in the project's folder and says where the user was. */
export function userPath(typed: string): string {
  const from = process.env.npm_lifecycle_event ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();
  return path.resolve(from, typed);
}

/** The workspace of a command: --workspace, else TESSERA_WORKSPACE, else ~/Tessera. */
export function workspacePath(option: string | undefined): string {
  const typed = option ?? process.env.TESSERA_WORKSPACE;
  return typed ? userPath(typed) : path.join(homedir(), 'Tessera');
}
