import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The renderer: one page, served by the backend from out/renderer. */
export default defineConfig({
  root: 'src-renderer',
  plugins: [svelte()],
  build: { outDir: '../out/renderer', emptyOutDir: true, target: 'chrome114', assetsInlineLimit: 0 },
});
