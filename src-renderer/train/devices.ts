import { deviceNames, deviceTitle } from '../../src-main/contract/deviceNames.ts';
import type { Hardware } from '../../src-main/contract/values/hardware.ts';
import type { Device } from '../../src-main/contract/values/run.ts';
import { remark } from '../hardware/providerText.ts';

interface Choice {
  readonly value: Device;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
}

/** What a run may be told to use on this computer; what is not usable is there with the reason. */
export function deviceChoices(hardware: Pick<Hardware, 'auto' | 'providers'> | null): Choice[] {
  const automatic = { value: 'auto', label: 'Automatic' } as const;
  if (hardware === null) return [automatic];
  const providers = hardware.providers.filter(({ absent }) => absent !== 'elsewhere');
  return [
    { ...automatic, hint: `now ${deviceNames[hardware.auto]}` },
    ...providers.map((provider) => ({
      value: provider.name,
      label: deviceTitle(provider.name),
      hint: provider.usable ? provider.device : remark(provider),
      disabled: !provider.usable,
    })),
  ];
}

/** How a run's device is called: "cpu" → "Processor (CPU)". */
export function deviceLabel(device: string): string {
  if (device === 'auto') return 'Automatic';
  return Object.hasOwn(deviceNames, device) ? deviceTitle(device as Device) : device;
}
