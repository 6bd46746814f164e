import { Command, Option } from 'commander';
import type { Client } from '../../contract/requests.ts';
import { deviceTitle } from '../../contract/deviceNames.ts';
import type { Hardware, Provider } from '../../contract/values/hardware.ts';
import { Device } from '../../contract/values/run.ts';
import { executeAnywhere, type CommonOptions, type Output } from '../command.ts';
import { table } from '../table.ts';

interface HardwareOptions extends CommonOptions {
  readonly again?: boolean;
  readonly device?: Device;
}

export function hardwareCommand(): Command {
  return new Command('hardware')
    .description('what networks can run on here, how fast, and what “auto” stands for; needs no workspace')
    .option('--again', 'test every device again')
    .addOption(
      new Option('--device <device>', 'the default device of all runs and predictions').choices(
        Device.options,
      ),
    )
    .option('--workspace <folder>', 'ask the Tessera that has this workspace open')
    .option('--json', 'print one JSON document')
    .action((options: HardwareOptions) => executeAnywhere(options, (client) => hardware(client, options)));
}

async function hardware(client: Client, { again, device }: HardwareOptions): Promise<Output> {
  let found = again ? await client('hardware.test', {}) : await client('hardware.get', {});
  if (device !== undefined) found = await client('hardware.choose', { device });
  return { json: found, text: report(found) };
}

function report({ providers, summary, auto }: Hardware): string {
  const rows = providers
    .filter(({ absent }) => absent !== 'elsewhere')
    .map((provider) => [
      provider.name,
      deviceTitle(provider.name),
      provider.device || null,
      stateOf(provider, auto),
      provider.imagesPerSecond?.toFixed(1) ?? null,
    ]);
  const remarks = providers
    .filter(({ note, absent }) => note !== null && absent !== 'elsewhere')
    .map(({ name, note, how }) => `${name}: ${note}${how === null ? '' : `. To add it: ${how}`}`);
  return [table([['device', 'what it is', 'found', 'state', 'images/s'], ...rows]), ...remarks, summary].join(
    '\n',
  );
}

function stateOf({ name, usable, absent }: Provider, auto: string): string {
  if (name === auto) return 'in use';
  if (usable) return 'works';
  return absent === 'optional' ? 'not installed' : 'not usable';
}
