/**
 * Builds the store's pages, each into a folder of its own under `dist/` that the store serves as it stands: nothing
 * inline, addresses relative, so that a strict policy and any mount point will do. There is one page so far.
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const page = 'overview';

export default defineConfig({
  root: fileURLToPath(new URL(page, import.meta.url)),
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL(`dist/${page}`, import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
});
