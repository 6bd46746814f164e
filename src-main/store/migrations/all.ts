import { initial } from './001-initial.ts';
import type { Migration } from './migration.ts';

/** The schema's history, oldest first. */
export const migrations: readonly Migration[] = [initial];
