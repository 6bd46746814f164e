import { defineConfig } from 'vite';

/** Electron's main process and the sandboxed preload script: one CommonJS file each, in out/shell. */
export default defineConfig({
  build: {
    outDir: 'out/shell',
    emptyOutDir: true,
    target: 'node18',
    minify: false,
    ssr: true,
    rollupOptions: {
      input: { main: 'src-main/shell/main.ts', preload: 'src-main/shell/preload.ts' },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
  ssr: { noExternal: true, external: ['electron'] },
});
