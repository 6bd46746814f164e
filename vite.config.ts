import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The renderer: one page, served by the backend from out/renderer. */
export default defineConfig({
  root: 'src-renderer',
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome114',
    // The backend's Content-Security-Policy allows no data: URLs for scripts and styles.
    assetsInlineLimit: 0,
    // One bundle: it comes from this computer, so splitting it would only add flicker between screens.
    chunkSizeWarningLimit: 1500,
  },
});
