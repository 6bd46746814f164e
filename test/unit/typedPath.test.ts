import { expect, it } from 'vitest';
import { typedPath } from '../../src-renderer/ui/typedPath.ts';

it('takes a pasted path out of its quotes and blanks, and leaves quotes that belong to it', () => {
  expect(typedPath(' "C:\\Users\\me\\my tiles" ')).toBe('C:\\Users\\me\\my tiles');
  expect(typedPath(' /data/tiles\n')).toBe('/data/tiles');
  expect(typedPath('/data/12" prints')).toBe('/data/12" prints');
});
