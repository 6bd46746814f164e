import { Command } from 'commander';
import { RESEARCH_USE_ONLY } from '../contract/values/common.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { benchCommand } from './commands/bench.ts';
import { datasetCommand } from './commands/dataset.ts';
import { demoCommand } from './commands/demo.ts';
import { hardwareCommand } from './commands/hardware.ts';
import { modelCommand } from './commands/model.ts';
import { predictCommand } from './commands/predict.ts';
import { pretrainCommand, pretrainingCommand } from './commands/pretrain.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import { trainCommand } from './commands/train.ts';

/** The command line. Every command is a caller of the same requests as the windows. */
export function program(): Command {
  const tessera = new Command('tessera')
    .description(`Train patch classifiers from a handful of labels.\n${RESEARCH_USE_ONLY}`)
    .version(packageJson.version);
  const commands = [
    demoCommand(),
    datasetCommand(),
    pretrainCommand(),
    pretrainingCommand(),
    trainCommand(),
    runCommand(),
    predictCommand(),
    modelCommand(),
    hardwareCommand(),
    serveCommand(),
    benchCommand(),
  ];
  commands.forEach((command) => tessera.addCommand(command));
  throwInsteadOfExiting(tessera);
  return tessera;
}

function throwInsteadOfExiting(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwInsteadOfExiting);
}
