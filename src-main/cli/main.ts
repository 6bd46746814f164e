#!/usr/bin/env node
import { CommanderError } from 'commander';
import { explain } from '../base/errors.ts';
import { program } from './program.ts';

const USAGE = 2;

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE; // 0: --help and --version
  } else {
    process.stderr.write(`${explain(error).message}\n`);
    process.exitCode = 1;
  }
}
