import { cpus } from 'node:os';

/** Names this computer in measurements, because a workspace can be copied to another one. */
export const machine = (): string => `${cpus()[0]?.model.trim() ?? 'unknown processor'} × ${cpus().length}`;
