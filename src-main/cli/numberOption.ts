import { InvalidArgumentError, Option } from 'commander';

/** An option whose value is a number; its range is checked by the contract. */
export function numberOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(numberFrom);
}

export function numberFrom(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It has to be a number.');
  return value;
}
