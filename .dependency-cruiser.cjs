/**
 * The arrows of the house, as data. `may` lists what each folder of src-main may import besides itself.
 * Everything that is not listed is forbidden; `npm run lint` fails on it.
 */
const may = {
  contract: [],
  base: [],
  graph: ['base'],
  models: ['base', 'graph'],
  engines: ['base', 'graph', 'models'],
  data: ['base', 'contract'],
  slides: ['base', 'contract', 'data'],
  training: ['base', 'contract', 'data', 'graph', 'models', 'engines'],
  workers: ['base', 'contract', 'data', 'slides', 'graph', 'models', 'engines', 'training'],
  store: ['base', 'contract'],
  jobs: ['base', 'contract', 'store'],
  backend: ['base', 'contract', 'store', 'jobs', 'data', 'slides'],
  cli: ['base', 'contract', 'backend'],
  shell: ['base', 'contract'],
};

const arrows = Object.entries(may).map(([folder, allowed]) => ({
  name: `${folder}-may-import`,
  severity: 'error',
  comment: `src-main/${folder} may import only: ${[folder, ...allowed].join(', ')}`,
  from: { path: `^src-main/${folder}/` },
  to: { path: '^src-(main|renderer)/', pathNot: `^src-main/(${[folder, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...arrows,
    {
      name: 'renderer-imports-only-the-contract',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/', pathNot: '^src-main/contract/' },
    },
    {
      name: 'only-the-shell-knows-electron',
      severity: 'error',
      from: { pathNot: '^(src-main/shell|test/e2e)/' },
      to: { path: 'node_modules/electron/|^electron$' },
    },
    {
      name: 'the-contract-imports-only-zod',
      severity: 'error',
      from: { path: '^src-main/contract/' },
      to: { pathNot: '^(src-main/contract/|node_modules/zod/)' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'svelte', 'default', 'types'],
      extensions: ['.ts', '.svelte', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
