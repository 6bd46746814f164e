import { deviceNames, deviceTitle } from '../../src-main/contract/deviceNames.ts';
import type { Hardware, Provider } from '../../src-main/contract/values/hardware.ts';

type State = { text: string; kind: 'good' | 'neutral' | 'warn' };

/** In one or two words, whether a provider can be used, and whether it is. */
export function stateOf({ name, usable, absent }: Provider, { auto }: Pick<Hardware, 'auto'>): State {
  if (name === auto && usable) return { text: 'in use', kind: 'good' };
  if (usable) return { text: 'works', kind: 'neutral' };
  return absent === 'optional'
    ? { text: 'not installed', kind: 'neutral' }
    : { text: 'not usable', kind: 'warn' };
}

/** What else there is to know of a provider. */
export function remark({ name, usable, note }: Provider): string {
  if (note) return `${note.charAt(0).toUpperCase()}${note.slice(1)}${note.endsWith('.') ? '' : '.'}`;
  return usable && name !== 'cpu' ? 'Its self-test agreed with the processor.' : '';
}

/** e.g. "Not made for this system: DirectML (only on Windows)."; null where everything is. */
export function elsewhere(providers: readonly Provider[]): string | null {
  const names = providers
    .filter(({ absent }) => absent === 'elsewhere')
    .map(({ name, note }) => `${/\((.+)\)/.exec(deviceTitle(name))?.[1]} (${note})`);
  return names.length > 0 ? `Not made for this system: ${names.join(', ')}.` : null;
}

/** What the automatic choice means at present. */
export function automaticText({ fastest }: Pick<Hardware, 'fastest'>): string {
  return `The fastest that works; now ${deviceNames[fastest]}.`;
}
